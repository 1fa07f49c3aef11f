package io.messagelogger.bench;

import io.messagelogger.dev.Wait;
import io.messagelogger.message.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A steady stream of messages: how long after its push a message is found over REST and is shown in
 * the live feed, and how long after its PUBLISH. Counted from the moment at which a message was
 * due, so that a stall is not hidden. Used by one thread.
 */
final class Stream {
  private static final int WARM_UP_SECONDS = 30;
  private static final int PATIENCE_SECONDS = 30;

  /**
   * Of so many messages one is asked for, and beside so many one is published directly; a prime, so
   * that it is not always at the same time of a batch.
   */
  private static final int SAMPLE = 199;

  /** Messages that a producer pushes at once: to push each by itself takes half a processor. */
  private static final int TOGETHER = 5;

  private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Pattern JOINED =
      Pattern.compile("(?m)^message_logger_feed_clients\\{[^}]*} 1\\.0$");

  private static final String UUID_KEY = "\"message_uuid\":\"";
  private static final int UUID_LENGTH = 36;

  private final PrintStream out;
  private final Service service;
  private final int rate;
  private final int seconds;
  private final Traffic traffic;

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
    FrameReader feed = new FrameReader(service.server().address(), this::show);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      awaitJoined();
      Future<?> asker = threads.submit(this::askAll);
      push();
      pushing = false;
      asker.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      awaitFrames();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("A message was not found in time", e);
    } finally {
      threads.shutdownNow();
      feed.close();
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

  /** The server takes a client in after it has answered the handshake. */
  private void awaitJoined() throws IOException {
    boolean joined =
        Wait.until(
            Duration.ofSeconds(PATIENCE_SECONDS),
            () -> get("/metrics").filter(text -> JOINED.matcher(text).find()).isPresent());
    if (!joined) {
      throw new IOException("The server has not taken in the client");
    }
  }

  private void push() {
    int count = rate * (WARM_UP_SECONDS + seconds);
    Progress progress = new Progress(out, "stream", count);
    byte[] name = service.queue().name().getBytes(StandardCharsets.UTF_8);
    List<byte[]> together = new ArrayList<>();
    long start = System.nanoTime();
    counted = start + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
    for (int i = 0; i < count; i++) {
      Message message = traffic.next();
      String uuid = message.messageUuid().toString();
      long due = start + TimeUnit.SECONDS.toNanos(i) / rate;
      pushed.put(uuid, due);
      together.add(Traffic.json(message));
      if (i % SAMPLE == 0) {
        samples.add(new Sample(uuid, due));
      }
      if (together.size() == TOGETHER || i == count - 1) {
        while (due - System.nanoTime() > 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        service.queue().redis().lpush(name, together.toArray(new byte[0][]));
        together.clear();
        progress.at(i + 1L);
      }
      if (i % SAMPLE == SAMPLE / 2) {
        byte[] direct = Traffic.json(traffic.next());
        published.put(uuid(new String(direct, StandardCharsets.UTF_8)), System.nanoTime());
        service.queue().redis().publish(name, direct);
      }
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
    try {
      return get("/messages/" + uuid).isPresent();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * What the server has there, if anything. By a client that works on the thread that asks: the
   * threads of the JDK's other one would take from the server.
   */
  private Optional<String> get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) service.server().address().resolve(path).toURL().openConnection();
    boolean there = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    try (InputStream body = there ? connection.getInputStream() : connection.getErrorStream()) {
      // Read in any case: otherwise the next would need a connection of its own.
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      return there ? Optional.of(text) : Optional.empty();
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

  /** What came over the live feed. */
  private void show(String frame) {
    String uuid = uuid(frame);
    Long push = pushed.remove(uuid);
    if (push != null) {
      count(shown, push);
    }
    Long publish = published.remove(uuid);
    if (publish != null) {
      count(relayed, publish);
    }
  }
}
