package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** After a failover the address leads to another Redis; the one before answers, and only reads. */
class DemotedRedisIT {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatOnlyReadsIsLeftForWhereTheAddressLeads(@TempDir Path folder) throws Exception {
    try (EmbeddedRedis before = EmbeddedRedis.start(folder.resolve("before"), 0);
        EmbeddedRedis after = EmbeddedRedis.start(folder.resolve("after"), 0);
        Forwarder address = new Forwarder(before.port());
        Jedis demoted = new Jedis("localhost", before.port());
        Jedis promoted = new Jedis("localhost", after.port())) {
      Map<String, String> values = Map.of("REDIS_PORT", Integer.toString(address.port()));
      Settings settings = Settings.from(values::get);
      Redis redis = new Redis(settings);
      ClaimQueue queue = new ClaimQueue(redis, new Arrivals(redis, settings), settings);
      CountDownLatch subscribed = new CountDownLatch(1);
      Subscription subscription =
          new Channels(redis, settings).subscription("MESSAGES", new Told(subscribed));
      CompletableFuture<Void> feed = CompletableFuture.runAsync(subscription::run);
      try {
        queue.push(List.of(MESSAGE));
        assertThat(queue.claim(1)).isPresent();
        subscribed.await();

        address.leadTo(after.port());
        demoted.replicaof("127.0.0.1", after.port());

        assertThatThrownBy(() -> queue.push(List.of(MESSAGE)))
            .isInstanceOf(QueueUnavailableException.class)
            .hasMessageContaining("READONLY");
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreException(QueueUnavailableException.class)
            .until(
                () -> {
                  queue.push(List.of(MESSAGE));
                  return true;
                });
        assertThat(promoted.llen("MESSAGES")).isEqualTo(1);
        feed.get(10, TimeUnit.SECONDS); // to be taken up again where the address leads
      } finally {
        redis.close();
      }
    }
  }

  /** Waits for nothing but the beginning. */
  private record Told(CountDownLatch subscribed) implements Subscription.Hearer {
    @Override
    public void begun() {
      subscribed.countDown();
    }

    @Override
    public void published(byte[] payload) {}

    @Override
    public void heardUntil(long time) {}
  }
}
