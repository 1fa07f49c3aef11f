package io.messagelogger.live;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.access.Admitted;
import io.messagelogger.access.Reader;
import io.messagelogger.access.Reading;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.queue.Arrivals;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.Queues;
import io.messagelogger.queue.Redis;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.testing.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A feed without a server, a Redis or a database: a log in memory, and clients that are buffers.
 */
final class FeedStage {
  final FakeLog log = new FakeLog();
  final Tailer tailer = new Tailer(log);
  final Replays replays;
  final Feed feed;
  private final List<FeedClient> clients = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** A queue that is as long as a test says. */
  private static final class LongQueue extends ClaimQueue {
    private LongQueue(Redis redis, Settings settings) {
      super(redis, new Arrivals(redis, settings), settings);
    }

    @Override
    public Measure measure() {
      return new Measure(0, 0, 0, 0, Instant.EPOCH);
    }
  }

  FeedStage(Map<String, String> environment) {
    Settings settings = Settings.from(environment::get);
    replays =
        new Replays(
            log,
            tailer,
            new Queues(List.of(new LongQueue(new Redis(settings), settings))),
            settings);
    feed = new Feed(tailer, log, reader -> true, settings);
    replays.start(threads);
    threads.execute(tailer::run);
  }

  /** A client that asks for this, from the end of the log on, and is connected. */
  FakeConnection connect(String query) throws InterruptedException {
    return connect(query, tailer.end(), new FakeConnection());
  }

  /** A client that starts at a place. */
  FakeConnection connect(String query, LogPosition start, FakeConnection connection) {
    client(query, start, connection);
    return connection;
  }

  FeedClient client(String query, LogPosition start, FakeConnection connection) {
    return client("here", query, start, connection);
  }

  /** A client of a caller. */
  FeedClient client(String caller, String query, LogPosition start, FakeConnection connection) {
    Reader reader = new Reader(caller, Set.of(Role.READER), Scope.ALL, null, null);
    Admitted admitted = new Admitted(reader, reader.countedAs("here"), Reading.unrecorded());
    FeedRequest request = FeedParameters.read(query, false, false, null, "a test", admitted);
    FeedClient client = feed.client(request, start);
    client.outbox().open(connection);
    feed.join(client);
    clients.add(client);
    return client;
  }

  /** Publishes messages as they were pushed. */
  void publish(Sample... samples) {
    for (Sample sample : samples) {
      tailer.published(sample.message(), sample.bytes());
    }
  }

  /** Tells all that their connections take something again, as the server does. */
  void writable() {
    clients.forEach(client -> client.outbox().writable());
  }

  static List<String> uuids(Sample... samples) {
    return Arrays.stream(samples).map(Sample::message).map(FeedStage::uuid).toList();
  }

  private static String uuid(Message message) {
    UUID uuid = message.messageUuid();
    return uuid.toString();
  }

  static void awaitUuids(FakeConnection connection, List<String> uuids) {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() -> assertThat(connection.uuids()).isEqualTo(uuids));
  }

  static void awaitType(FakeConnection connection, String type) {
    await().atMost(30, SECONDS).until(() -> connection.types().contains(type));
  }

  /** Ends it. */
  void close() throws InterruptedException {
    replays.stop(Duration.ofSeconds(10));
    assertThat(tailer.stop(Duration.ofSeconds(10))).as("the tailer has ended").isTrue();
    threads.shutdown();
    assertThat(threads.awaitTermination(10, SECONDS)).as("the readers have ended").isTrue();
  }
}
