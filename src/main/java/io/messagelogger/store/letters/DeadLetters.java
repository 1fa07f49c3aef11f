package io.messagelogger.store.letters;

import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters, for those who look after them. Every method throws {@link
 * StoreUnavailableException} when the database does not answer. Thread-safe.
 */
@ApplicationScoped
public class DeadLetters {
  /** Bytes of a payload that are read with its letter at most. */
  public static final int HEAD = 1 << 20;

  private static final int PREVIEW = 1024;

  /** Letters that are looked at for one page at most. */
  public static final int EXAMINED = 10_000;

  private static final String LETTER =
      """
      SELECT dead_letter_id, kind, reason, sqlstate, attempts, occurrences, first_seen, last_seen, bytes, sha256,
             retries, retried_at, substring(payload FOR ?)
        FROM dead_letter WHERE true
      """;

  private static final String ORDER = " ORDER BY last_seen DESC, dead_letter_id DESC LIMIT ?";

  private static final String COUNT_OPEN =
      "SELECT count(*) FROM (SELECT FROM dead_letter WHERE retried_at IS NULL LIMIT ?) AS counted";

  private static final String ACTIONS =
      """
      SELECT at, action FROM dead_letter_action WHERE dead_letter_id = ?
       ORDER BY dead_letter_action_id DESC LIMIT ?
      """;

  private static final int MAX_ACTIONS = 1000;

  private final Database database;

  /** The letters of this database. */
  @Inject
  public DeadLetters(Database database) {
    this.database = database;
  }

  /** A place in the order newest first: what comes after it is older. */
  public record Position(Instant lastSeen, long id) {}

  /**
   * Some letters, newest first, with the first bytes of each.
   *
   * @param next where the next page starts; null when this was the last
   */
  public record Page(List<BuriedLetter> letters, @Nullable Position next) {}

  /** What was done with a letter, and when. */
  public record Action(Instant at, String action) {}

  /**
   * A page of the letters selected, by when they last came. Where an index does not tell which are
   * meant, {@value #EXAMINED} letters are looked at per page at most: it may hold fewer than asked
   * for and still have a next one.
   *
   * @param after where the page before ended; null for the first page
   * @param limit how many letters at most
   */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Page page(LetterSelection selection, @Nullable Position after, int limit) {
    return database.read(
        connection -> {
          Position floor = selection.indexed() ? null : floor(connection, selection, after);
          Query query = selection.conditions(new Query().add(LETTER, PREVIEW));
          after(query, after);
          if (floor != null) {
            query.add(" AND (last_seen, dead_letter_id) >= (?, ?)", floor.lastSeen(), floor.id());
          }
          // One more than asked for tells whether there is a next page.
          List<BuriedLetter> letters = letters(connection, query.add(ORDER, limit + 1));
          if (letters.size() <= limit) {
            return new Page(letters, floor);
          }
          BuriedLetter last = letters.get(limit - 1);
          return new Page(
              List.copyOf(letters.subList(0, limit)), new Position(last.lastSeen(), last.id()));
        });
  }

  private static void after(Query query, @Nullable Position position) {
    if (position != null) {
      query.add(" AND (last_seen, dead_letter_id) < (?, ?)", position.lastSeen(), position.id());
    }
  }

  /** The last letter to be looked at for this page; null when there are not as many. */
  private static @Nullable Position floor(
      Connection connection, LetterSelection selection, @Nullable Position after)
      throws SQLException {
    Query query = new Query().add("SELECT last_seen, dead_letter_id FROM dead_letter WHERE true");
    if (selection.state() == LetterSelection.State.OPEN) {
      query.add(" AND retried_at IS NULL");
    }
    after(query, after);
    query.add(ORDER, 1).add(" OFFSET ?", EXAMINED - 1);
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? new Position(Rows.time(rows, 1), rows.getLong(2)) : null;
    }
  }

  /** The letter with this number, with at most {@link #HEAD} bytes of its payload. */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Optional<BuriedLetter> find(long id) {
    Query query = new Query().add(LETTER, HEAD).add(" AND dead_letter_id = ?", id);
    return database.ask(connection -> letters(connection, query).stream().findFirst());
  }

  /** What was done with a letter, the latest first, a thousand actions at most. */
  public List<Action> actions(long id) {
    Query query = new Query().add(ACTIONS, id, MAX_ACTIONS);
    return database.ask(
        connection -> {
          List<Action> actions = new ArrayList<>();
          try (PreparedStatement statement = query.prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              actions.add(new Action(Rows.time(rows, 1), rows.getString(2)));
            }
          }
          return actions;
        });
  }

  /**
   * Writes the payload of a letter, piece by piece.
   *
   * @throws IOException when it cannot be written to the end
   */
  public void write(BuriedLetter letter, OutputStream out) throws IOException {
    LetterPayload payload = new LetterPayload(letter.id(), letter.bytes());
    while (payload.hasNext()) {
      Optional<byte[]> slice =
          database.ask(connection -> Optional.ofNullable(payload.next(connection)));
      out.write(
          slice.orElseThrow(() -> new IOException("the dead letter was discarded meanwhile")));
    }
  }

  /** How many letters are open; counts no further than the limit. */
  public long open(int limit) {
    Query query = new Query().add(COUNT_OPEN, limit);
    return database.ask(
        connection -> {
          try (PreparedStatement statement = query.prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  private static List<BuriedLetter> letters(Connection connection, Query query)
      throws SQLException {
    List<BuriedLetter> letters = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        letters.add(letter(rows));
      }
    }
    return letters;
  }

  private static BuriedLetter letter(ResultSet row) throws SQLException {
    return new BuriedLetter(
        row.getLong(1),
        DeadLetter.Kind.of(row.getString(2)).orElseThrow(),
        row.getString(3),
        row.getString(4),
        row.getInt(5),
        row.getLong(6),
        Rows.time(row, 7),
        Rows.time(row, 8),
        row.getLong(9),
        row.getBytes(10),
        row.getInt(11),
        Rows.instant(row, 12),
        row.getBytes(13));
  }
}
