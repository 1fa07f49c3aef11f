package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/**
 * Servers of an older build are replaced by servers of this one while messages come: both work at
 * once on one queue and one database, whose schema the first new one changes. Not a part of the
 * tests, since it needs the older build: {@code mvn -Prolling verify -Dbaseline=FOLDER}, the folder
 * of its Liberty ({@code target/liberty/wlp} of a checkout in which {@code mvn package} was run).
 *
 * <p>System properties: {@code baseline}, {@code rolling.rate} (messages a second that are pushed,
 * 1000).
 */
class RollingUpdate {
  private static final Logger LOG = Logger.getLogger(RollingUpdate.class.getName());
  private static final int A_PUSH = 100;
  private static final String NOT_LOGGED =
      "SELECT (SELECT count(*) FROM message_key) - (SELECT coalesce(sum(messages), 0) FROM message_log)";

  private final Oracle oracle = new Oracle();

  @Test
  void nothingIsLostWhileServersAreReplaced() throws Exception {
    Path old = Path.of(System.getProperty("baseline")).toAbsolutePath();
    Path folder = Folder.create();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    CountDownLatch end = new CountDownLatch(1);
    try (Services services = Services.embedded(folder);
        RedisClient redis =
            RedisClient.create("127.0.0.1", services.embeddedRedis().orElseThrow().port())) {
      Future<?> producer;
      try (FaultServer first = FaultServer.startOther(services, old);
          FaultServer second = FaultServer.startOther(services, old)) {
        first.client().awaitReady();
        second.client().awaitReady();
        String before = schema(first.client());
        producer = threads.submit(() -> produce(redis, end));
        awaitStoring(first);
        awaitStoring(second);

        try (FaultServer third = FaultServer.start(services)) {
          third.client().awaitReady();
          LOG.info("Schema " + before + ", now " + schema(third.client()));
          awaitStoring(third);
          awaitStoring(first); // goes on under the new schema
          oracle.push(redis, 20_000);
          first.killAtWork();
          awaitStoring(second);
          try (FaultServer fourth = FaultServer.start(services)) {
            fourth.client().awaitReady();
            assertThat(second.terminate(90)).as("the last old one stops in time").isTrue();
            awaitStoring(fourth);
            oracle.push(redis, 20_000);
            third.killAtWork();
            end.countDown();
            producer.get();
            oracle.judge(fourth.client());
            LOG.info(
                "%d messages accounted for; %d of them are not in the feed's log"
                    .formatted(oracle.count(), fourth.client().count(NOT_LOGGED)));
            if (!Boolean.getBoolean("rolling.unlogged")) {
              try (FeedReader witness = oracle.witness(fourth.client()::feed)) {
                oracle.judge(witness, fourth.client());
              }
            }
          }
        }
      }
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
    Folder.delete(folder);
  }

  private static void awaitStoring(FaultServer server) {
    double stored = server.client().metric("message_logger_stored_total");
    await()
        .atMost(120, SECONDS)
        .until(() -> server.client().metric("message_logger_stored_total") > stored);
  }

  private static String schema(Client client) {
    return Long.toString(
        client.count(
            "SELECT max(version::numeric)::int FROM message_logger_schema WHERE version IS NOT NULL"));
  }

  private void produce(RedisClient redis, CountDownLatch end) {
    long pause = 1000L * A_PUSH / Integer.getInteger("rolling.rate", 1000);
    try {
      while (!end.await(pause, MILLISECONDS)) {
        oracle.push(redis, A_PUSH);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
