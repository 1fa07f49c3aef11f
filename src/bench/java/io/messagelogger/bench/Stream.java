package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A steady stream of messages: how long after its push a message is found over REST and is shown in
 * the live feed, and how long after its PUBLISH. Counted from the moment at which a message was
 * due, so that a stall is not hidden. Used by one thread.
 */
final class Stream {
  private static final int WARM_UP_SECONDS = 15;
  private static final int PATIENCE_SECONDS = 30;

  /** Of so many messages one is asked for, and beside so many one is published directly. */
  private static final int SAMPLE = 50;

  private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(2);
  private static final String UUID_KEY = "\"message_uuid\":\"";
  private static final int UUID_LENGTH = 36;

  private final PrintStream out;
  private final Service service;
  private final int rate;
  private final int seconds;
  private final Traffic traffic;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Map<String, Long> pushed = new ConcurrentHashMap<>();
  private final Map<String, Long> published = new ConcurrentHashMap<>();
  private final Queue<Long> shown = new ConcurrentLinkedQueue<>();
  private final Queue<Long> relayed = new ConcurrentLinkedQueue<>();
  private final Queue<Long> found = new ConcurrentLinkedQueue<>();
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private volatile boolean pushing = true;
  private volatile long counted = Long.MAX_VALUE;

  Stream(PrintStream out, Service service, int rate, int seconds, Traffic traffic) {
    this.out = out;
    this.service = service;
    this.rate = rate;
    this.seconds = seconds;
    this.traffic = traffic;
  }

  /** A message that is asked for. */
  private record Sample(String uuid, long due) {}

  /** Answers Markdown. */
  String run() throws IOException, InterruptedException {
    URI feed = URI.create(service.server().address().toString().replace("http:", "ws:") + "/");
    WebSocket socket = http.newWebSocketBuilder().buildAsync(feed, new Frames()).join();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> asker = threads.submit(this::askAll);
      push();
      pushing = false;
      asker.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      awaitFrames();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("A message was not found in time", e);
    } finally {
      threads.shutdownNow();
      socket.abort();
    }
    return String.format(
        Locale.ROOT,
        "%,d messages a second for %d seconds, p50 / p99 / most in ms: push to REST %s (%,d of them);"
            + " push to frame %s; PUBLISH to frame %s (%,d).",
        rate,
        seconds,
        text(found),
        found.size(),
        text(shown),
        text(relayed),
        relayed.size());
  }

  private void push() {
    Progress progress = new Progress(out, "stream", (long) rate * (WARM_UP_SECONDS + seconds));
    long start = System.nanoTime();
    counted = start + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
    for (int i = 0; i < rate * (WARM_UP_SECONDS + seconds); i++) {
      Message message = traffic.next();
      byte[] json = Traffic.json(message);
      String uuid = message.messageUuid().toString();
      long due = start + TimeUnit.SECONDS.toNanos(i) / rate;
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      pushed.put(uuid, due);
      service.queue().redis().lpush(service.queue().name().getBytes(StandardCharsets.UTF_8), json);
      if (i % SAMPLE == 0) {
        samples.add(new Sample(uuid, due));
        byte[] direct = Traffic.json(traffic.next());
        published.put(uuid(new String(direct, StandardCharsets.UTF_8)), System.nanoTime());
        service
            .queue()
            .redis()
            .publish(service.queue().name().getBytes(StandardCharsets.UTF_8), direct);
      }
      progress.at(i + 1L);
    }
  }

  /** Asks for all samples that were not found yet, again and again, so that none hides another. */
  private void askAll() {
    while (pushing || !samples.isEmpty()) {
      samples.removeIf(this::found);
      LockSupport.parkNanos(ASK_AGAIN);
    }
  }

  private boolean found(Sample sample) {
    boolean there = there(sample.uuid());
    if (there) {
      count(found, sample.due());
    }
    return there;
  }

  private boolean there(String uuid) {
    HttpRequest request =
        HttpRequest.newBuilder(service.server().address().resolve("/messages/" + uuid)).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitFrames() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!pushed.isEmpty() || !published.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "%d messages and %d of those published directly were not shown"
                .formatted(pushed.size(), published.size()));
      }
      LockSupport.parkNanos(ASK_AGAIN);
    }
  }

  private void count(Queue<Long> latencies, long since) {
    if (since - counted >= 0) {
      latencies.add(System.nanoTime() - since);
    }
  }

  private static String uuid(String json) {
    int start = json.indexOf(UUID_KEY) + UUID_KEY.length();
    return json.substring(start, start + UUID_LENGTH);
  }

  private static String text(Queue<Long> latencies) {
    long[] nanos = latencies.stream().mapToLong(Long::longValue).toArray();
    long most = latencies.stream().mapToLong(Long::longValue).max().orElse(0);
    return Latency.of(nanos) + String.format(Locale.ROOT, " / %.2f", most / 1e6);
  }

  /** The live feed. */
  private final class Frames implements WebSocket.Listener {
    private final StringBuilder frame = new StringBuilder();

    /** Takes whatever comes: a client that asks for frames one by one would be the slower side. */
    @Override
    public void onOpen(WebSocket socket) {
      socket.request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      frame.append(data);
      if (last) {
        String uuid = uuid(frame.toString());
        frame.setLength(0);
        Long push = pushed.remove(uuid);
        if (push != null) {
          count(shown, push);
        }
        Long publish = published.remove(uuid);
        if (publish != null) {
          count(relayed, publish);
        }
      }
      return null;
    }
  }
}
