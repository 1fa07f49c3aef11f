package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plain JDBC batches into the three tables that a message has rows in, or into copies of them. The
 * driver joins the rows of a batch to INSERT ... VALUES of many. Used by one thread.
 */
final class JdbcRows implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement keys;
  private final PreparedStatement rows;
  private final PreparedStatement recipients;

  /**
   * Writes on a connection whose batches are rewritten.
   *
   * @param suffix of the names of the tables
   */
  JdbcRows(Connection connection, String suffix) throws SQLException {
    this.connection = connection;
    this.keys =
        connection.prepareStatement(
            "INSERT INTO message_key"
                + suffix
                + " (message_uuid, origin_ts, source_subject_id, topic, message_type)"
                + " VALUES (?, ?, ?, ?, ?)");
    this.rows =
        connection.prepareStatement(
            "INSERT INTO message_exchange"
                + suffix
                + " ("
                + Corpus.COLUMNS
                + ") VALUES (?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb)");
    this.recipients =
        connection.prepareStatement(
            "INSERT INTO message_destination"
                + suffix
                + " (subject_id, origin_ts, message_uuid) VALUES (?, ?, ?)");
  }

  /** Writes some messages; the caller commits. */
  void write(List<Message> messages) throws SQLException {
    for (Message message : messages) {
      keys.setObject(1, message.messageUuid());
      time(keys, 2, message.originTs());
      keys.setString(3, message.sourceSubjectId());
      keys.setString(4, message.topic());
      keys.setString(5, message.messageType());
      keys.addBatch();
      List<String> destinations = message.destinationSubjectIds();
      rows.setObject(1, message.messageUuid());
      time(rows, 2, message.originTs());
      time(rows, 3, message.ackTs());
      rows.setString(4, message.messageData());
      rows.setString(5, message.sourceSubjectId());
      rows.setArray(
          6,
          destinations == null ? null : connection.createArrayOf("text", destinations.toArray()));
      rows.setString(7, message.topic());
      rows.setString(8, message.messageType());
      rows.setString(9, message.messageMetadata());
      rows.addBatch();
      for (String subject :
          destinations == null ? List.<String>of() : new LinkedHashSet<>(destinations)) {
        recipients.setString(1, subject);
        time(recipients, 2, message.originTs());
        recipients.setObject(3, message.messageUuid());
        recipients.addBatch();
      }
    }
    keys.executeBatch();
    rows.executeBatch();
    recipients.executeBatch();
  }

  @Override
  public void close() throws SQLException {
    keys.close();
    rows.close();
    recipients.close();
  }

  private static void time(PreparedStatement statement, int parameter, @Nullable Instant time)
      throws SQLException {
    if (time == null) {
      statement.setNull(parameter, Types.TIMESTAMP_WITH_TIMEZONE);
    } else {
      statement.setObject(parameter, time.atOffset(ZoneOffset.UTC));
    }
  }
}
