package io.messagelogger.queue;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Settings;
import io.messagelogger.testing.RedisCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;

/** The subscription is where the queue is, whatever becomes of the node. */
class ClusterSubscriptionIT {
  private static final String QUEUE = "MESSAGES";

  private final AtomicBoolean end = new AtomicBoolean();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<String> heard = new AtomicReference<>("");
  private final AtomicReference<Subscription> current = new AtomicReference<>();

  @Test
  void itFollowsTheQueue(@TempDir Path folder) throws Exception {
    try (RedisCluster cluster = new RedisCluster(folder)) {
      Map<String, String> values = Map.of("REDIS_URL", cluster.url());
      Settings settings = Settings.from(values::get);
      try (Redis redis = new Redis(settings)) {
        ClaimQueue queue = new Queues(redis, settings).all().get(0);
        Thread listening = new Thread(() -> listen(new Channels(redis, settings)));
        listening.start();
        await().atMost(60, SECONDS).until(() -> begun.get() == 1);
        RedisCluster.Node first = cluster.master(QUEUE);
        assertThat(subscribers(first)).isEqualTo(1);

        RedisCluster.Node second = cluster.otherMaster(first);
        RedisCluster.beginMigration(RedisCluster.slot(QUEUE), first, second);
        cluster.endMigration(RedisCluster.slot(QUEUE), first, second);
        await().atMost(60, SECONDS).until(() -> follows(queue, 2));
        assertThat(subscribers(second)).as("it has moved with the queue").isEqualTo(1);

        second.process().kill();
        await().atMost(60, SECONDS).until(() -> follows(queue, 3));
        assertThat(failed).as("it fired").hasPositiveValue();
        assertThat(subscribers(cluster.master(QUEUE))).isEqualTo(1);
        published(queue, "after all");
        end.set(true);
        current.get().end();
        listening.join(30_000);
      }
    }
  }

  private void listen(Channels channels) {
    while (!end.get()) {
      Subscription one = channels.subscription(QUEUE, new Hearing());
      current.set(one);
      try {
        one.run();
      } catch (QueueUnavailableException e) {
        failed.incrementAndGet();
      }
    }
  }

  /** Whether it has begun so many times, after what makes it notice where the queue is. */
  private boolean follows(ClaimQueue queue, int times) {
    try {
      queue.measure();
    } catch (QueueUnavailableException e) {
      return false;
    }
    current.get().ping();
    return begun.get() >= times;
  }

  private void published(ClaimQueue queue, String text) {
    queue.push(List.of(text.getBytes(StandardCharsets.UTF_8)));
    Claim claim = queue.claim(1).orElseThrow();
    assertThat(queue.acknowledge(claim, 0, 1, List.of())).isTrue();
    await().atMost(30, SECONDS).until(() -> heard.get().equals(text));
  }

  private static long subscribers(RedisCluster.Node node) {
    try (Jedis jedis = node.connect()) {
      return jedis
          .clientList(ClientType.PUBSUB)
          .lines()
          .filter(line -> line.contains("name=message-logger"))
          .count();
    }
  }

  private final class Hearing implements Subscription.Hearer {
    @Override
    public void begun() {
      begun.incrementAndGet();
    }

    @Override
    public void published(byte[] payload) {
      heard.set(new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void heardUntil(long time) {}
  }
}
