package io.messagelogger.it.fault;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The database's rows beside those that are expected, compared by the database: reading and
 * comparing tens of thousands of messages here would take longer than storing them. Each question
 * answers the first few rows that are wrong, empty when all are right. Used by one thread.
 */
final class Ledger implements AutoCloseable {
  private static final String EXPECTED =
      """
      CREATE TEMP TABLE expected AS
      SELECT (message ->> 'message_uuid')::uuid AS message_uuid,
             (message ->> 'origin_ts')::timestamptz AS origin_ts,
             (message ->> 'ack_ts')::timestamptz AS ack_ts,
             nullif(message -> 'message_data', 'null') AS message_data,
             message ->> 'source_subject_id' AS source_subject_id,
             CASE WHEN jsonb_exists(message, 'destination_subject_ids') THEN
               ARRAY(SELECT jsonb_array_elements_text(message -> 'destination_subject_ids')) END
               AS destination_subject_ids,
             message ->> 'topic' AS topic,
             message ->> 'message_type' AS message_type,
             nullif(message -> 'message_metadata', 'null') AS message_metadata,
             certain
        FROM pushed
      """;

  private static final String COLUMNS =
      "message_uuid, origin_ts, ack_ts, message_data, source_subject_id, destination_subject_ids,"
          + " topic, message_type, message_metadata";

  private static final String EDGES =
      """
      SELECT DISTINCT subject_id, origin_ts, message_uuid
        FROM %s,
             unnest(destination_subject_ids) AS subject_id
      """;

  private static final String FOUND_EDGES =
      "SELECT subject_id, origin_ts, message_uuid FROM message_destination";

  private static final String DEAD_LETTERS =
      """
      SELECT whole, kind, occurrences,
             sha256(whole) = sha256 AND length(whole) = bytes AND attempts > 0 AND reason <> ''
               AND first_seen <= last_seen
        FROM dead_letter,
             LATERAL (SELECT dead_letter.payload || coalesce(string_agg(piece.payload, '' ORDER BY piece), '')
                        FROM dead_letter_piece AS piece
                       WHERE piece.dead_letter_id = dead_letter.dead_letter_id) AS put_together (whole)
      """;

  private final Connection connection;
  private boolean complete;

  /** A ledger of this database. */
  Ledger(Oracle.Source database) {
    try {
      this.connection = database.connection();
      execute("CREATE TEMP TABLE pushed (message jsonb, certain boolean)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Expects these: for certain, or perhaps. */
  void expect(Collection<Minted> messages, boolean certain) {
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO pushed SELECT unnest(?::text[])::jsonb, ?")) {
      List<String> json = new ArrayList<>();
      for (Minted message : messages) {
        json.add(message.json());
        if (json.size() == 5000) {
          insert(statement, json, certain);
        }
      }
      insert(statement, json, certain);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(PreparedStatement statement, List<String> json, boolean certain)
      throws SQLException {
    statement.setArray(1, connection.createArrayOf("text", json.toArray()));
    statement.setBoolean(2, certain);
    statement.executeUpdate();
    json.clear();
  }

  List<String> missing() {
    return ask(
        """
        SELECT message_uuid FROM expected
         WHERE certain AND NOT EXISTS (
               SELECT FROM message_exchange WHERE message_uuid = expected.message_uuid)
        """);
  }

  List<String> invented() {
    return ask(
        """
        SELECT message_uuid FROM message_exchange
         WHERE NOT EXISTS (
               SELECT FROM expected WHERE message_uuid = message_exchange.message_uuid)
        """);
  }

  List<String> twice() {
    return ask(
        """
        SELECT message_uuid FROM message_exchange GROUP BY message_uuid HAVING count(*) > 1
        """);
  }

  /** All nine fields, with numbers compared by value and JSON by content. */
  List<String> changed() {
    return ask(
        """
        SELECT found.message_uuid || ': ' || to_jsonb(found) || ' instead of ' || to_jsonb(expected)
          FROM (SELECT %1$s FROM message_exchange) AS found
          JOIN (SELECT %1$s FROM expected) AS expected USING (message_uuid)
         WHERE (found.*) IS DISTINCT FROM (expected.*)
        """
            .formatted(COLUMNS));
  }

  List<String> edgesMissing() {
    return edges(EDGES.formatted("stored"), FOUND_EDGES);
  }

  List<String> edgesInvented() {
    return edges(FOUND_EDGES, EDGES.formatted("expected"));
  }

  private List<String> edges(String these, String without) {
    return ask(
        "SELECT subject_id || ' ' || message_uuid FROM (%s EXCEPT %s) AS edge"
            .formatted(these, without));
  }

  List<String> keysWithoutRow() {
    return ask(
        """
        SELECT coalesce(message_key.message_uuid, message_exchange.message_uuid)
          FROM message_key FULL JOIN message_exchange USING (message_uuid, origin_ts)
         WHERE message_key.message_uuid IS NULL OR message_exchange.message_uuid IS NULL
            OR (message_key.source_subject_id, message_key.topic, message_key.message_type)
               IS DISTINCT FROM
               (message_exchange.source_subject_id, message_exchange.topic, message_exchange.message_type)
        """);
  }

  /** Takes a dead letter. */
  @FunctionalInterface
  interface DeadLetters {
    void take(byte[] payload, String kind, long occurrences);
  }

  /** Every dead letter, after the database has checked what it says about itself. */
  void forEachDeadLetter(DeadLetters taker) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(DEAD_LETTERS)) {
      while (rows.next()) {
        if (!rows.getBoolean(4)) {
          throw new AssertionError("a dead letter whose digest, size, times or reason are wrong");
        }
        taker.take(rows.getBytes(1), rows.getString(2), rows.getLong(3));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> ask(String sql) {
    try {
      if (!complete) {
        execute(EXPECTED);
        execute("ANALYZE expected");
        execute(
            "CREATE TEMP VIEW stored AS SELECT * FROM expected WHERE EXISTS"
                + " (SELECT FROM message_exchange WHERE message_uuid = expected.message_uuid)");
        complete = true;
      }
      List<String> found = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT wrong.*, count(*) OVER () FROM (" + sql + ") AS wrong LIMIT 5")) {
        while (rows.next()) {
          found.add(rows.getString(1) + " (one of " + rows.getLong(2) + ")");
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
