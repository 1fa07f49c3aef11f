package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.quote;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that follow the log: filters, replay, resume, and no gap that is not refilled. */
class FollowIT extends OnServer {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final String source = "follow-" + UUID.randomUUID();

  @AfterEach
  void leave() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    await().atMost(10, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 0);
  }

  private FeedReader reader(String query) {
    FeedReader reader = new FeedReader(client::feed, query);
    opened.add(reader);
    return reader.connect();
  }

  private List<UUID> push(int count, Map<String, String> more) {
    List<UUID> uuids = Stream.generate(UUID::randomUUID).limit(count).toList();
    // At the end that is taken last.
    client
        .redis()
        .lpush(
            "MESSAGES",
            uuids.stream().map(uuid -> message(uuid, source, more)).toArray(String[]::new));
    return uuids;
  }

  private List<UUID> push(int count) {
    return push(count, Map.of());
  }

  private void awaitStored(List<UUID> uuids) {
    client.awaitStored(uuids.get(uuids.size() - 1).toString());
    awaitDrained();
  }

  @Test
  void whatIsStoredFromNowOnIsShownInItsOrderWithACursor() {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("caught_up");
    List<UUID> pushed = push(500, Map.of("message_data", "{\"a\": [1.50, \"x\"]}"));
    reader.awaitMessages(500);
    assertThat(reader.uuids()).containsExactlyInAnyOrderElementsOf(pushed);
    JsonObject frame = reader.frames("message").get(0);
    assertThat(frame.keySet()).containsExactly("type", "cursor", "message");
    assertThat(frame.getJsonObject("message").keySet())
        .containsExactly(
            "message_uuid",
            "origin_ts",
            "ack_ts",
            "message_data",
            "source_subject_id",
            "destination_subject_ids",
            "topic",
            "message_type",
            "message_metadata");
    assertThat(frame.getJsonObject("message").getJsonObject("message_data").toString())
        .isEqualTo("{\"a\":[1.50,\"x\"]}");
  }

  @Test
  void onlyWhatIsAskedForIsShown() {
    FeedReader topics = reader("source=" + source + "&topic=paid&topic=shipped");
    FeedReader destination = reader("source=" + source + "&destination=d1");
    FeedReader subject = reader("subject=" + source);
    topics.awaitFrame("caught_up");
    destination.awaitFrame("caught_up");
    subject.awaitFrame("caught_up");
    List<UUID> paid = push(3, Map.of("topic", "\"paid\""));
    List<UUID> shipped =
        push(2, Map.of("topic", "\"shipped\"", "destination_subject_ids", "[\"d0\", \"d1\"]"));
    push(4, Map.of("topic", "\"returned\""));
    subject.awaitMessages(9);
    topics.awaitMessages(5);
    assertThat(topics.uuids())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(paid, shipped).flatMap(List::stream).toList());
    assertThat(destination.uuids()).containsExactlyInAnyOrderElementsOf(shipped);
  }

  @Test
  void aFeedWithoutEnvelopesIsMessagesOnly() throws Exception {
    List<String> texts = new CopyOnWriteArrayList<>();
    var socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(client.feed() + "/?since=1h&source=" + source), new Texts(texts))
            .join();
    List<UUID> pushed = push(3);
    await().atMost(30, SECONDS).until(() -> texts.size() == 3);
    socket.abort();
    assertThat(texts)
        .extracting(text -> Client.object(text).getString("message_uuid"))
        .containsExactlyInAnyOrderElementsOf(pushed.stream().map(UUID::toString).toList());
  }

  @Test
  void whatIsStoredComesFirstAndThenWhatComes() {
    List<UUID> before = new ArrayList<>(push(3000));
    awaitStored(before);
    FeedReader reader = reader("since=10m&source=" + source);
    List<UUID> after = push(200);
    reader.awaitMessages(3200);
    before.addAll(after);
    assertThat(reader.uuids()).containsExactlyInAnyOrderElementsOf(before);
    reader.awaitFrame("caught_up");
  }

  @Test
  void theSeamUnderLoadHasNoGapAndNoDouble() {
    List<UUID> pushed = new ArrayList<>();
    List<FeedReader> readers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pushed.addAll(push(250));
      if (i % 8 == 4) {
        readers.add(reader("since=10m&source=" + source));
        readers.add(reader("since=10m&batch=50&source=" + source));
      }
    }
    for (FeedReader reader : readers) {
      reader.awaitMessages(pushed.size());
      assertThat(reader.uuids())
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(pushed)
          .isEqualTo(readers.get(0).uuids());
    }
  }

  @Test
  void aClientThatConnectsAgainGoesOnWithItsCursor() {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("caught_up");
    List<UUID> pushed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pushed.addAll(push(300));
      reader.awaitMessages(pushed.size() - 200);
      reader.cut();
      pushed.addAll(push(100));
      reader.connect();
    }
    reader.awaitMessages(pushed.size());
    assertThat(reader.uuids()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(pushed);
  }

  @Test
  void aLateCommitIsNeitherLostNorOutOfOrder() throws Exception {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("caught_up");
    UUID late = UUID.randomUUID();
    List<UUID> pushed;
    try (Connection connection = client.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // As a server that stops between its last statement and its commit.
      statement.execute(
          """
          INSERT INTO message_key (message_uuid, origin_ts, source_subject_id) VALUES ('%1$s', now(), '%2$s');
          INSERT INTO message_exchange (message_uuid, origin_ts, source_subject_id)
          SELECT message_uuid, origin_ts, source_subject_id FROM message_key WHERE message_uuid = '%1$s';
          SELECT pg_advisory_xact_lock_shared(7307199650931128);
          INSERT INTO message_log (messages, newest_origin_ts, entries)
          SELECT 1, origin_ts, uuid_send(message_uuid) || timestamptz_send(origin_ts) || '\\x00000000'
            FROM message_key WHERE message_uuid = '%1$s'
          """
              .formatted(late, source));
      pushed = push(50);
      awaitStored(pushed);
      assertThat(reader.uuids()).as("held back").isEmpty();
      connection.commit();
    }
    reader.awaitMessages(51);
    assertThat(reader.uuids().get(0)).isEqualTo(late);
    assertThat(reader.uuids()).hasSize(51).endsWith(pushed.get(49));
  }

  @Test
  void somebodyElsesLongTransactionHoldsNothingUp() throws Exception {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("caught_up");
    try (Connection connection = client.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT pg_current_xact_id()");
      List<UUID> pushed = push(20);
      reader.awaitMessages(20);
      assertThat(reader.uuids()).containsExactlyInAnyOrderElementsOf(pushed);
      connection.rollback();
    }
  }

  @Test
  void whatDoesNotFitIsAGapThatIsRefilled() {
    FeedReader reader = reader("source=" + source);
    FeedReader other = reader("source=" + source);
    reader.awaitFrame("caught_up");
    other.awaitFrame("caught_up");
    reader.stall();
    List<UUID> pushed = new ArrayList<>();
    String data = quote("x".repeat(20_000));
    while (client.metric("message_logger_feed_gaps_total") == 0) {
      pushed.addAll(push(100, Map.of("message_data", data)));
      other.awaitMessages(pushed.size());
      assertThat(pushed.size()).as("more than waits").isLessThan(5000);
    }
    pushed.addAll(push(100, Map.of("message_data", data)));
    other.awaitMessages(pushed.size());
    reader.resume();
    reader.awaitMessages(pushed.size());
    reader.awaitFrame("refilled");
    assertThat(reader.uuids()).containsExactlyInAnyOrderElementsOf(pushed);
    assertThat(other.frames("gap")).isEmpty();
    JsonObject gap = reader.frames("gap").get(0);
    JsonObject refilled = reader.frames("refilled").get(0);
    assertThat(refilled.getString("from")).isEqualTo(gap.getString("from"));
    assertThat(refilled.getString("to")).isEqualTo(gap.getString("to"));
    int at = reader.frames().indexOf(gap);
    assertThat(reader.frames().get(at - 1).getString("cursor")).isEqualTo(gap.getString("from"));
    pushed.addAll(push(10));
    reader.awaitMessages(pushed.size());
    assertThat(reader.uuids()).containsExactlyInAnyOrderElementsOf(pushed);
  }

  @Test
  void whatWasNotPublishedIsReadFromTheTable() {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("caught_up");
    UUID uuid = UUID.randomUUID();
    // Another message under the same uuid comes over the channel first: it is not the one that is
    // stored.
    client
        .redis()
        .publish("MESSAGES", message(uuid, source, Map.of("message_data", "\"published\"")));
    client.push(message(uuid, source, Map.of("message_data", "\"stored\"")));
    reader.awaitMessages(1);
    assertThat(reader.frames("message").get(0).getJsonObject("message").getString("message_data"))
        .isEqualTo("stored");
  }

  @Test
  void whatWasErasedIsNotReplayed() {
    List<UUID> pushed = push(3);
    awaitStored(pushed);
    client.execute("DELETE FROM message_exchange WHERE message_uuid = '" + pushed.get(1) + "'");
    try {
      FeedReader reader = reader("since=10m&source=" + source);
      reader.awaitFrame("caught_up");
      assertThat(reader.uuids()).containsExactly(pushed.get(0), pushed.get(2));
    } finally {
      client.execute("DELETE FROM message_key WHERE message_uuid = '" + pushed.get(1) + "'");
    }
  }

  @Test
  void aWrongParameterIsToldBeforeTheUpgrade() throws IOException {
    assertThat(handshake("/?tpoic=x&envelope=1&batch=0", ""))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json")
        .contains("\"parameter\":\"tpoic\"")
        .contains("\"parameter\":\"batch\"");
    assertThat(handshake("/?since=soon", "")).startsWith("HTTP/1.1 400").contains("\"since\"");
    assertThat(handshake("/?since=zzzzzzzz.0", ""))
        .startsWith("HTTP/1.1 400")
        .contains("this database has not given out this cursor")
        .contains("\"value\":\"zzzzzzzz.0\"");
    assertThat(handshake("/?batch=5", "")).startsWith("HTTP/1.1 400").contains("envelope=1");
    assertThat(
            client
                .send(
                    HttpRequest.newBuilder(client.uri("/messages/live?tpoic=x"))
                        .timeout(Duration.ofSeconds(10)))
                .statusCode())
        .isEqualTo(400);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> reader("since=soon")))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WebSocketHandshakeException.class);
  }

  @Test
  void theSubprotocolAsksForEnvelopes() throws IOException {
    assertThat(handshake("/", "Sec-WebSocket-Protocol: other, message-logger.v1\r\n"))
        .startsWith("HTTP/1.1 101")
        .contains("Sec-WebSocket-Protocol: message-logger.v1")
        .contains("\"type\":\"caught_up\"");
    assertThat(handshake("/", ""))
        .startsWith("HTTP/1.1 101")
        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        .doesNotContain("caught_up");
  }

  /** What the server answers to a handshake, until it is silent for seconds. */
  private String handshake(String path, String headers) throws IOException {
    URI feed = client.feed();
    try (Socket socket = new Socket(feed.getHost(), feed.getPort())) {
      socket.setSoTimeout(4000);
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + path
                      + " HTTP/1.1\r\nHost: localhost:"
                      + feed.getPort()
                      + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                      + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      + headers
                      + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      try {
        for (int n = socket.getInputStream().read(buffer);
            n > 0;
            n = socket.getInputStream().read(buffer)) {
          answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
      } catch (java.net.SocketTimeoutException e) {
        return answer.toString(); // the connection stays open
      }
      return answer.toString();
    }
  }

  @Test
  void eventsAreALiveTailAndGoOnWithTheLastEventId() throws Exception {
    List<UUID> pushed = new ArrayList<>(push(5));
    awaitStored(pushed);
    try (Events events = new Events("/messages/live?since=10m&source=" + source, null)) {
      await().atMost(30, SECONDS).until(() -> events.of("message").size() == 5);
      await().atMost(30, SECONDS).until(() -> events.of("caught_up").size() == 1);
      pushed.addAll(push(2));
      await().atMost(30, SECONDS).until(() -> events.of("message").size() == 7);
      String third = events.of("message").get(2).id();
      try (Events again = new Events("/messages/live?since=10m&source=" + source, third)) {
        await().atMost(30, SECONDS).until(() -> again.of("message").size() == 4);
        assertThat(again.of("message"))
            .extracting(
                event ->
                    Client.object(event.data()).getJsonObject("message").getString("message_uuid"))
            .isEqualTo(pushed.subList(3, 7).stream().map(UUID::toString).toList());
      }
    }
  }

  private record Event(String type, String id, String data) {}

  /** Server-sent events, read as curl reads them. */
  private final class Events implements AutoCloseable {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Process curl;

    Events(String path, String lastEventId) throws IOException {
      List<String> command = new ArrayList<>(List.of("curl", "-sN", client.uri(path).toString()));
      if (lastEventId != null) {
        command.addAll(List.of("-H", "Last-Event-ID: " + lastEventId));
      }
      curl = new ProcessBuilder(command).start();
      Thread thread = new Thread(this::read, "events");
      thread.setDaemon(true);
      thread.start();
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(curl.getInputStream(), StandardCharsets.UTF_8))) {
        String type = "";
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event: ")) {
            type = line.substring(7);
          } else if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("data: ")) {
            events.add(new Event(type, id, line.substring(6)));
          }
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    List<Event> of(String type) {
      return events.stream().filter(event -> event.type().equals(type)).toList();
    }

    @Override
    public void close() {
      curl.destroy();
    }
  }

  @Test
  void aClientThatHasNothingToHearHearsThatTheFeedLives() {
    FeedReader reader = reader("source=" + source);
    reader.awaitFrame("heartbeat");
    assertThat(reader.frames("heartbeat").get(0).getString("cursor")).isNotEmpty();
    HttpResponse<String> ready = client.get("/health/ready");
    assertThat(ready.body()).contains("lag_seconds");
  }

  /** Keeps the texts that come. */
  private static final class Texts implements java.net.http.WebSocket.Listener {
    private final List<String> texts;
    private final StringBuilder text = new StringBuilder();

    Texts(List<String> texts) {
      this.texts = texts;
    }

    @Override
    public java.util.concurrent.CompletionStage<?> onText(
        java.net.http.WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
