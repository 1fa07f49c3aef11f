package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Stores rows whose keys are taken, and their recipients, on the connection of a batch. Used by one
 * thread.
 *
 * <p>Each statement tells which of its rows are new.
 */
final class Insertion {
  private static final String ROW = "(?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb)";

  private static final String INSERT_MESSAGES =
      "INSERT INTO message_exchange (" + Rows.COLUMNS + ") VALUES " + ROW;

  /** Who answers with the rows that it took tells which it did not. */
  private static final String WHAT_IS_NEW = " ON CONFLICT DO NOTHING RETURNING message_uuid";

  /** Statements are of 128, 64, 32 ... rows, so that there are few of them to be prepared. */
  private static final int ROWS_A_STATEMENT = 128;

  private static final String INSERT_EDGES =
      """
      INSERT INTO message_destination (subject_id, origin_ts, message_uuid)
      SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::uuid[])
      ON CONFLICT DO NOTHING
      """;

  private static final int EDGES_A_STATEMENT = 10_000;

  private final Connection connection;

  Insertion(Connection connection) {
    this.connection = connection;
  }

  /**
   * Stores those of which there is no row yet. There may be one of a message whose key was free:
   * the Python service's, or one that retention has not come to.
   *
   * @return those that were not stored: there is a row, or a trigger has dropped them in silence
   */
  List<Incoming> insert(List<Incoming> fresh) throws SQLException {
    Set<UUID> inserted = new HashSet<>();
    for (int from = 0; from < fresh.size(); ) {
      int rows = Math.min(ROWS_A_STATEMENT, Integer.highestOneBit(fresh.size() - from));
      insertRows(fresh.subList(from, from + rows), inserted);
      from += rows;
    }
    List<Incoming> stored = new ArrayList<>(fresh.size());
    List<Incoming> left = new ArrayList<>();
    for (Incoming incoming : fresh) {
      (inserted.contains(incoming.message().messageUuid()) ? stored : left).add(incoming);
    }
    link(stored);
    return left;
  }

  /**
   * Inserts rows by one statement, so that the database tells which it took: it does not for the
   * statements of a JDBC batch that the driver joins.
   */
  private void insertRows(List<Incoming> some, Set<UUID> inserted) throws SQLException {
    String sql = INSERT_MESSAGES + (", " + ROW).repeat(some.size() - 1) + WHAT_IS_NEW;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (Incoming incoming : some) {
        Message message = incoming.message();
        statement.setObject(parameter++, message.messageUuid());
        Rows.time(statement, parameter++, message.originTs());
        Rows.time(statement, parameter++, message.ackTs());
        statement.setString(parameter++, message.messageData());
        statement.setString(parameter++, message.sourceSubjectId());
        Rows.texts(statement, parameter++, message.destinationSubjectIds());
        statement.setString(parameter++, message.topic());
        statement.setString(parameter++, message.messageType());
        statement.setString(parameter++, message.messageMetadata());
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          inserted.add(rows.getObject(1, UUID.class));
        }
      }
    }
  }

  /**
   * Links every recipient to its messages, some thousands at a time: a message may have 100,000
   * recipients.
   */
  private void link(List<Incoming> fresh) throws SQLException {
    List<String> subjects = new ArrayList<>();
    List<String> times = new ArrayList<>();
    List<UUID> uuids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(INSERT_EDGES)) {
      for (Incoming incoming : fresh) {
        Message message = incoming.message();
        String time = String.valueOf(message.originTs());
        for (String subject : Copying.recipients(message)) {
          subjects.add(subject);
          times.add(time);
          uuids.add(message.messageUuid());
          if (subjects.size() == EDGES_A_STATEMENT) {
            link(statement, subjects, times, uuids);
          }
        }
      }
      if (!subjects.isEmpty()) {
        link(statement, subjects, times, uuids);
      }
    }
  }

  private void link(
      PreparedStatement statement, List<String> subjects, List<String> times, List<UUID> uuids)
      throws SQLException {
    statement.setArray(1, Rows.array(connection, "text", subjects.toArray()));
    statement.setArray(2, Rows.array(connection, "text", times.toArray()));
    statement.setArray(3, Rows.array(connection, "uuid", uuids.toArray()));
    statement.executeUpdate();
    subjects.clear();
    times.clear();
    uuids.clear();
  }
}
