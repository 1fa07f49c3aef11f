package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live feed as a WebSocket client meets it. */
class FeedIT extends OnServer {
  private final Listener listener = new Listener();
  private WebSocket socket;

  @BeforeEach
  void join() {
    socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(client.feed(), listener).join();
    awaitJoined(1);
  }

  @AfterEach
  void leave() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    awaitJoined(0);
  }

  /** The server takes a client in after it has answered the handshake. */
  private void awaitJoined(int clients) {
    await()
        .atMost(10, SECONDS)
        .until(() -> client.metric("message_logger_feed_clients") == clients);
  }

  @Test
  void whatIsPublishedIsShownVerbatim() {
    List<String> published =
        List.of(
            "hello",
            "hello",
            " {\"a\" :1}  ",
            "\"ünïcode 😀\"",
            "\uFFFD",
            "x".repeat(200_000),
            "last");
    published.forEach(text -> client.redis().publish("MESSAGES", text));
    listener.awaitLast("last");
    assertThat(listener.texts).isEqualTo(published);
  }

  @Test
  void whatIsNoTextIsShownAsBytes() {
    byte[] bytes = {(byte) 0xff, 0, 1, (byte) 0xc0};
    client.redis().publish("MESSAGES".getBytes(StandardCharsets.UTF_8), bytes);
    await().atMost(10, SECONDS).until(() -> !listener.binaries.isEmpty());
    assertThat(listener.binaries.get(0)).isEqualTo(bytes);
  }

  @Test
  void whatIsStoredIsShownOnce() {
    String payload = message(UUID.randomUUID(), "feed", Map.of("message_data", "[1.50, 2]"));
    client.push(payload);
    client.push(payload); // a duplicate is stored once, and shown once
    listener.awaitLast(payload);
    client.awaitStored(Client.object(payload).getString("message_uuid"));
    end();
    assertThat(listener.texts).containsExactly(payload, "end");
  }

  @Test
  void whatIsBothPushedAndPublishedIsShownOnce() {
    List<String> payloads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String payload = message(UUID.randomUUID(), "both");
      payloads.add(payload);
      if (i % 2 == 0) {
        client.push(payload);
        client.redis().publish("MESSAGES", payload);
      } else {
        client.redis().publish("MESSAGES", payload);
        client.push(payload);
      }
    }
    await().atMost(30, SECONDS).until(() -> client.subject("both").size() >= payloads.size());
    await().atMost(10, SECONDS).until(() -> client.redis().llen("MESSAGES") == 0);
    await().atMost(10, SECONDS).until(() -> client.redis().zcard("{MESSAGES}:claims") == 0);
    end();
    payloads.add("end");
    assertThat(listener.texts).containsExactlyInAnyOrderElementsOf(payloads);
  }

  @Test
  void poisonIsNotShown() {
    client.push("poison");
    String payload = message(UUID.randomUUID(), "good");
    client.push(payload);
    client.awaitStored(Client.object(payload).getString("message_uuid"));
    listener.awaitLast(payload);
    end();
    assertThat(listener.texts).containsExactly(payload, "end");
  }

  @Test
  void manyFramesArriveInOrderAndNoneIsLost() {
    int frames = 20_000;
    for (int i = 0; i < frames; i += 1000) {
      try (var pipeline = client.redis().pipelined()) {
        for (int j = i; j < i + 1000; j++) {
          pipeline.publish("MESSAGES", Integer.toString(j));
        }
      }
      listener.awaitLast(Integer.toString(i + 999));
    }
    assertThat(listener.texts).hasSize(frames);
    for (int i = 0; i < frames; i++) {
      assertThat(listener.texts.get(i)).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void aClientThatReadsNothingIsClosedAndHoldsNobodyUp() {
    Listener sleeper = new Listener();
    sleeper.reads = false;
    WebSocket stalled =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(client.feed(), sleeper).join();
    awaitJoined(2);
    String frame = "x".repeat(100_000);
    for (int i = 1; i <= 600; i++) { // 60 MB: more than the queue and the sockets' buffers hold
      client.redis().publish("MESSAGES", frame);
      if (i % 50 == 0) { // the healthy client keeps up, and is not held up
        int received = i;
        await().atMost(30, SECONDS).until(() -> listener.texts.size() == received);
      }
    }
    client.redis().publish("MESSAGES", "after");
    listener.awaitLast("after");
    assertThat(listener.texts).hasSize(601);
    await().atMost(60, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 1);
    stalled.abort();
  }

  @Test
  void manyClientsThatReadNothingHoldNobodyUp() {
    List<WebSocket> stalled = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Listener sleeper = new Listener();
      sleeper.reads = false;
      stalled.add(
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(client.feed(), sleeper)
              .join());
    }
    awaitJoined(21);
    String filler = "x".repeat(490);
    int frames = 50_000; // 25 MB
    for (int i = 0; i < frames; i += 500) {
      try (var pipeline = client.redis().pipelined()) {
        for (int j = i; j < i + 500; j++) {
          pipeline.publish("MESSAGES", filler + j);
        }
      }
      listener.awaitLast(filler + (i + 499));
    }
    assertThat(listener.texts).hasSize(frames);
    await().atMost(60, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 1);
    stalled.forEach(WebSocket::abort);
  }

  private void end() {
    client.redis().publish("MESSAGES", "end");
    listener.awaitLast("end");
  }

  /** Keeps what comes. */
  private static final class Listener implements WebSocket.Listener {
    final List<String> texts = Collections.synchronizedList(new ArrayList<>());
    final List<byte[]> binaries = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder();
    volatile boolean reads = true;
    private volatile String last = "";

    void awaitLast(String expected) {
      await().atMost(30, SECONDS).until(() -> last.equals(expected));
    }

    @Override
    public void onOpen(WebSocket webSocket) {
      if (reads) {
        webSocket.request(1);
      }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean whole) {
      text.append(data);
      if (whole) {
        texts.add(text.toString());
        last = text.toString();
        text.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean whole) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      binaries.add(bytes);
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
