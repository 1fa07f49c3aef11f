package io.messagelogger.bench;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A way to read the newest messages of a subject out of a {@link Structure}. Immutable. */
enum SubjectPage {
  /** One statement, both conditions. */
  EITHER(
      "A, one statement with OR",
      "array",
      """
      SELECT $columns FROM array_message
       WHERE source_subject_id = ? OR destination_subject_ids @> ARRAY[?]::text[]
       ORDER BY origin_ts DESC LIMIT 100
      """,
      false),

  /** One statement, a branch a condition. */
  UNION(
      "A, one statement with UNION ALL",
      "array",
      """
      SELECT * FROM (
        (SELECT $columns FROM array_message WHERE source_subject_id = ?
          ORDER BY origin_ts DESC LIMIT 100)
        UNION ALL
        (SELECT $columns FROM array_message
          WHERE destination_subject_ids @> ARRAY[?]::text[] AND source_subject_id <> ?
          ORDER BY origin_ts DESC LIMIT 100)) AS either
       ORDER BY origin_ts DESC LIMIT 100
      """,
      false),

  /** Keys first, then their rows. */
  EDGES(
      "B, keys and then rows",
      "edges",
      """
      SELECT origin_ts, message_uuid FROM edges_subject WHERE subject_id = ?
       ORDER BY origin_ts DESC, message_uuid DESC LIMIT 100
      """,
      true),

  /** Keys of two lists first, then their rows. */
  KEYS(
      "C, keys and then rows",
      "keys",
      """
      SELECT origin_ts, message_uuid FROM (
        (SELECT origin_ts, message_uuid FROM keys_key WHERE source_subject_id = ?
          ORDER BY origin_ts DESC, message_uuid DESC LIMIT 100)
        UNION
        (SELECT origin_ts, message_uuid FROM keys_destination WHERE subject_id = ?
          ORDER BY origin_ts DESC, message_uuid DESC LIMIT 100)) AS either
       ORDER BY origin_ts DESC, message_uuid DESC LIMIT 100
      """,
      true);

  private final String title;
  private final String statement;
  private final String rows;
  private final boolean keys;
  private final long values;

  /**
   * @param prefix of the tables
   * @param statement whose values all are the subject
   * @param keys whether the statement finds keys, not rows
   */
  SubjectPage(String title, String prefix, String statement, boolean keys) {
    this.title = title;
    this.statement = statement.replace("$columns", Corpus.COLUMNS);
    this.rows =
        "SELECT %s FROM %s_message WHERE message_uuid = ANY (?) AND origin_ts BETWEEN ? AND ?"
            .formatted(Corpus.COLUMNS, prefix);
    this.keys = keys;
    this.values = statement.chars().filter(character -> character == '?').count();
  }

  String title() {
    return title;
  }

  /** Reads the page; returns how many messages it has. */
  int read(Connection connection, String subject) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(statement)) {
      for (int value = 1; value <= values; value++) {
        query.setString(value, subject);
      }
      if (!keys) {
        return messages(query);
      }
      return rowsOf(connection, query);
    }
  }

  private int rowsOf(Connection connection, PreparedStatement query) throws SQLException {
    List<UUID> uuids = new ArrayList<>();
    List<Timestamp> times = new ArrayList<>();
    try (ResultSet found = query.executeQuery()) {
      while (found.next()) {
        times.add(found.getTimestamp(1));
        uuids.add(found.getObject(2, UUID.class));
      }
    }
    if (uuids.isEmpty()) {
      return 0;
    }
    Array array = connection.createArrayOf("uuid", uuids.toArray());
    try (PreparedStatement read = connection.prepareStatement(rows)) {
      read.setArray(1, array);
      read.setTimestamp(2, times.get(times.size() - 1));
      read.setTimestamp(3, times.get(0));
      return messages(read);
    } finally {
      array.free();
    }
  }

  private static int messages(PreparedStatement query) throws SQLException {
    int messages = 0;
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        messages++;
      }
    }
    return messages;
  }
}
