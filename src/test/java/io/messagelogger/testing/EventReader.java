package io.messagelogger.testing;

import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the live feed as server-sent events, which connects again whenever its connection is
 * gone, and goes on with the last id as browsers do. Thread-safe.
 */
public final class EventReader implements AutoCloseable {
  private static final long PAUSE_NANOS = 200_000_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Supplier<URI> address;
  private final List<UUID> uuids = new ArrayList<>();
  private volatile boolean reads = true;
  private volatile @Nullable InputStream body;
  private @Nullable String lastId;

  /**
   * Begins to read.
   *
   * @param address of /messages/live with its parameters, asked for each time
   */
  public EventReader(Supplier<URI> address) {
    this.address = address;
    Thread thread = new Thread(this::keepReading, "event reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void keepReading() {
    while (reads) {
      try {
        read();
      } catch (IOException e) { // nobody is there, or has gone; tried again
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void read() throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address.get());
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    HttpResponse<InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    body = response.body();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      String id = null;
      String data = "";
      for (String line = lines.readLine(); line != null && reads; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          data = line.substring(5).strip();
        } else if (line.isEmpty()) { // the event is complete
          lastId = id == null ? lastId : id;
          if (!data.isEmpty()) {
            take(Client.object(data));
          }
          data = "";
        }
      }
    }
  }

  private void take(JsonObject frame) {
    if (frame.getString("type").equals("message")) {
      synchronized (uuids) {
        uuids.add(UUID.fromString(frame.getJsonObject("message").getString("message_uuid")));
      }
    }
  }

  /** The uuids of the messages that were shown, in their order. */
  public List<UUID> uuids() {
    synchronized (uuids) {
      return List.copyOf(uuids);
    }
  }

  @Override
  public void close() {
    reads = false;
    InputStream open = body;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
