package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.EventReader;
import io.messagelogger.testing.FeedReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Two clients of a server's feed, one by WebSocket and one by server-sent events, which are shown
 * the messages of an oracle. Thread-safe.
 */
final class Audience implements AutoCloseable {
  private final FeedReader socket;
  private final EventReader events;

  /**
   * Connects, and connects again always.
   *
   * @param server at whom, asked for each time
   */
  Audience(Oracle oracle, Supplier<FaultServer> server) {
    socket = oracle.witness(() -> server.get().client().feed());
    String source = URLEncoder.encode(oracle.source(), StandardCharsets.UTF_8);
    events =
        new EventReader(
            () -> server.get().client().uri("/messages/live?since=1h&source=" + source));
  }

  /**
   * Waits until both were shown all that was stored: each once, nothing else, and in one order,
   * which it returns.
   */
  List<UUID> judge(Oracle oracle, FaultServer server) {
    oracle.judge(socket, server.client());
    List<UUID> shown = socket.uuids();
    await().atMost(60, SECONDS).until(() -> events.uuids().size() >= shown.size());
    assertThat(events.uuids()).as("shown as server-sent events").isEqualTo(shown);
    return shown;
  }

  @Override
  public void close() {
    socket.close();
    events.close();
  }
}
