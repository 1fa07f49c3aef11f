package io.messagelogger.store.upkeep;

import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.rollup.Marks;
import io.messagelogger.store.writing.Keys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the rows of a table that the Python service made, some pages of the table in a
 * transaction: gives them keys, so that they are found, and moves them into the hypertable where
 * there is one. A server that stops or dies loses what it did in its last transaction only; any
 * server goes on from there. Rows that change meanwhile may move to pages that were passed, so the
 * table is passed through until a pass finds nothing. Thread-safe; of several servers one works at
 * a time.
 */
@ApplicationScoped
public class Takeover {
  /** About as many rows as a batch has. */
  private static final int PAGES = 64;

  private static final String LOCK =
      """
      SELECT source, moves, pass, next_page, pages, taken, taken_now FROM message_takeover
       WHERE finished_at IS NULL FOR UPDATE SKIP LOCKED
      """;

  private static final String PROGRESS =
      """
      SELECT finished_at IS NOT NULL, pass, next_page, pages, taken FROM message_takeover
      """;

  /** In ascending order, as all who take keys. */
  private static final String TAKE_KEYS =
      "INSERT INTO message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)"
          + " SELECT message_uuid, "
          + Keys.VALUES
          + " FROM stored ORDER BY message_uuid ON CONFLICT (message_uuid) DO NOTHING";

  /** What has a key now is counted by it, whoever took it. */
  private static final String MARK =
      ", changed AS (SELECT " + Keys.TIME + " AS origin_ts FROM stored) " + Marks.MARK_CHANGED;

  private static final String LINK =
      "INSERT INTO message_destination " + Keys.RECIPIENTS + " ON CONFLICT DO NOTHING";

  private final Database database;

  /** Of this database. */
  @Inject
  public Takeover(Database database) {
    this.database = database;
  }

  /**
   * How far it is.
   *
   * @param finished every row is taken over
   * @param percent of the table's pages, from 0 to 100
   * @param taken rows so far
   */
  public record Progress(boolean finished, int percent, long taken) {}

  /** How far it is; empty when there is nothing to take over. */
  public Optional<Progress> progress() {
    return database.read(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(PROGRESS);
              ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
              return Optional.empty();
            }
            boolean finished = rows.getBoolean(1);
            long pages = rows.getLong(4);
            int percent =
                finished || rows.getInt(2) > 1
                    ? 100
                    : pages == 0 ? 0 : (int) Math.min(99, 100 * rows.getLong(3) / pages);
            return Optional.of(new Progress(finished, percent, rows.getLong(5)));
          }
        });
  }

  /**
   * Takes over the next rows.
   *
   * @return whether there is more to do for this server
   * @throws StoreUnavailableException when the database does not answer
   */
  public boolean step() {
    return database.maintain(
        connection -> {
          State state = lock(connection);
          if (state == null) {
            return false;
          }
          long pages = state.pages == null ? pages(connection, state.source) : state.pages;
          if (state.nextPage >= pages) {
            endPass(connection, state);
            return true;
          }
          long end = state.nextPage + PAGES;
          int taken = take(connection, state, end);
          update(
              connection,
              "next_page = ?, pages = ?, taken = taken + ?, taken_now = taken_now + ?",
              end,
              pages,
              (long) taken,
              (long) taken);
          return true;
        });
  }

  private record State(
      String source, boolean moves, int pass, long nextPage, @Nullable Long pages, long takenNow) {}

  private static @Nullable State lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK);
        ResultSet rows = statement.executeQuery()) {
      return rows.next()
          ? new State(
              rows.getString("source"),
              rows.getBoolean("moves"),
              rows.getInt("pass"),
              rows.getLong("next_page"),
              rows.getObject("pages", Long.class),
              rows.getLong("taken_now"))
          : null;
    }
  }

  private static long pages(Connection connection, String source) throws SQLException {
    try (PreparedStatement statement =
            new Query()
                .add(
                    "SELECT pg_relation_size(?::regclass) / current_setting('block_size')::int",
                    source)
                .prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void endPass(Connection connection, State state) throws SQLException {
    if (state.takenNow == 0) {
      update(connection, "finished_at = now()");
    } else {
      update(
          connection,
          "pass = pass + 1, next_page = 0, taken_now = 0, pages = ?",
          pages(connection, state.source));
    }
  }

  private static void update(Connection connection, String set, Object... values)
      throws SQLException {
    new Query().add("UPDATE message_takeover SET " + set, values).update(connection);
  }

  /** Returns how many rows nobody had taken over before. */
  private static int take(Connection connection, State state, long end) throws SQLException {
    String pages =
        " WHERE ctid >= '(%s,0)'::tid AND ctid < '(%s,0)'::tid".formatted(state.nextPage, end);
    String stored = "WITH stored AS MATERIALIZED (SELECT * FROM " + state.source + pages + ") ";
    int keys = new Query().add(stored + TAKE_KEYS).update(connection);
    if (keys > 0) {
      new Query().add(stored.strip() + MARK).update(connection);
    }
    if (!state.moves) {
      if (keys > 0) {
        new Query().add(stored + LINK).update(connection);
      }
      return keys;
    }
    // Whoever acknowledges a row takes its key first, as we did: so nobody waits in a circle.
    int moved =
        new Query()
            .add(
                "WITH stored AS (DELETE FROM "
                    + state.source
                    + pages
                    + " AND isfinite(origin_ts) RETURNING *), linked AS ("
                    + LINK
                    + ") INSERT INTO message_exchange ("
                    + Rows.COLUMNS
                    + ") SELECT "
                    + Rows.COLUMNS
                    + " FROM stored")
            .update(connection);
    new Query().add(stored + LINK).update(connection); // of rows that stay, as they have no time
    return Math.max(keys, moved);
  }
}
