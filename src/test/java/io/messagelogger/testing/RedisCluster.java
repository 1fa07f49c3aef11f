package io.messagelogger.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A Redis Cluster of three masters and three replicas on loopback, formed without redis-cli, whose
 * nodes a test may kill. Used by one thread.
 */
public final class RedisCluster implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RedisCluster.class.getName());
  private static final String HOST = "127.0.0.1";
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final ProtocolCommand CLUSTER = () -> "CLUSTER".getBytes(StandardCharsets.UTF_8);

  /** Short, or the tests take long; long enough for a loaded machine to answer pings in time. */
  private static final int NODE_TIMEOUT_MILLIS = 3000;

  private final List<Node> nodes = new ArrayList<>();

  /**
   * A process and its id in the cluster.
   *
   * @param port where the other nodes and clients find it: with TLS, not that of the process
   */
  public record Node(EmbeddedRedis process, String id, int port) {
    /** A connection to it; the caller closes it. */
    public Jedis connect() {
      return RedisCluster.connect(process.port());
    }

    /** What it says of itself. */
    Map<String, String> info(String section) {
      try (Jedis jedis = connect()) {
        return jedis
            .info(section)
            .lines()
            .map(line -> line.strip().split(":", 2))
            .filter(pair -> pair.length == 2)
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
      }
    }

    /** How often it has answered with this kind of error. */
    public long errors(String kind) {
      return info("errorstats").keySet().contains("errorstat_" + kind)
          ? Long.parseLong(info("errorstats").get("errorstat_" + kind).replace("count=", ""))
          : 0;
    }

    private void cluster(String... words) {
      try (Jedis jedis = connect()) {
        jedis.sendCommand(CLUSTER, words);
      }
    }
  }

  /** Starts one; returns when it takes writes and each master has a replica. */
  public RedisCluster(Path folder) throws IOException {
    this(folder, Optional.empty());
  }

  /**
   * The same, with these lines of redis.conf at each node.
   *
   * @param tls how nodes talk to each other and clients may talk to them; empty for in the clear
   */
  public RedisCluster(Path folder, Optional<RedisTls> tls, String... lines) throws IOException {
    List<Integer> busPorts = new ArrayList<>();
    for (int i = 0; i < 2 * MASTERS; i++) {
      int bus = TestServices.freePort();
      List<String> configuration =
          new ArrayList<>(
              List.of(
                  "cluster-enabled yes",
                  "cluster-port " + bus,
                  "cluster-node-timeout " + NODE_TIMEOUT_MILLIS,
                  "cluster-config-file nodes.conf",
                  "cluster-require-full-coverage no",
                  "repl-diskless-sync-delay 0",
                  "repl-ping-replica-period 1"));
      configuration.addAll(List.of(lines));
      int encrypted = tls.isPresent() ? TestServices.freePort() : 0;
      tls.ifPresent(
          one -> {
            configuration.addAll(one.lines());
            configuration.addAll(List.of("tls-port " + encrypted, "tls-cluster yes"));
          });
      EmbeddedRedis process =
          EmbeddedRedis.start(folder.resolve("node-" + i), 0, configuration.toArray(String[]::new));
      busPorts.add(bus);
      try (Jedis jedis = connect(process.port())) {
        nodes.add(
            new Node(process, jedis.clusterMyId(), encrypted == 0 ? process.port() : encrypted));
      }
    }
    for (int i = 1; i < nodes.size(); i++) {
      nodes
          .get(0)
          .cluster(
              "MEET",
              HOST,
              Integer.toString(nodes.get(i).port()),
              Integer.toString(busPorts.get(i)));
    }
    for (int i = 0; i < MASTERS; i++) {
      nodes
          .get(i)
          .cluster(
              "ADDSLOTSRANGE",
              Integer.toString(SLOTS * i / MASTERS),
              Integer.toString(SLOTS * (i + 1) / MASTERS - 1));
    }
    awaitEach(node -> node.info("cluster").isEmpty() || knows(node).containsAll(ids()));
    for (int i = 0; i < MASTERS; i++) {
      nodes.get(MASTERS + i).cluster("REPLICATE", nodes.get(i).id());
    }
    awaitWhole();
  }

  static Jedis connect(int port) {
    return new Jedis(
        new HostAndPort(HOST, port),
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .socketTimeoutMillis(10_000)
            .build());
  }

  private Set<String> ids() {
    return nodes.stream().map(Node::id).collect(Collectors.toSet());
  }

  private static Set<String> knows(Node node) {
    try (Jedis jedis = node.connect()) {
      return jedis
          .clusterNodes()
          .lines()
          .filter(line -> !line.contains("handshake"))
          .map(line -> line.split(" ", 2)[0])
          .collect(Collectors.toSet());
    }
  }

  private void awaitEach(Predicate<Node> condition) {
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> nodes.stream().allMatch(condition));
  }

  /** Waits until every node runs, agrees, and each replica follows its master. */
  public void awaitWhole() {
    awaitEach(
        node -> {
          try (Jedis jedis = node.connect()) {
            Map<String, String> replication = node.info("replication");
            return jedis.clusterInfo().contains("cluster_state:ok")
                && replication.getOrDefault("master_link_status", "up").equals("up")
                && !jedis.clusterNodes().contains("fail");
          }
        });
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                nodes.stream()
                        .filter(node -> node.info("replication").get("role").equals("master"))
                        .filter(
                            node -> node.info("replication").get("connected_slaves").equals("1"))
                        .count()
                    == MASTERS);
  }

  /** Starts those again that were killed. */
  public void restartKilled() throws IOException {
    for (Node node : nodes) {
      if (!node.process().running()) {
        node.process().restart();
      }
    }
  }

  /** The URL for REDIS_URL of one without TLS. */
  public String url() {
    return "redis-cluster://" + addresses();
  }

  /** The addresses of some nodes, comma-separated: with TLS where they have it. */
  public String addresses() {
    return nodes.stream()
        .limit(MASTERS)
        .map(node -> HOST + ":" + node.port())
        .collect(Collectors.joining(","));
  }

  /** All nodes. */
  public List<Node> nodes() {
    return nodes;
  }

  /** A client of it; the caller closes it. */
  public RedisClusterClient client() {
    return RedisClusterClient.builder()
        .nodes(
            nodes.stream()
                .map(node -> new HostAndPort(HOST, node.process().port()))
                .collect(Collectors.toSet()))
        .clientConfig(DefaultJedisClientConfig.builder().socketTimeoutMillis(10_000).build())
        .build();
  }

  /** The slot of a key. */
  public static int slot(String key) {
    return JedisClusterCRC16.getSlot(key);
  }

  /** The node that has this key, as those that live see it. */
  public Node master(String key) {
    for (Node asked : nodes) {
      try (Jedis jedis = asked.connect()) {
        for (Object range : (List<?>) jedis.sendCommand(CLUSTER, "SLOTS")) {
          List<?> parts = (List<?>) range;
          if ((Long) parts.get(0) <= slot(key) && slot(key) <= (Long) parts.get(1)) {
            String id =
                new String((byte[]) ((List<?>) parts.get(2)).get(2), StandardCharsets.UTF_8);
            return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
          }
        }
      } catch (JedisConnectionException e) {
        LOG.finest("A node that was killed");
      }
    }
    throw new IllegalStateException("nobody has " + key);
  }

  /** The replica of this master. */
  public Node replicaOf(Node master) {
    return nodes.stream()
        .filter(node -> !node.equals(master))
        .filter(
            node ->
                node.info("replication")
                    .getOrDefault("master_port", "none")
                    .equals(Integer.toString(master.port())))
        .findFirst()
        .orElseThrow();
  }

  /** Another master. */
  public Node otherMaster(Node master) {
    return nodes.stream()
        .filter(node -> !node.equals(master))
        .filter(node -> node.info("replication").get("role").equals("master"))
        .findFirst()
        .orElseThrow();
  }

  /** Begins to move a slot; none of its keys is moved yet. */
  public static void beginMigration(int slot, Node from, Node to) {
    to.cluster("SETSLOT", Integer.toString(slot), "IMPORTING", from.id());
    from.cluster("SETSLOT", Integer.toString(slot), "MIGRATING", to.id());
  }

  /** Moves the keys of a slot that are there; how many these were. */
  public static int migrateKeys(int slot, Node from, Node to) {
    try (Jedis jedis = from.connect()) {
      List<String> keys = jedis.clusterGetKeysInSlot(slot, 100);
      for (String key : keys) {
        jedis.migrate(HOST, to.port(), key, 0, 10_000);
      }
      return keys.size();
    }
  }

  /** Ends it: the slot is the other's, and all masters know. */
  public void endMigration(int slot, Node from, Node to) {
    to.cluster("SETSLOT", Integer.toString(slot), "NODE", to.id());
    from.cluster("SETSLOT", Integer.toString(slot), "NODE", to.id());
    nodes.stream()
        .filter(node -> !node.equals(from) && !node.equals(to))
        .filter(node -> node.info("replication").get("role").equals("master"))
        .forEach(node -> node.cluster("SETSLOT", Integer.toString(slot), "NODE", to.id()));
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      node.process().kill();
    }
  }
}
