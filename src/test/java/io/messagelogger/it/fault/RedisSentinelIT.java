package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.RedisSentinels;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** A master that dies while it is drained, and the replica that sentinels put in its place. */
class RedisSentinelIT {
  private static final Logger LOG = Logger.getLogger(RedisSentinelIT.class.getName());

  @Test
  void theMasterIsKilledUnderLoad() throws Exception {
    Path folder = Folder.create();
    Oracle oracle = new Oracle();
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger replicas = new AtomicInteger(1);
    AtomicInteger refused = new AtomicInteger();
    try (FreshDatabase database = new FreshDatabase();
        RedisSentinels redis = new RedisSentinels(folder);
        Draining draining = new Draining(database, "REDIS_URL", redis.url())) {
      CompletableFuture<Void> producer =
          CompletableFuture.runAsync(
              () -> {
                while (!end.get()) {
                  push(oracle, redis, replicas.get(), refused);
                }
              });
      await().atMost(60, SECONDS).until(() -> draining.stored() > 500);
      int before = redis.masterPort();
      redis.killMaster();
      await().atMost(60, SECONDS).until(() -> redis.masterPort() != before);
      replicas.set(0); // there was one
      int pushed = oracle.count();
      await().atMost(60, SECONDS).until(() -> oracle.count() > pushed + 500);
      end.set(true);
      producer.get();
      assertThat(oracle.failures() + refused.get()).as("it fired").isPositive();
      try (RedisClient client = RedisClient.create("127.0.0.1", redis.masterPort())) {
        oracle.judge(database.source()::getConnection, client);
      }
      assertThat(draining.deadLetters()).isZero();
      assertThat(draining.complaints()).isEmpty();
    }
    Folder.delete(folder);
  }

  private static void push(
      Oracle oracle, RedisSentinels redis, int replicas, AtomicInteger refused) {
    try (Jedis master = redis.connect()) {
      oracle.pushReplicated(master, "MESSAGES", 20, replicas);
    } catch (JedisException e) {
      refused.incrementAndGet();
      LOG.log(Level.FINE, "The sentinels have not named another yet", e);
    }
    LockSupport.parkNanos(20_000_000);
  }
}
