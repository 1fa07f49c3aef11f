package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client of the feed that asks for nothing and knows no cursor. Thread-safe. */
final class PlainReader implements AutoCloseable {
  private final List<UUID> uuids = new ArrayList<>();
  private final WebSocket socket;

  /** Connects. */
  PlainReader(URI feed) {
    socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(feed, new Listener()).join();
  }

  private List<UUID> uuids() {
    synchronized (uuids) {
      return List.copyOf(uuids);
    }
  }

  /** Waits until it was shown at least these, and fails when it was shown one of them twice. */
  void judge(Set<UUID> stored) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> assertThat(Set.copyOf(uuids())).as("shown").containsAll(stored));
    assertThat(uuids()).as("shown once").doesNotHaveDuplicates();
  }

  @Override
  public void close() {
    socket.abort();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        UUID uuid = UUID.fromString(Client.object(text.toString()).getString("message_uuid"));
        synchronized (uuids) {
          uuids.add(uuid);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
