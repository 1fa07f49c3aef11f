package io.messagelogger.store.upkeep;

import io.messagelogger.message.Position;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Brings what became known later into the rows themselves (decision 025): deletes compressed rows
 * of erased messages, and fills in acknowledgements where a chunk is not compressed any more. Those
 * of chunks that stay compressed stay beside them until the messages expire. Thread-safe; of
 * several servers one works at a time.
 */
@ApplicationScoped
public class Folding {
  /** Each may unpack a batch of a thousand rows. */
  private static final int ERASED = 20;

  private static final int ACKNOWLEDGED = 1000;

  /** The number has no meaning; it is the same in every server. */
  private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7307199650931128)";

  private static final String FIND_ERASED =
      "SELECT message_uuid, origin_ts FROM message_later WHERE erased ORDER BY origin_ts LIMIT ?";

  private static final String OPEN_CHUNK =
      """
      SELECT range_start, range_end FROM timescaledb_information.chunks
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
         AND NOT is_compressed
         AND EXISTS (SELECT FROM message_later AS later
                      WHERE later.origin_ts >= range_start AND later.origin_ts < range_end AND NOT later.erased)
       LIMIT 1
      """;

  private static final String TAKE =
      """
      DELETE FROM message_later WHERE message_uuid IN (
        SELECT message_uuid FROM message_later WHERE origin_ts >= ? AND origin_ts < ? AND NOT erased
         ORDER BY message_uuid LIMIT ? FOR UPDATE)
      RETURNING message_uuid, origin_ts, ack_ts
      """;

  private static final String FILL_IN =
      """
      UPDATE message_exchange AS stored SET ack_ts = coalesce(stored.ack_ts, fact.ack_ts) FROM fact
       WHERE stored.message_uuid = fact.message_uuid AND stored.origin_ts = fact.origin_ts
         AND stored.origin_ts >= ? AND stored.origin_ts < ?
      """;

  private final Database database;

  /** Of this database. */
  @Inject
  public Folding(Database database) {
    this.database = database;
  }

  /**
   * Folds in some facts.
   *
   * @return whether there may be more
   * @throws StoreUnavailableException when the database does not answer
   */
  public boolean step() {
    if (database.layout().byUuid()) {
      return false;
    }
    return database.maintain(
        connection ->
            "t".equals(Connections.first(connection, LOCK))
                && (deleteErased(connection) || fillInOpen(connection)));
  }

  private static boolean deleteErased(Connection connection) throws SQLException {
    List<Position> erased = new ArrayList<>();
    try (PreparedStatement statement = new Query().add(FIND_ERASED, ERASED).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        erased.add(new Position(Rows.time(rows, 2), rows.getObject(1, UUID.class)));
      }
    }
    if (erased.isEmpty()) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      for (Position row : erased) {
        // Literals, as a parameter is not compared with the bounds of compressed batches.
        statement.execute(
            "DELETE FROM message_exchange WHERE message_uuid = '%s' AND origin_ts = '%s'"
                .formatted(row.messageUuid(), row.originTs()));
      }
    }
    new Query()
        .add(
            "DELETE FROM message_later WHERE message_uuid = ANY (?)",
            new Query.Uuids(erased.stream().map(Position::messageUuid).toList()))
        .update(connection);
    return true;
  }

  private static boolean fillInOpen(Connection connection) throws SQLException {
    Instant start;
    Instant end;
    try (PreparedStatement statement = connection.prepareStatement(OPEN_CHUNK);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return false;
      }
      start = Rows.instant(rows, 1);
      end = Rows.instant(rows, 2);
    }
    return new Query()
            .add("WITH fact AS (")
            .add(TAKE, start, end, ACKNOWLEDGED)
            .add(") ")
            .add(FILL_IN, start, end)
            .update(connection)
        > 0;
  }
}
