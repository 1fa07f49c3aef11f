package io.messagelogger.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;

/** A master, its replica, and three sentinels that watch them. Used by one thread. */
public final class RedisSentinels implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String NAME = "mymaster";

  private final List<EmbeddedRedis> servers = new ArrayList<>();
  private final List<EmbeddedRedis> sentinels = new ArrayList<>();

  /** Starts them; returns when the sentinels know of each other and of the replica. */
  public RedisSentinels(Path folder) throws IOException {
    servers.add(EmbeddedRedis.start(folder.resolve("master"), 0, "repl-diskless-sync-delay 0"));
    int port = servers.get(0).port();
    servers.add(
        EmbeddedRedis.start(
            folder.resolve("replica"),
            0,
            "repl-diskless-sync-delay 0",
            "replicaof " + HOST + " " + port));
    for (int i = 0; i < 3; i++) {
      sentinels.add(
          EmbeddedRedis.startSentinel(
              folder.resolve("sentinel-" + i),
              "sentinel monitor %s %s %d 2".formatted(NAME, HOST, port),
              "sentinel down-after-milliseconds " + NAME + " 2000",
              "sentinel failover-timeout " + NAME + " 10000"));
    }
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> sentinels.stream().allMatch(RedisSentinels::knowsAll));
  }

  private static boolean knowsAll(EmbeddedRedis sentinel) {
    try (Jedis jedis = RedisCluster.connect(sentinel.port())) {
      Map<String, String> master = jedis.sentinelMaster(NAME);
      return master.get("num-slaves").equals("1")
          && master.get("num-other-sentinels").equals("2")
          && jedis.sentinelReplicas(NAME).stream()
              .allMatch(replica -> replica.get("master-link-status").equals("ok"));
    }
  }

  /** The URL for REDIS_URL. */
  public String url() {
    return sentinels.stream()
        .map(sentinel -> HOST + ":" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + NAME));
  }

  /** The port of the master, as the first sentinel has it. */
  public int masterPort() {
    try (Jedis jedis = RedisCluster.connect(sentinels.get(0).port())) {
      return Integer.parseInt(jedis.sentinelGetMasterAddrByName(NAME).get(1));
    }
  }

  /** A connection to the master; the caller closes it. */
  public Jedis connect() {
    return RedisCluster.connect(masterPort());
  }

  /** SIGKILL for the master. */
  public void killMaster() throws IOException {
    int port = masterPort();
    for (EmbeddedRedis server : servers) {
      if (server.port() == port) {
        server.kill();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (EmbeddedRedis sentinel : sentinels) {
      sentinel.kill();
    }
    for (EmbeddedRedis server : servers) {
      server.kill();
    }
  }
}
