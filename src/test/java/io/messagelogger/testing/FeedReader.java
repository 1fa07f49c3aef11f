package io.messagelogger.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the live feed that is shown envelopes, and goes on with its cursor when it connects
 * again. Thread-safe.
 */
public final class FeedReader implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Supplier<URI> feed;
  private final String query;
  private final List<JsonObject> frames = new CopyOnWriteArrayList<>();
  private final List<UUID> uuids = new ArrayList<>();
  private volatile @Nullable Connection current;
  private volatile @Nullable String cursor;
  private volatile boolean reads = true;

  /**
   * @param feed where to connect to, asked for each time
   * @param query parameters beside envelope=1; empty for none
   */
  public FeedReader(Supplier<URI> feed, String query) {
    this.feed = feed;
    this.query = query;
  }

  /** Connects, from the cursor on if there is one. */
  public FeedReader connect() {
    String from = cursor == null ? query : replaceSince(query, cursor);
    URI uri = URI.create(feed.get() + "/?envelope=1" + (from.isEmpty() ? "" : "&" + from));
    Connection connection = new Connection();
    current = connection;
    connection.socket = http.newWebSocketBuilder().buildAsync(uri, connection).join();
    return this;
  }

  private static String replaceSince(String query, String cursor) {
    String rest = query.replaceAll("(^|&)since=[^&]*", "");
    return (rest.isEmpty() ? "" : rest + "&") + "since=" + cursor;
  }

  /** Connects again whenever the connection is gone, until it is closed. */
  public FeedReader connectAlways() {
    Thread thread = new Thread(this::keepConnected, "feed reader");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void keepConnected() {
    while (reads) {
      try {
        connect();
        Connection connection = current;
        if (connection != null) {
          connection.ended.join();
        }
      } catch (RuntimeException e) { // nobody is there to connect to; tried again
        await().pollDelay(java.time.Duration.ofMillis(200)).until(() -> true);
      }
    }
  }

  /** Stops reading, without a word to the server. */
  public void stall() {
    reads = false;
  }

  /** Reads again. */
  public void resume() {
    reads = true;
    Connection connection = current;
    if (connection != null) {
      connection.request();
    }
  }

  /** Cuts the connection. */
  public void cut() {
    Connection connection = current;
    WebSocket socket = connection == null ? null : connection.socket;
    if (socket != null) {
      socket.abort();
    }
  }

  /** What was shown so far: every envelope. */
  public List<JsonObject> frames() {
    return frames;
  }

  /** The envelopes of a type. */
  public List<JsonObject> frames(String type) {
    return frames.stream().filter(frame -> frame.getString("type").equals(type)).toList();
  }

  /** The uuids of the messages that were shown, in their order. */
  public List<UUID> uuids() {
    synchronized (uuids) {
      return List.copyOf(uuids);
    }
  }

  /** The code of the close; null while it is open, or when it was cut. */
  public @Nullable Integer closeCode() {
    Connection connection = current;
    return connection == null ? null : connection.code;
  }

  /** Waits until so many messages were shown. */
  public void awaitMessages(int count) {
    await().atMost(60, SECONDS).until(() -> uuids().size() >= count);
  }

  /** Waits for an envelope of a type. */
  public void awaitFrame(String type) {
    await().atMost(60, SECONDS).until(() -> !frames(type).isEmpty());
  }

  private void take(JsonObject frame) {
    if (frame.containsKey("cursor")) {
      cursor = frame.getString("cursor");
    }
    if (frame.getString("type").equals("message")) {
      synchronized (uuids) {
        uuids.add(UUID.fromString(frame.getJsonObject("message").getString("message_uuid")));
      }
    }
    frames.add(frame);
  }

  @Override
  public void close() {
    reads = false;
    cut();
  }

  /** One connection. */
  private final class Connection implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Integer code;

    void request() {
      if (reads && socket != null) {
        socket.request(1);
      }
    }

    @Override
    public void onOpen(WebSocket opened) {
      socket = opened;
      opened.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last && current == this) { // what an older connection still hears was not waited for
        String json = text.toString();
        if (json.startsWith("[")) {
          Client.array(json).forEach(one -> take(one.asJsonObject()));
        } else {
          take(Client.object(json));
        }
        text.setLength(0);
      }
      request();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      code = status;
      ended.complete(true);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      ended.complete(true);
    }
  }
}
