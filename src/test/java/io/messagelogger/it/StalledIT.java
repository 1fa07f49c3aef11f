package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Senders that do not go on, on bare sockets: others notice nothing of them. */
class StalledIT extends OnServer {
  private static final int SENDERS = 80;

  /** Of each: together more than MAX_REQUEST_BYTES, so that they take all that they can get. */
  private static final int SENT = 100 * 1024;

  private static final String OF_READERS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'message-logger-reading' AND ";

  private static final String ASKING = OF_READERS + "wait_event_type = 'Lock'";
  private static final String HELD = OF_READERS + "state = 'idle in transaction'";
  private static final String UNCOPIED = " AND query NOT LIKE 'COPY %'";
  private static final String COPIED = OF_READERS + "state <> 'idle' AND query LIKE 'COPY %'";

  /** Ends the connections of those who ask, and counts them. */
  private static final String KILLED =
      ASKING.replace("count(*)", "count(pg_terminate_backend(pid))");

  private static final String KILLED_HELD =
      (HELD + UNCOPIED).replace("count(*)", "count(pg_terminate_backend(pid))");

  private static final String ANNOUNCED = "Content-Length: 8000000\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  private Socket begin(String framing, int bytes) throws IOException {
    Socket socket = new Socket("localhost", client.uri("/").getPort());
    socket.setSoTimeout(120_000);
    String head =
        "POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + framing
            + "\r\n"
            + (framing.equals(CHUNKED) ? "80000\r\n" : "");
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(" ".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void requestsThatStallTakeNothingFromOthersAndAreToldSo() throws Exception {
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < SENDERS; i++) {
        stalled.add(begin(i % 2 == 0 ? CHUNKED : ANNOUNCED, 0));
      }
      // Nothing has arrived of these, so nothing is taken: all of it is left for others.
      assertThat(client.post("/messages", large()).statusCode()).isEqualTo(202);

      for (int i = 0; i < SENDERS; i++) {
        stalled.add(begin(i % 2 == 0 ? CHUNKED : ANNOUNCED, SENT));
      }
      assertThat(client.post("/messages", large()).statusCode()).isEqualTo(202);
      assertThat(client.post("/messages", message(UUID.randomUUID(), "small", Map.of())))
          .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(202));

      for (Socket socket : stalled) {
        String answer = read(socket.getInputStream());
        assertThat(answer)
            .matches("(?s)HTTP/1\\.1 (408|503) .*")
            .contains("application/problem+json", "none of ");
      }
      assertThat(read(stalled.get(0).getInputStream())).isEmpty();
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
    assertThat(client.post("/messages", large()).statusCode()).isEqualTo(202);
  }

  /** Slower than most, and faster than REQUEST_MIN_RATE. */
  @Test
  void aBodyThatArrivesInManyPiecesIsTaken() throws Exception {
    UUID uuid = UUID.randomUUID();
    byte[] body = message(uuid, "pieces", Map.of()).getBytes(StandardCharsets.UTF_8);
    try (Socket socket = begin(CHUNKED, 0x80000)) {
      socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
      for (byte b : body) {
        socket
            .getOutputStream()
            .write(("1\r\n" + (char) b + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
      socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 202");
    }
    awaitDrained();
    assertThat(client.get("/messages/" + uuid).statusCode()).isEqualTo(200);
  }

  /** What nothing is written for tells nobody by itself that its client has gone. */
  @Test
  void whatAClientAskedThatHasGoneIsCancelled() throws Exception {
    List<String> questions =
        List.of(
            "/messages?format=ndjson",
            "/messages?format=ndjson&topic=rare",
            "/messages?format=csv&topic=rare",
            "/messages?limit=10&topic=rare",
            "/stats?topic=rare",
            "/graph?topic=rare",
            "HEAD /messages?limit=10");
    List<Socket> clients = new ArrayList<>();
    awaitDrained(); // what is stored locks one table after the other, too
    try (Connection locking = client.connection();
        Statement lock = locking.createStatement()) {
      locking.setAutoCommit(false);
      lock.execute("LOCK TABLE message_key, message_exchange IN ACCESS EXCLUSIVE MODE");
      try {
        for (String question : questions) {
          clients.add(ask(question));
        }
        await().atMost(60, SECONDS).until(() -> client.count(ASKING) == questions.size());
        clients.remove(0).close();
        await().atMost(30, SECONDS).until(() -> client.count(ASKING) == clients.size());
        for (Socket gone : clients) {
          gone.close();
        }
        await().atMost(30, SECONDS).until(() -> client.count(ASKING) == 0);
      } finally {
        locking.rollback();
      }
    }
    // Nobody else is told that the database does not answer.
    assertThat(client.get("/messages?limit=1").statusCode()).isEqualTo(200);
  }

  /** Its connection to the database is free long before a minute has passed. */
  @Test
  void aClientThatStaysAndReadsNothingIsLeft() throws Exception {
    String data = "\"" + "z".repeat(500_000) + "\"";
    for (int i = 0; i < 60; i++) {
      client.push(
          message(UUID.randomUUID(), "unread", Map.of("message_data", data))
              .replace("2025-05-27T10:30:00Z", "1999-03-04T05:06:%02dZ".formatted(i)));
    }
    awaitDrained();
    String all = "/messages?format=ndjson&since=1999-03-04T05:06:00Z&until=1999-03-04T05:07:00Z";
    double abandoned = client.metric("message_logger_exports_abandoned_total");
    try (Socket filtered = ask("/messages?format=ndjson&source=unread");
        Socket copied = ask(all)) {
      await().atMost(60, SECONDS).until(() -> client.count(HELD + UNCOPIED) == 1);
      await().atMost(60, SECONDS).until(() -> client.count(COPIED) == 1);
      assertThat(client.metric("message_logger_exports")).isEqualTo(2);
      await().atMost(55, SECONDS).until(() -> client.count(HELD) + client.count(COPIED) == 0);
      await()
          .atMost(30, SECONDS)
          .until(() -> client.metric("message_logger_exports_abandoned_total") == abandoned + 2);
      await().atMost(30, SECONDS).until(() -> client.metric("message_logger_exports") == 0);
      assertThat(filtered.isClosed() || copied.isClosed()).isFalse();
    }
  }

  /** Closing an export fails then, too. */
  @Test
  void anExportWhoseConnectionDiesBeforeItBeginsGivesItsPlaceBack() throws Exception {
    awaitDrained();
    List<Socket> clients = new ArrayList<>();
    try (Connection locking = client.connection();
        Statement lock = locking.createStatement()) {
      locking.setAutoCommit(false);
      lock.execute("LOCK TABLE message_key, message_exchange IN ACCESS EXCLUSIVE MODE");
      for (String topic : List.of("", "&topic=rare")) {
        Socket asking = ask("/messages?format=ndjson" + topic);
        clients.add(asking);
        await().atMost(60, SECONDS).until(() -> client.count(ASKING) == 1);
        assertThat(client.metric("message_logger_exports")).isEqualTo(1);
        assertThat(client.count(KILLED)).isEqualTo(1);
        assertThat(new String(asking.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 503");
        await().atMost(30, SECONDS).until(() -> client.metric("message_logger_exports") == 0);
      }
    } finally {
      for (Socket socket : clients) {
        socket.close();
      }
    }
    await().atMost(30, SECONDS).until(() -> client.get("/messages?limit=1").statusCode() == 200);
  }

  /** It has no chunks, and no length: where its connection ends, it ends. */
  @Test
  void anExportOverHttp10ThatIsCutEndsInAReset() throws Exception {
    String data = "\"" + "z".repeat(500_000) + "\"";
    for (int i = 0; i < 60; i++) {
      client.push(message(UUID.randomUUID(), "cut", Map.of("message_data", data)));
    }
    awaitDrained();
    try (Socket reading = ask("GET /messages?format=ndjson&source=cut HTTP/1.0")) {
      reading.setSoTimeout(60_000);
      assertThat(new String(reading.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .matches("HTTP/1\\.. 200");
      await().atMost(60, SECONDS).until(() -> client.count(HELD + UNCOPIED) == 1);
      assertThat(client.count(KILLED_HELD)).isEqualTo(1);
      assertThatThrownBy(() -> reading.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
  }

  private Socket ask(String question) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8_192);
    socket.connect(new InetSocketAddress("localhost", client.uri("/").getPort()));
    socket
        .getOutputStream()
        .write(
            ((question.startsWith("/") ? "GET " : "")
                    + question
                    + (question.endsWith("HTTP/1.0") ? "" : " HTTP/1.1")
                    + "\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String large() {
    StringBuilder body = new StringBuilder("[");
    String data = "\"" + "y".repeat(470_000) + "\"";
    for (int i = 0; i < 15; i++) {
      body.append(i == 0 ? "" : ",")
          .append(message(UUID.randomUUID(), "large", Map.of("message_data", data)));
    }
    return body.append(']').toString();
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
