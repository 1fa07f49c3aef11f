package io.messagelogger.store.finding;

import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads positions and, in the same round trip, the messages there as long as they are small: most
 * pages are, and then need no other statement. Only where {@code message_exchange} is a plain
 * table, whose rows are found by their uuids. Stateless.
 */
final class SmallMessages {
  /** What a page may take in memory that is read this way. */
  private static final int BYTES = 2 << 20;

  /** As many recipients as a row may have that is read this way; each has an index entry's size. */
  private static final int RECIPIENTS = 64;

  private static final String MESSAGES =
      """
      ) AS c LEFT JOIN LATERAL (
        SELECT * FROM (
          SELECT message_uuid, origin_ts, ack_ts, message_data::text AS message_data, source_subject_id,
                 destination_subject_ids, topic, message_type, message_metadata::text AS message_metadata
            FROM message_exchange
           WHERE message_uuid = c.message_uuid
             AND coalesce(pg_column_size(message_data), 0) + coalesce(pg_column_size(message_metadata), 0) <= ?
             AND coalesce(cardinality(destination_subject_ids), 0) <= ?
          OFFSET 0) AS printed
         WHERE coalesce(octet_length(message_data), 0) + coalesce(octet_length(message_metadata), 0) <= ?
      ) AS m ON true
      """;

  private SmallMessages() {}

  /**
   * What was read.
   *
   * @param positions all that the statement has
   * @param head the messages of the first of them, up to the first that is not small
   */
  record Head(List<Position> positions, List<Message> head) {}

  /**
   * Reads.
   *
   * @param positions a statement of times and uuids in this order
   * @param limit how many messages at most
   */
  static Head read(Connection connection, Query positions, Order order, int limit)
      throws SQLException {
    int most = BYTES / limit;
    Query query =
        new Query()
            .add("SELECT m.*, c.origin_ts, c.message_uuid FROM (")
            .add(positions)
            .add(MESSAGES, most, RECIPIENTS, most)
            .add(order.clause("c."));
    List<Position> found = new ArrayList<>();
    List<Message> head = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Instant time = Rows.time(rows, 10);
        if (head.size() == found.size() && head.size() < limit && rows.getString(1) != null) {
          head.add(Rows.read(rows));
        }
        found.add(new Position(time, rows.getObject(11, UUID.class)));
      }
    }
    return new Head(found, head);
  }
}
