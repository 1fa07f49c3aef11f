package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Compares ways to write a thousand messages into the service's tables, on one connection: batches
 * that the driver rewrites, arrays, COPY, and mixtures of them. Prints microseconds a message,
 * median and range. {@code -Dmessages} (a round, 20000), {@code -Drounds} (7). Used by one thread.
 */
public final class WriteChoice {
  private static final int BATCH = 1000;
  private static final String[] TABLES = {"message_key", "message_exchange", "message_destination"};

  private static final String TAKE_KEYS =
      """
      INSERT INTO message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)
      SELECT * FROM unnest(?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[])
      ON CONFLICT (message_uuid) DO NOTHING RETURNING message_uuid
      """;

  private static final String INSERT_ROWS =
      """
      INSERT INTO message_exchange (message_uuid, origin_ts, ack_ts, message_data, source_subject_id,
                                    destination_subject_ids, topic, message_type, message_metadata)
      SELECT u, o::timestamptz, a::timestamptz, d::jsonb, s, r::text[], t, y, m::jsonb
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
          AS row (u, o, a, d, s, r, t, y, m)
      ON CONFLICT DO NOTHING
      """;

  private static final String INSERT_RECIPIENTS =
      """
      INSERT INTO message_destination (subject_id, origin_ts, message_uuid)
      SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::uuid[]) ON CONFLICT DO NOTHING
      """;

  private final Connection connection;
  private final CopyManager copy;

  private WriteChoice(Connection connection) throws SQLException {
    this.connection = connection;
    this.copy = connection.unwrap(PGConnection.class).getCopyAPI();
  }

  /** Writes a batch, of which the bytes for COPY are known already. */
  @FunctionalInterface
  private interface Way {
    void write(List<Message> messages, byte[][] encoded) throws SQLException, IOException;
  }

  /** Runs the comparison with the system properties and the environment. */
  public static void main(String[] arguments) throws IOException, SQLException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    try (BenchServices services = BenchServices.start(true)) {
      String database = services.createDatabase("write_choice");
      try (BenchServer server = BenchServer.start(services, database)) {
        out.println("the schema was made at " + server.address());
      }
      try (Connection connection = services.connect(database)) {
        out.println(new Sql(connection).describe());
        connection.setAutoCommit(false);
        new WriteChoice(connection).run(out);
      }
    }
  }

  private void run(PrintStream out) throws SQLException, IOException {
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("JDBC batch, rewritten by the driver", (messages, encoded) -> batch(messages, ""));
    ways.put("arrays (unnest) with ON CONFLICT", (messages, encoded) -> arrays(messages));
    ways.put(
        "COPY (encoded before) into temporary tables, then INSERT ON CONFLICT",
        (m, encoded) -> staged(encoded));
    ways.put("keys by arrays, rows and recipients by COPY (encoded before)", this::keysThenCopy);
    ways.put("COPY (encoded before) into all tables", (messages, encoded) -> copy(encoded, 0));
    for (String table : TABLES) {
      new Sql(connection)
          .execute(
              "CREATE TEMP TABLE " + table + "_staged (LIKE " + table + ") ON COMMIT DELETE ROWS");
    }
    connection.commit();
    Traffic traffic = new Traffic(System.nanoTime());
    int messages = Integer.getInteger("messages", 20_000);
    int rounds = Integer.getInteger("rounds", 7);
    Map<String, List<Double>> micros = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        double taken = measure(way.getValue(), traffic, messages);
        if (round > 0) { // the first one warms up
          micros.computeIfAbsent(way.getKey(), key -> new ArrayList<>()).add(taken);
        }
      }
    }
    micros.forEach(
        (way, taken) -> {
          List<Double> sorted = taken.stream().sorted().toList();
          out.println(
              String.format(
                  Locale.ROOT,
                  "| %s | %.1f (%.1f to %.1f) |",
                  way,
                  sorted.get(sorted.size() / 2),
                  sorted.get(0),
                  sorted.get(sorted.size() - 1)));
        });
  }

  private double measure(Way way, Traffic traffic, int messages) throws SQLException, IOException {
    List<List<Message>> batches = new ArrayList<>();
    List<byte[][]> encoded = new ArrayList<>();
    for (int i = 0; i < messages; i += BATCH) {
      List<Message> batch = traffic.next(BATCH);
      batches.add(batch);
      encoded.add(encode(batch));
    }
    long start = System.nanoTime();
    for (int i = 0; i < batches.size(); i++) {
      way.write(batches.get(i), encoded.get(i));
      connection.commit();
    }
    return (System.nanoTime() - start) / 1e3 / messages;
  }

  /** The database gives out what it takes in. */
  private byte[][] encode(List<Message> messages) throws SQLException, IOException {
    batch(messages, "_staged");
    byte[][] encoded = new byte[TABLES.length][];
    for (int i = 0; i < TABLES.length; i++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      copy.copyOut(
          "COPY (SELECT * FROM "
              + TABLES[i]
              + "_staged ORDER BY message_uuid) TO STDOUT (FORMAT binary)",
          bytes);
      encoded[i] = bytes.toByteArray();
    }
    connection.commit();
    return encoded;
  }

  private void batch(List<Message> messages, String suffix) throws SQLException {
    try (JdbcRows rows = new JdbcRows(connection, suffix)) {
      rows.write(messages);
    }
  }

  private void copy(byte[][] encoded, int from) throws SQLException, IOException {
    for (int i = from; i < TABLES.length; i++) {
      copyInto(TABLES[i], encoded[i]);
    }
  }

  private void copyInto(String table, byte[] encoded) throws SQLException, IOException {
    copy.copyIn("COPY " + table + " FROM STDIN (FORMAT binary)", new ByteArrayInputStream(encoded));
  }

  private void staged(byte[][] encoded) throws SQLException, IOException {
    for (int i = 0; i < TABLES.length; i++) {
      copyInto(TABLES[i] + "_staged", encoded[i]);
      new Sql(connection)
          .execute(
              "INSERT INTO "
                  + TABLES[i]
                  + " SELECT * FROM "
                  + TABLES[i]
                  + "_staged ON CONFLICT DO NOTHING");
    }
  }

  private void keysThenCopy(List<Message> messages, byte[][] encoded)
      throws SQLException, IOException {
    takeKeys(messages);
    copy(encoded, 1);
  }

  private void takeKeys(List<Message> messages) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE_KEYS)) {
      array(statement, 1, "uuid", messages, Message::messageUuid);
      array(statement, 2, "text", messages, message -> String.valueOf(message.originTs()));
      array(statement, 3, "text", messages, Message::sourceSubjectId);
      array(statement, 4, "text", messages, Message::topic);
      array(statement, 5, "text", messages, Message::messageType);
      statement.executeQuery().close();
    }
  }

  private void arrays(List<Message> messages) throws SQLException {
    takeKeys(messages);
    try (PreparedStatement statement = connection.prepareStatement(INSERT_ROWS)) {
      array(statement, 1, "uuid", messages, Message::messageUuid);
      array(statement, 2, "text", messages, message -> String.valueOf(message.originTs()));
      array(statement, 3, "text", messages, message -> String.valueOf(message.ackTs()));
      array(statement, 4, "text", messages, Message::messageData);
      array(statement, 5, "text", messages, Message::sourceSubjectId);
      array(statement, 6, "text", messages, m -> "{" + String.join(",", destinations(m)) + "}");
      array(statement, 7, "text", messages, Message::topic);
      array(statement, 8, "text", messages, Message::messageType);
      array(statement, 9, "text", messages, Message::messageMetadata);
      statement.executeUpdate();
    }
    record Recipient(String subject, Message message) {}
    List<Recipient> all =
        messages.stream()
            .flatMap(
                message -> destinations(message).stream().map(to -> new Recipient(to, message)))
            .toList();
    try (PreparedStatement statement = connection.prepareStatement(INSERT_RECIPIENTS)) {
      array(statement, 1, "text", all, Recipient::subject);
      array(statement, 2, "text", all, r -> String.valueOf(r.message().originTs()));
      array(statement, 3, "uuid", all, r -> r.message().messageUuid());
      statement.executeUpdate();
    }
  }

  private static List<String> destinations(Message message) {
    return Optional.ofNullable(message.destinationSubjectIds()).orElse(List.of());
  }

  private <T> void array(
      PreparedStatement statement, int parameter, String type, List<T> of, Function<T, ?> value)
      throws SQLException {
    statement.setArray(parameter, connection.createArrayOf(type, of.stream().map(value).toArray()));
  }
}
