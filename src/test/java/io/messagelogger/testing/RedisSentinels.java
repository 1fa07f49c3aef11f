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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** A master, its replica, and three sentinels that watch them. Used by one thread. */
public final class RedisSentinels implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String NAME = "mymaster";

  private final List<Node> servers = new ArrayList<>();
  private final List<Node> sentinels = new ArrayList<>();
  private final Optional<RedisTls> tls;

  /**
   * One of them.
   *
   * @param port where the others and clients find it: with TLS, not that of the process
   */
  private record Node(EmbeddedRedis process, int port) {}

  /** Starts them; returns when the sentinels know of each other and of the replica. */
  public RedisSentinels(Path folder) throws IOException {
    this(folder, Optional.empty(), List.of(), List.of());
  }

  /**
   * The same, with these lines of redis.conf and of sentinel.conf.
   *
   * @param tls how they talk to each other and clients may talk to them; empty for in the clear
   */
  public RedisSentinels(
      Path folder, Optional<RedisTls> tls, List<String> lines, List<String> sentinelLines)
      throws IOException {
    this.tls = tls;
    List<String> configuration = new ArrayList<>(lines);
    configuration.add("repl-diskless-sync-delay 0");
    servers.add(start(folder.resolve("master"), false, configuration));
    int port = servers.get(0).port();
    configuration.add("replicaof " + HOST + " " + port);
    servers.add(start(folder.resolve("replica"), false, configuration));
    List<String> sentinelConfiguration = new ArrayList<>(sentinelLines);
    sentinelConfiguration.addAll(
        List.of(
            "sentinel monitor %s %s %d 2".formatted(NAME, HOST, port),
            "sentinel down-after-milliseconds " + NAME + " 2000",
            "sentinel failover-timeout " + NAME + " 10000"));
    for (int i = 0; i < 3; i++) {
      sentinels.add(start(folder.resolve("sentinel-" + i), true, sentinelConfiguration));
    }
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> sentinels.stream().allMatch(RedisSentinels::knowsAll));
  }

  private Node start(Path folder, boolean sentinel, List<String> lines) throws IOException {
    List<String> all = new ArrayList<>(lines);
    int encrypted = tls.isPresent() ? TestServices.freePort() : 0;
    tls.ifPresent(
        one -> {
          all.addAll(0, one.lines());
          all.add(0, "tls-port " + encrypted);
        });
    String[] configuration = all.toArray(String[]::new);
    EmbeddedRedis process =
        sentinel
            ? EmbeddedRedis.startSentinel(folder, configuration)
            : EmbeddedRedis.start(folder, 0, configuration);
    return new Node(process, encrypted == 0 ? process.port() : encrypted);
  }

  private static boolean knowsAll(Node sentinel) {
    try (Jedis jedis = RedisCluster.connect(sentinel.process().port())) {
      Map<String, String> master = jedis.sentinelMaster(NAME);
      return master.get("num-slaves").equals("1")
          && master.get("num-other-sentinels").equals("2")
          && jedis.sentinelReplicas(NAME).stream()
              .allMatch(replica -> replica.get("master-link-status").equals("ok"));
    }
  }

  /** The URL for REDIS_URL of those without TLS. */
  public String url() {
    return "redis-sentinel://" + addresses();
  }

  /** The addresses of the sentinels, comma-separated, and the name of the master. */
  public String addresses() {
    return sentinels.stream()
        .map(sentinel -> HOST + ":" + sentinel.port())
        .collect(Collectors.joining(",", "", "/0#" + NAME));
  }

  /** The port of the master, as the first sentinel has it. */
  public int masterPort() {
    try (Jedis jedis = RedisCluster.connect(sentinels.get(0).process().port())) {
      return Integer.parseInt(jedis.sentinelGetMasterAddrByName(NAME).get(1));
    }
  }

  /** A connection to the master, without TLS; the caller closes it. */
  public Jedis connect() {
    return RedisCluster.connect(master().process().port());
  }

  private Node master() {
    int port = masterPort();
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /** SIGKILL for the master. */
  public void killMaster() throws IOException {
    master().process().kill();
  }

  /** Connections to all that run, sentinels too, without TLS; the caller closes them. */
  public List<Jedis> connections() throws IOException {
    List<Jedis> all = new ArrayList<>();
    for (Node node : Stream.concat(servers.stream(), sentinels.stream()).toList()) {
      if (node.process().running()) {
        all.add(RedisCluster.connect(node.process().port()));
      }
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    for (Node sentinel : sentinels) {
      sentinel.process().kill();
    }
    for (Node server : servers) {
      server.process().kill();
    }
  }
}
