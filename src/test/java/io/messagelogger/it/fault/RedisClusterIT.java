package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.RedisCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisException;

/** A cluster whose masters die and whose slots move while it is drained. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisClusterIT {
  private static final Logger LOG = Logger.getLogger(RedisClusterIT.class.getName());
  private static final String QUEUE = "MESSAGES";
  private static final int UNREPLICATED = 20_000;
  private static final long PAUSE_NANOS = 20_000_000;

  /** Connections to the queue's master that its producer was refused, or lost. */
  private final AtomicInteger refused = new AtomicInteger();

  private RedisCluster cluster;
  private RedisClusterClient client;
  private FreshDatabase database;
  private String other;

  @BeforeAll
  void start() throws IOException, SQLException {
    cluster = new RedisCluster(Folder.create());
    client = cluster.client();
    database = new FreshDatabase();
    database.started();
  }

  @AfterAll
  void stop() throws IOException, SQLException {
    if (cluster != null) {
      client.close();
      cluster.close();
      database.close();
    }
  }

  @BeforeEach
  void empty() throws IOException, SQLException {
    refused.set(0);
    cluster.restartKilled();
    cluster.awaitWhole();
    client.del(QUEUE);
    other = onAnotherMaster();
    database.execute(
        "TRUNCATE message_exchange, message_key, message_destination, message_log, dead_letter"
            + " CASCADE");
  }

  private String onAnotherMaster() {
    for (int i = 0; ; i++) {
      String name = "orders-" + i;
      if (!cluster.master(name).equals(cluster.master(QUEUE))) {
        return name;
      }
    }
  }

  private Draining drain(String queues) {
    return new Draining(database, "REDIS_URL", cluster.url(), "REDIS_QUEUE", queues);
  }

  /** Pushes again and again what so many replicas have to have, too, until it is told to end. */
  private CompletableFuture<Void> produce(
      Oracle oracle, String queue, AtomicInteger replicas, AtomicBoolean end) {
    return CompletableFuture.runAsync(
        () -> {
          while (!end.get()) {
            try (Jedis master = new Jedis(client.getConnectionFromSlot(RedisCluster.slot(queue)))) {
              oracle.pushReplicated(master, queue, 20, replicas.get());
              LockSupport.parkNanos(PAUSE_NANOS);
            } catch (JedisException e) {
              refused.incrementAndGet();
              LockSupport.parkNanos(PAUSE_NANOS);
              refresh();
            }
          }
        });
  }

  private void refresh() {
    try {
      client.refreshClusterTopology();
    } catch (JedisException e) {
      LOG.log(Level.FINE, "Nobody knows the masters", e);
    }
  }

  private long stored() {
    try {
      return database.count("SELECT count(*) FROM message_exchange");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a replica had is stored, once. What the master took while it had no replica is lost with
   * it, by Redis and not by us, as far as it was not stored before. The other queue goes on.
   */
  @Test
  void theMasterOfAQueueIsKilledUnderLoad() throws Exception {
    Oracle oracle = new Oracle(QUEUE, other);
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger replicas = new AtomicInteger(1);
    try (Draining draining = drain(QUEUE + "," + other)) {
      CompletableFuture<Void> producer = produce(oracle, QUEUE, replicas, end);
      await().atMost(60, SECONDS).until(() -> stored() > 500);
      RedisCluster.Node master = cluster.master(QUEUE);
      RedisCluster.Node replica = cluster.replicaOf(master);
      List<Minted> unreplicated;
      replica.process().pause();
      try (Jedis jedis = master.connect()) {
        jedis.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "replica");
        unreplicated = oracle.pushUnreplicated(jedis, QUEUE, UNREPLICATED);
      } finally {
        master.process().kill();
        replica.process().resume();
      }
      oracle.push(client, other, 1000); // which is on another node
      await()
          .atMost(60, SECONDS)
          .until(() -> client.llen(other) == 0 && client.zcard("{" + other + "}:claims") == 0);
      await().atMost(60, SECONDS).until(() -> cluster.master(QUEUE).equals(replica));
      replicas.set(0); // it has none, and is not killed
      int before = oracle.count();
      await().atMost(60, SECONDS).until(() -> oracle.count() > before + 500);
      end.set(true);
      producer.get();
      assertThat(oracle.failures() + refused.get()).as("it fired").isPositive();
      oracle.judge(database.source()::getConnection, client);
      long lost = unreplicated.size() - storedOf(unreplicated);
      LOG.info(
          "Redis has lost %d of %d messages that no replica had"
              .formatted(lost, unreplicated.size()));
      assertThat(lost).as("what Redis loses in a failover").isPositive();
      assertThat(draining.deadLetters()).isZero();
      assertThat(draining.complaints()).isEmpty();
    }
  }

  /** It rests while its slot is moved, and nothing is lost or doubled. */
  @Test
  void theSlotOfAQueueMovesUnderLoad() throws Exception {
    Oracle oracle = new Oracle(QUEUE);
    AtomicBoolean end = new AtomicBoolean();
    int slot = RedisCluster.slot(QUEUE);
    try (Draining draining = drain(QUEUE)) {
      CompletableFuture<Void> producer =
          CompletableFuture.runAsync(
              () -> {
                while (!end.get()) {
                  oracle.push(client, 20);
                  LockSupport.parkNanos(PAUSE_NANOS);
                }
              });
      await().atMost(60, SECONDS).until(() -> stored() > 500);
      RedisCluster.Node from = cluster.master(QUEUE);
      RedisCluster.Node to = cluster.otherMaster(from);
      long before = from.errors("TRYAGAIN") + to.errors("TRYAGAIN");
      RedisCluster.beginMigration(slot, from, to);
      await()
          .atMost(60, SECONDS)
          .untilAsserted(
              () ->
                  assertThat(draining.complaints())
                      .anySatisfy(reason -> assertThat(reason).contains("TRYAGAIN")));
      assertThat(from.errors("TRYAGAIN") + to.errors("TRYAGAIN"))
          .as("it fired")
          .isGreaterThan(before);
      await().atMost(60, SECONDS).until(() -> RedisCluster.migrateKeys(slot, from, to) == 0);
      cluster.endMigration(slot, from, to);
      int pushed = oracle.count();
      await().atMost(60, SECONDS).until(() -> oracle.count() > pushed + 500);
      await().atMost(60, SECONDS).until(() -> draining.complaints().isEmpty());
      assertThat(cluster.master(QUEUE)).as("it has moved").isEqualTo(to);
      end.set(true);
      producer.get();
      oracle.judge(database.source()::getConnection, client);
      assertThat(draining.deadLetters()).isZero();
    }
  }

  /** With it dies the subscription of the feed, which is there because the queue is. */
  @Test
  void aServerShowsAllAlthoughTheNodeOfItsSubscriptionIsKilled() throws Exception {
    Oracle oracle = new Oracle(QUEUE, other);
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger replicas = new AtomicInteger(1);
    Path folder = Folder.create();
    try (Services services = Services.embedded(folder);
        FaultServer server =
            FaultServer.start(
                services, "REDIS_URL", cluster.url(), "REDIS_QUEUE", QUEUE + "," + other)) {
      server.client().awaitReady();
      try (PlainReader plain = new PlainReader(server.client().feed())) {
        await()
            .atMost(30, SECONDS)
            .until(() -> server.client().metric("message_logger_feed_clients") == 1);
        CompletableFuture<Void> producers =
            CompletableFuture.allOf(
                produce(oracle, QUEUE, replicas, end), produce(oracle, other, replicas, end));
        await().atMost(60, SECONDS).until(() -> oracle.count() > 500);
        RedisCluster.Node master = cluster.master(QUEUE);
        assertThat(subscribers(master)).as("subscribed where the queue is").isPositive();
        master.process().kill();
        server.awaitDown("feed", "");
        await().atMost(60, SECONDS).until(() -> !cluster.master(QUEUE).equals(master));
        replicas.set(0); // the new master has none, and is not killed
        int pushed = oracle.count();
        await().atMost(60, SECONDS).until(() -> oracle.count() > pushed + 1000);
        end.set(true);
        producers.get();
        server.client().awaitReady();
        oracle.judge(server.client(), client);
        plain.judge(oracle.uuids());
        assertThat(subscribers(cluster.master(QUEUE))).as("subscribed again").isPositive();
        String label = "queue=\"" + other + '"';
        await()
            .atMost(30, SECONDS)
            .until(() -> server.client().metric("message_logger_queue_queued", label) == 0);
      }
    }
    Folder.delete(folder);
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

  private long storedOf(List<Minted> messages) throws SQLException {
    String uuids = String.join(",", messages.stream().map(one -> "'" + one.uuid() + "'").toList());
    return database.count(
        "SELECT count(*) FROM message_exchange WHERE message_uuid IN (" + uuids + ")");
  }
}
