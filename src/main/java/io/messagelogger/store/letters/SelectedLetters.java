package io.messagelogger.store.letters;

import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of dead letters, for those who work through a selection of them. Every method throws
 * {@link io.messagelogger.store.StoreUnavailableException} when the database does not answer.
 * Thread-safe.
 */
@ApplicationScoped
public class SelectedLetters {
  private final Database database;

  /** The letters of this database. */
  @Inject
  public SelectedLetters(Database database) {
    this.database = database;
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

  /** How many letters are selected that came no later than that. */
  public long count(LetterSelection selection, Instant until) {
    Query query =
        selection.conditions(
            new Query().add("SELECT count(*) FROM dead_letter WHERE last_seen <= ?", until));
    return database.ask(
        connection -> {
          try (PreparedStatement statement = query.prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  /**
   * The next numbers, ascending, of letters selected that came no later than that.
   *
   * @param after the number before them; 0 at the start
   * @param limit how many at most
   */
  public List<Long> next(LetterSelection selection, Instant until, long after, int limit) {
    Query query =
        new Query()
            .add(
                "SELECT dead_letter_id FROM dead_letter WHERE dead_letter_id > ? AND last_seen <= ?",
                after,
                until);
    selection.conditions(query).add(" ORDER BY dead_letter_id LIMIT ?", limit);
    return database.ask(
        connection -> {
          List<Long> ids = new ArrayList<>();
          try (PreparedStatement statement = query.prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              ids.add(rows.getLong(1));
            }
          }
          return ids;
        });
  }
}
