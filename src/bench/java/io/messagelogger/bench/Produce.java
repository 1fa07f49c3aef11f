package io.messagelogger.bench;

import io.messagelogger.message.MessageReader;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.RedisClient;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Pushes messages onto the queue as any producer would, waits until the service has drained it, and
 * then asks the service for every one of them over REST: all there, none twice, none that was not
 * sent. Ends with status 1 when that does not hold.
 *
 * <p>System properties: {@code count} (100000), {@code batch} (messages a push, 1000), {@code wait}
 * (seconds to wait for the drain, 300). Where Redis and the service are, the service's own
 * environment variables say.
 */
public final class Produce {
  private static final String[] TOPICS = {"greetings", "orders", "payments", "alerts"};
  private static final String[] TYPES = {"chat", "event", "command", "alert"};

  private final PrintStream out;
  private final Settings settings;
  private final int count;
  private final int batch;
  private final String source = "producer-" + UUID.randomUUID();
  private final Map<UUID, Integer> seen = new HashMap<>();

  private Produce(PrintStream out, Settings settings, int count, int batch) {
    this.out = out;
    this.settings = settings;
    this.count = count;
    this.batch = batch;
  }

  /** Runs the producer with the system properties and the environment. */
  public static void main(String[] args) throws IOException, InterruptedException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    Produce produce =
        new Produce(
            out,
            Settings.from(System::getenv),
            Integer.getInteger("count", 100_000),
            Integer.getInteger("batch", 1000));
    boolean complete = produce.run(Duration.ofSeconds(Integer.getInteger("wait", 300)));
    if (!complete) {
      System.exit(1);
    }
  }

  private boolean run(Duration wait) throws IOException, InterruptedException {
    String url = settings.text(Setting.REDIS_URL);
    try (RedisClient redis =
        url.isEmpty()
            ? RedisClient.create(
                settings.text(Setting.REDIS_HOST), settings.count(Setting.REDIS_PORT))
            : RedisClient.create(URI.create(url))) {
      long start = System.nanoTime();
      push(redis);
      double pushed = secondsSince(start);
      out.printf(
          "pushed   %,d messages in %.1f s, %,.0f a second%n", count, pushed, count / pushed);
      if (!awaitDrained(redis, start, wait)) {
        out.println("the queue was not drained in time; is the service running?");
        return false;
      }
      double drained = secondsSince(start);
      out.printf("drained  after %.1f s, %,.0f a second%n", drained, count / drained);
    }
    return verify();
  }

  private void push(RedisClient redis) {
    List<byte[]> messages = new ArrayList<>(batch);
    byte[] queue = settings.text(Setting.REDIS_QUEUE).getBytes(StandardCharsets.UTF_8);
    for (int i = 1; i <= count; i++) {
      UUID uuid = UUID.randomUUID();
      seen.put(uuid, 0);
      messages.add(message(uuid, i).getBytes(StandardCharsets.UTF_8));
      if (messages.size() == batch || i == count) {
        redis.lpush(queue, messages.toArray(new byte[0][]));
        messages.clear();
      }
      if (i % Math.max(1, count / 10) == 0) {
        out.printf("pushing  %3d %%%n", 100L * i / count);
      }
    }
  }

  private String message(UUID uuid, int number) {
    Instant now = Instant.now();
    return """
        {"message_uuid": "%s", "origin_ts": "%s", "ack_ts": "%s", \
        "message_data": {"text": "message %d of a run", "number": %d, "price": 12.50, "tags": ["a", "b"]}, \
        "source_subject_id": "%s", "destination_subject_ids": ["agent-%d", "agent-%d"], \
        "topic": "%s", "message_type": "%s", "message_metadata": {"priority": "high", "hop": %d}}"""
        .formatted(
            uuid,
            now,
            now.plusMillis(3),
            number,
            number,
            source,
            number % 1000,
            number % 777,
            TOPICS[number % TOPICS.length],
            TYPES[number % TYPES.length],
            number % 5);
  }

  /** Drained: nothing waits and nothing is claimed. */
  private boolean awaitDrained(RedisClient redis, long start, Duration wait) {
    String queue = settings.text(Setting.REDIS_QUEUE);
    long said = System.nanoTime();
    while (redis.llen(queue) > 0 || redis.zcard("{" + queue + "}:claims") > 0) {
      if (secondsSince(start) > wait.toSeconds()) {
        return false;
      }
      if (secondsSince(said) > 2) {
        said = System.nanoTime();
        out.printf("draining %,d wait%n", redis.llen(queue));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return true;
  }

  /** Reads everything that the service has of this run's source, in one streamed answer. */
  private boolean verify() throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://localhost:"
                + settings.count(Setting.HTTP_PORT)
                + "/messages/subject/"
                + source);
    long invented = 0;
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body();
        JsonParser json =
            JsonFactory.builder().build().createParser(ObjectReadContext.empty(), body)) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.PROPERTY_NAME
            && json.currentName().equals("message_uuid")) {
          json.nextToken();
          UUID uuid = MessageReader.uuid(json.getString());
          if (uuid == null || seen.computeIfPresent(uuid, (key, times) -> times + 1) == null) {
            invented++;
          }
        }
      }
    }
    long stored = seen.values().stream().filter(times -> times > 0).count();
    long twice = seen.values().stream().filter(times -> times > 1).count();
    out.printf(
        "stored   %,d; missing %,d, twice %,d, invented %,d%n",
        stored, count - stored, twice, invented);
    return stored == count && twice == 0 && invented == 0;
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
