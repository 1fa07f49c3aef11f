package io.messagelogger.store.upkeep;

import io.messagelogger.message.Position;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogPruning;
import io.messagelogger.store.schema.Chunks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Removes messages that have expired, with their keys and recipients, oldest first, a batch a
 * transaction. The rows of a hypertable go by the chunk, some chunks a transaction, once none of
 * their messages has a key; messages in a chunk that holds newer ones too wait for those. Messages
 * without a time never expire. Thread-safe; of several servers one works at a time.
 */
@ApplicationScoped
public class Retention {
  private static final int MESSAGES = 1000;

  /** The number has no meaning; it is the same in every server. */
  private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7307199650931127)";

  private static final String EXPIRED =
      """
      SELECT message_uuid, origin_ts FROM message_key
       WHERE origin_ts > 'epoch' AND origin_ts < ?
       ORDER BY origin_ts, message_uuid LIMIT ?
      """;

  private static final String UNLESS_IN_USE = " FOR UPDATE SKIP LOCKED";

  private static final String UNLINK =
      """
      DELETE FROM message_destination AS d
       USING (SELECT DISTINCT subject_id, origin_ts, message_uuid
                FROM gone, unnest(gone.destination_subject_ids) AS subject_id) AS e
       WHERE d.subject_id = e.subject_id AND d.origin_ts = e.origin_ts AND d.message_uuid = e.message_uuid
      """;

  /** Other objects depend on what is to be dropped. */
  private static final String OBSTACLE = "2BP01";

  private static final String FOREIGN_KEYS =
      """
      SELECT string_agg(conname || ' of table ' || conrelid::regclass, ', ' ORDER BY conname) FROM pg_constraint
       WHERE contype = 'f' AND conparentid = 0 AND confrelid = 'message_exchange'::regclass
      """;

  private final Database database;

  /** Of this database. */
  @Inject
  public Retention(Database database) {
    this.database = database;
  }

  /**
   * What a step did.
   *
   * @param messages that were removed
   * @param chunks that were dropped
   * @param more whether another step may find more
   */
  public record Step(int messages, int chunks, boolean more) {
    private static final Step NOTHING = new Step(0, 0, false);
  }

  /**
   * Removes the next messages that are older than this, or drops the next chunks.
   *
   * @throws StoreUnavailableException when the database does not answer, or does not drop a chunk
   */
  public Step step(Instant cutoff) {
    try {
      return database.maintain(connection -> step(connection, cutoff));
    } catch (StoreUnavailableException e) {
      if (e.getCause() != null && OBSTACLE.equals(SqlFailure.of(e.getCause()).sqlState())) {
        throw new StoreUnavailableException(database.maintain(Retention::obstacle), e);
      }
      throw e;
    }
  }

  private Step step(Connection connection, Instant cutoff) throws SQLException {
    if (!"t".equals(Connections.first(connection, LOCK))) {
      return Step.NOTHING;
    }
    if (database.layout().byUuid()) {
      int removed = remove(connection, cutoff);
      boolean pruned = removed == 0 && LogPruning.prune(connection, cutoff);
      return new Step(removed, 0, removed > 0 || pruned);
    }
    Chunks chunks = new Chunks(connection);
    Instant end = chunks.expired(cutoff);
    if (end == null) {
      return Step.NOTHING;
    }
    int removed = remove(connection, end);
    return removed > 0 || LogPruning.prune(connection, end)
        ? new Step(removed, 0, true)
        : drop(connection, chunks, end);
  }

  /** Drops the oldest chunks, unless a late message has come into one of them. */
  private Step drop(Connection connection, Chunks chunks, Instant expired) throws SQLException {
    Instant end = chunks.firstExpired(expired);
    if (end == null) {
      return Step.NOTHING;
    }
    chunks.lock(end);
    if (!positions(connection, end).isEmpty()) {
      return new Step(0, 0, true);
    }
    int dropped = chunks.drop(end);
    new Query().add("DELETE FROM message_later WHERE origin_ts < ?", end).update(connection);
    return new Step(0, dropped, end.isBefore(expired));
  }

  /** Says what keeps chunks from being dropped. */
  private static String obstacle(Connection connection) throws SQLException {
    String keys = Connections.first(connection, FOREIGN_KEYS);
    return keys == null
        ? "chunks cannot be dropped, as other objects depend on them (SQLSTATE " + OBSTACLE + ")"
        : "chunks cannot be dropped, as foreign keys refer to message_exchange: "
            + keys
            + "; drop these foreign keys, or set RETENTION=off";
  }

  private int remove(Connection connection, Instant cutoff) throws SQLException {
    List<Position> expired = positions(connection, cutoff);
    if (expired.isEmpty()) {
      return 0;
    }
    database.layout().change(connection);
    Query.Uuids uuids = new Query.Uuids(expired.stream().map(p -> p.messageUuid()).toList());
    if (database.layout().byUuid()) {
      new Query()
          .add(
              "WITH gone AS (DELETE FROM message_exchange WHERE message_uuid = ANY (?) RETURNING *) ",
              uuids)
          .add(UNLINK)
          .update(connection);
    } else {
      new Query()
          .add("WITH gone AS (")
          .add(Layout.HYPERTABLE.rows(expired))
          .add(") " + UNLINK)
          .update(connection);
      new Query()
          .add("DELETE FROM message_exchange_old WHERE message_uuid = ANY (?)", uuids)
          .update(connection);
    }
    new Query()
        .add("DELETE FROM message_later WHERE message_uuid = ANY (?)", uuids)
        .update(connection);
    return new Query()
        .add("DELETE FROM message_key WHERE message_uuid = ANY (?)", uuids)
        .update(connection);
  }

  private List<Position> positions(Connection connection, @Nullable Instant cutoff)
      throws SQLException {
    List<Position> positions = new ArrayList<>();
    // Rows of several nodes cannot be locked by a SELECT; who uses one then waits, or is waited
    // for.
    String sql = EXPIRED + (database.layout() == Layout.DISTRIBUTED ? "" : UNLESS_IN_USE);
    try (PreparedStatement statement = new Query().add(sql, cutoff, MESSAGES).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        positions.add(new Position(Rows.time(rows, 2), rows.getObject(1, UUID.class)));
      }
    }
    return positions;
  }
}
