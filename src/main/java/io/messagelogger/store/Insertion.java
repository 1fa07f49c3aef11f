package io.messagelogger.store;

import io.messagelogger.message.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Inserts rows whose keys are taken, and the edges from their subjects, on the connection of a
 * batch. Used by one thread.
 */
final class Insertion {
  private static final String ROW = "(?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb)";

  private static final String INSERT_MESSAGES =
      "INSERT INTO message_exchange (" + Rows.COLUMNS + ") VALUES " + ROW;

  /** Statements are of 128, 64, 32 ... rows, so that there are few of them to be prepared. */
  private static final int ROWS_A_STATEMENT = 128;

  private static final String INSERT_EDGES =
      """
      INSERT INTO message_subject (subject_id, origin_ts, message_uuid)
      SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::uuid[])
      ON CONFLICT DO NOTHING
      """;

  private static final int EDGES_A_STATEMENT = 10_000;

  private final Connection connection;

  Insertion(Connection connection) {
    this.connection = connection;
  }

  /**
   * Inserts them, all or none.
   *
   * @throws SQLException when the database refuses or fails, or does not insert every row
   */
  void insert(List<Incoming> fresh) throws SQLException {
    for (int from = 0; from < fresh.size(); ) {
      int rows = Math.min(ROWS_A_STATEMENT, Integer.highestOneBit(fresh.size() - from));
      insertRows(fresh.subList(from, from + rows));
      from += rows;
    }
    link(fresh);
  }

  /**
   * Inserts rows by one statement, so that the database tells how many it took: it does not for the
   * statements of a JDBC batch that the driver joins, and a trigger may drop rows in silence.
   */
  private void insertRows(List<Incoming> some) throws SQLException {
    String sql = INSERT_MESSAGES + (", " + ROW).repeat(some.size() - 1);
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
      int inserted = statement.executeUpdate();
      if (inserted != some.size()) {
        throw new SQLException(
            "%d of %d rows were inserted, without an error; a trigger may have dropped the others"
                .formatted(inserted, some.size()),
            SqlFailure.DROPPED);
      }
    }
  }

  /**
   * Links every subject to its messages, some thousands at a time: a message may have 100,000
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
        for (String subject : subjects(message)) {
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

  private static Set<String> subjects(Message message) {
    Set<String> subjects = new LinkedHashSet<>();
    if (message.sourceSubjectId() != null) {
      subjects.add(message.sourceSubjectId());
    }
    if (message.destinationSubjectIds() != null) {
      subjects.addAll(message.destinationSubjectIds());
    }
    return subjects;
  }
}
