package io.messagelogger.store.letters;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
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
import java.util.function.Consumer;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters, for those who look after them. Every method throws {@link
 * StoreUnavailableException} when the database does not answer. Thread-safe.
 *
 * <p>A letter that is retried stays, no longer open, until it is discarded: the queue may be less
 * safe than the database. If its message is refused again, it is open again.
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
        FROM dead_letter
      """;

  private static final String ORDER = " ORDER BY last_seen DESC, dead_letter_id DESC LIMIT ?";

  private static final String NEXT_TO_RETRY =
      """
      SELECT dead_letter_id FROM dead_letter
       WHERE dead_letter_id > ? AND retried_at IS NULL AND last_seen <= ?
      """;

  private static final String COUNT_TO_RETRY =
      "SELECT count(*) FROM dead_letter WHERE retried_at IS NULL AND last_seen <= ?";

  private static final String COUNT_OPEN =
      "SELECT count(*) FROM (SELECT FROM dead_letter WHERE retried_at IS NULL LIMIT ?) AS counted";

  private static final String LOCK =
      "SELECT bytes, retried_at FROM dead_letter WHERE dead_letter_id = ? FOR UPDATE";

  private static final String RETRIED =
      "UPDATE dead_letter SET retried_at = now(), retries = retries + 1 WHERE dead_letter_id = ?";

  private static final String RECORD_RETRY =
      """
      INSERT INTO dead_letter_action (action, dead_letter_id, sha256, kind, reason, bytes, occurrences)
      SELECT 'retry', dead_letter_id, sha256, kind, reason, bytes, occurrences
        FROM dead_letter WHERE dead_letter_id = ?
      """;

  /** One statement, so that of two who discard at the same time only one is on record. */
  private static final String DISCARD =
      """
      WITH gone AS (DELETE FROM dead_letter WHERE dead_letter_id = ? RETURNING *)
      INSERT INTO dead_letter_action (action, dead_letter_id, sha256, kind, reason, bytes, occurrences)
      SELECT 'discard', dead_letter_id, sha256, kind, reason, bytes, occurrences FROM gone
      """;

  private static final String ACTIONS =
      """
      SELECT at, action FROM dead_letter_action WHERE dead_letter_id = ?
       ORDER BY dead_letter_action_id DESC LIMIT ?
      """;

  private final Database database;
  private final int maxMessageBytes;

  /** The letters of this database. */
  @Inject
  public DeadLetters(Database database, Settings settings) {
    this.database = database;
    this.maxMessageBytes = settings.count(Setting.MAX_MESSAGE_BYTES);
  }

  /**
   * Which letters are meant.
   *
   * @param kind those of this kind only; null for all
   * @param reason those whose reason contains this text, in any case; null for all
   * @param state whether they are open
   */
  public record Selection(DeadLetter.@Nullable Kind kind, @Nullable String reason, State state) {

    private String conditions() {
      return switch (state) {
            case OPEN -> " AND retried_at IS NULL";
            case RETRIED -> " AND retried_at IS NOT NULL";
            case ALL -> "";
          }
          + (kind == null ? "" : " AND kind = ?")
          + (reason == null ? "" : " AND reason ILIKE ?");
    }

    /** Whether an index holds just the letters that are meant, in order. */
    private boolean indexed() {
      return reason == null && (state == State.OPEN || (state == State.ALL && kind == null));
    }

    private int bind(PreparedStatement statement, int first) throws SQLException {
      int parameter = first;
      if (kind != null) {
        statement.setString(parameter++, kind.text());
      }
      if (reason != null) {
        // Reasons are stored like that, and text cannot hold NUL.
        String text = reason.replace('\0', '\u2400');
        statement.setString(parameter++, "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%");
      }
      return parameter;
    }
  }

  /** Whether letters are open, or were put back into the queue and have not come again. */
  public enum State {
    /** Never retried, or come back since. */
    OPEN,
    /** Put back into the queue and not come back. */
    RETRIED,
    /** Either. */
    ALL
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

  /** How a retry ended. */
  public enum Retry {
    /** The message is in the queue, and that is recorded. */
    QUEUED,
    /** There is no such letter. */
    GONE,
    /** It was retried before and has not come back. */
    RETRIED_BEFORE,
    /** It has more bytes than a message may have. */
    TOO_LARGE
  }

  /**
   * A page of the letters selected, by when they last came. Where an index does not tell which are
   * meant, {@value #EXAMINED} letters are looked at a page at most: it may hold fewer than asked
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
  public Page page(Selection selection, @Nullable Position after, int limit) {
    String sql =
        LETTER
            + " WHERE true"
            + selection.conditions()
            + (after == null ? "" : " AND (last_seen, dead_letter_id) < (?, ?)");
    return database.read(
        connection -> {
          Position floor = selection.indexed() ? null : floor(connection, selection, after);
          List<BuriedLetter> letters = new ArrayList<>();
          String bounded = floor == null ? "" : " AND (last_seen, dead_letter_id) >= (?, ?)";
          try (PreparedStatement statement = connection.prepareStatement(sql + bounded + ORDER)) {
            statement.setInt(1, PREVIEW);
            int parameter = bind(statement, selection.bind(statement, 2), after);
            parameter = bind(statement, parameter, floor);
            // One more than asked for tells whether there is a next page.
            statement.setInt(parameter, limit + 1);
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                letters.add(letter(rows));
              }
            }
          }
          if (letters.size() <= limit) {
            return new Page(letters, floor);
          }
          BuriedLetter last = letters.get(limit - 1);
          return new Page(
              List.copyOf(letters.subList(0, limit)), new Position(last.lastSeen(), last.id()));
        });
  }

  private static int bind(PreparedStatement statement, int first, @Nullable Position position)
      throws SQLException {
    if (position == null) {
      return first;
    }
    Rows.time(statement, first, position.lastSeen());
    statement.setLong(first + 1, position.id());
    return first + 2;
  }

  /** The last letter to be looked at for this page; null when there are not as many. */
  private static @Nullable Position floor(
      Connection connection, Selection selection, @Nullable Position after) throws SQLException {
    String sql =
        "SELECT last_seen, dead_letter_id FROM dead_letter WHERE "
            + (selection.state() == State.OPEN ? "retried_at IS NULL" : "true")
            + (after == null ? "" : " AND (last_seen, dead_letter_id) < (?, ?)")
            + ORDER
            + " OFFSET ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = bind(statement, 1, after);
      statement.setInt(parameter++, 1);
      statement.setInt(parameter, EXAMINED - 1);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? new Position(Rows.time(rows, 1), rows.getLong(2)) : null;
      }
    }
  }

  /** The letter with this number, with at most {@link #HEAD} bytes of its payload. */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Optional<BuriedLetter> find(long id) {
    return database.ask(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(LETTER + " WHERE dead_letter_id = ?")) {
            statement.setInt(1, HEAD);
            statement.setLong(2, id);
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(letter(rows)) : Optional.empty();
            }
          }
        });
  }

  /** What was done with a letter, the latest first, a thousand actions at most. */
  public List<Action> actions(long id) {
    return database.ask(
        connection -> {
          List<Action> actions = new ArrayList<>();
          try (PreparedStatement statement = connection.prepareStatement(ACTIONS)) {
            statement.setLong(1, id);
            statement.setInt(2, 1000);
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                actions.add(new Action(Rows.time(rows, 1), rows.getString(2)));
              }
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
    return database.ask(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(COUNT_OPEN)) {
            statement.setInt(1, limit);
            return number(statement);
          }
        });
  }

  /** The time by the clock that says when letters came, which is the database's. */
  public Instant time() {
    return database.ask(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement("SELECT now()");
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return Rows.time(rows, 1);
          }
        });
  }

  /** How many of the letters selected are open and came no later than that. */
  public long countToRetry(Selection selection, Instant until) {
    return database.ask(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(COUNT_TO_RETRY + selection.conditions())) {
            Rows.time(statement, 1, until);
            selection.bind(statement, 2);
            return number(statement);
          }
        });
  }

  /** The next numbers, ascending, of letters selected that are open and came no later than that. */
  public List<Long> toRetry(Selection selection, Instant until, long after, int limit) {
    return database.ask(
        connection -> {
          List<Long> ids = new ArrayList<>();
          try (PreparedStatement statement =
              connection.prepareStatement(
                  NEXT_TO_RETRY + selection.conditions() + " ORDER BY dead_letter_id LIMIT ?")) {
            statement.setLong(1, after);
            Rows.time(statement, 2, until);
            statement.setInt(selection.bind(statement, 3), limit);
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                ids.add(rows.getLong(1));
              }
            }
          }
          return ids;
        });
  }

  /**
   * Puts the message of a letter back into the queue. The letter is locked while that is done, and
   * changed after it: when the message is refused again at once, that waits for this and opens the
   * letter again. If the change cannot be committed, the letter stays open and its message is in
   * the queue as well, which does no harm: a message is stored once.
   *
   * @param push puts bytes into the queue; what it throws leaves the letter as it was
   * @param again whether a letter that was retried and has not come back is retried too
   */
  @Transactional(rollbackOn = Exception.class)
  public Retry retry(long id, Consumer<byte[]> push, boolean again) {
    return database.ask(
        connection -> {
          long bytes;
          try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
              if (!rows.next()) {
                return Retry.GONE;
              }
              bytes = rows.getLong(1);
              if (bytes > maxMessageBytes) {
                return Retry.TOO_LARGE;
              }
              if (!again && Rows.instant(rows, 2) != null) {
                return Retry.RETRIED_BEFORE;
              }
            }
          }
          push.accept(new LetterPayload(id, bytes).whole(connection));
          execute(connection, RETRIED, id);
          execute(connection, RECORD_RETRY, id);
          return Retry.QUEUED;
        });
  }

  /** Deletes a letter, which is recorded; false when there is none with this number. */
  @Transactional(rollbackOn = Exception.class)
  public boolean discard(long id) {
    return database.ask(connection -> execute(connection, DISCARD, id) == 1);
  }

  private static int execute(Connection connection, String sql, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      return statement.executeUpdate();
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
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
