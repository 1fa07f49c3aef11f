package io.messagelogger.queue;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Settings;
import io.messagelogger.testing.RedisCluster;
import io.messagelogger.testing.RedisSentinels;
import io.messagelogger.testing.RedisTls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sentinels and a cluster, over TLS and with the users of docs/security.md: they may do all that
 * the service does, and nothing that the page lists for it is more than it does.
 */
class RedisTopologiesIT {
  private static final Logger LOG = Logger.getLogger(RedisTopologiesIT.class.getName());
  private static final String QUEUE = "MESSAGES";

  /** What the service tries and does without: to name risks. */
  private static final String MAY_BE_DENIED = "config|get";

  /** What is not counted: nobody needs leave to log in, and sentinels count nothing. */
  private static final Set<String> UNCOUNTED = Set.of("auth", "sentinel|get-master-addr-by-name");

  @TempDir Path folder;
  private Optional<RedisTls> tls;

  @BeforeEach
  void certificates() throws IOException {
    tls =
        RedisTls.available(folder.resolve("probe"))
            ? Optional.of(new RedisTls(folder))
            : Optional.empty();
  }

  /** Counted as skipped when it has held without TLS. */
  private void assumeEncrypted() {
    if (tls.isEmpty()) {
      LOG.warning("SKIPPED: this Redis was built without TLS; only its users were tested");
    }
    assumeThat(tls).as("a Redis with TLS").isPresent();
  }

  private Settings settings(String form, String addresses, String... more) {
    Map<String, String> values = new HashMap<>();
    String scheme = tls.isPresent() ? "rediss-" : "redis-";
    values.put("REDIS_URL", scheme + form + "://message-logger:word@" + addresses);
    tls.ifPresent(one -> values.putAll(one.settings()));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return Settings.from(values::get);
  }

  private static List<String> user() throws IOException {
    return QueueTour.rules("on >PASSWORD .*~MESSAGES", "word");
  }

  private static String line(String name, List<String> rules) {
    return "user " + name + " " + String.join(" ", rules);
  }

  @Test
  void sentinels() throws Exception {
    List<String> watcher = QueueTour.rules("on >PASSWORD .*switch-master", "other");
    try (RedisSentinels sentinels =
            new RedisSentinels(
                folder.resolve("sentinels"),
                tls,
                List.of(line("message-logger", user())),
                List.of(line("message-logger-sentinel", watcher)));
        Watch watch = new Watch(sentinels.connections())) {
      Settings settings =
          settings(
              "sentinel",
              sentinels.addresses(),
              "REDIS_SENTINEL_USER",
              "message-logger-sentinel",
              "REDIS_SENTINEL_PASSWORD",
              "other");
      try (Redis redis = new Redis(settings)) {
        QueueTour.go(redis, settings);
        watch.judgeClients();
        int before = sentinels.masterPort();
        watch.look();
        sentinels.killMaster();
        await().atMost(60, SECONDS).until(() -> sentinels.masterPort() != before);
        awaitAnswer(redis, settings, 0);
        QueueTour.go(redis, settings);
        watch.judgeClients();
        watch.judge(user(), watcher);
      }
    }
    assumeEncrypted();
  }

  @Test
  void aCluster() throws Exception {
    List<String> more = QueueTour.rules("\\+cluster", "word");
    List<String> rules = new ArrayList<>(user());
    rules.addAll(more);
    try (RedisCluster cluster =
            new RedisCluster(folder.resolve("cluster"), tls, line("message-logger", rules));
        Watch watch =
            new Watch(cluster.nodes().stream().map(RedisCluster.Node::connect).toList())) {
      Settings settings = settings("cluster", cluster.addresses());
      try (Redis redis = new Redis(settings)) {
        QueueTour.go(redis, settings);
        watch.judgeClients();
        RedisCluster.Node first = cluster.master(QUEUE);
        RedisCluster.Node second = cluster.otherMaster(first);
        int slot = RedisCluster.slot(QUEUE);
        RedisCluster.beginMigration(slot, first, second);
        ClaimQueue queue = new ClaimQueue(redis, new Arrivals(redis, settings), settings);
        queue.push(List.of(Script.bytes("asked of the second")));
        RedisCluster.migrateKeys(slot, first, second);
        cluster.endMigration(slot, first, second);
        awaitAnswer(redis, settings, 1);
        Claim claim = queue.claim(1).orElseThrow();
        assertThat(queue.acknowledge(claim, 0, 1, List.of())).isTrue();
        QueueTour.go(redis, settings);

        watch.look();
        second.process().kill();
        await().atMost(60, SECONDS).until(() -> !cluster.master(QUEUE).equals(second));
        awaitAnswer(redis, settings, 0);
        QueueTour.go(redis, settings);
        watch.judgeClients();
        watch.judge(rules, List.of());
      }
    }
    assumeEncrypted();
  }

  private static void awaitAnswer(Redis redis, Settings settings, long queued) {
    ClaimQueue queue = new ClaimQueue(redis, new Arrivals(redis, settings), settings);
    await()
        .atMost(60, SECONDS)
        .ignoreExceptionsInstanceOf(QueueUnavailableException.class)
        .until(() -> queue.measure().queued() == queued);
  }

  /** What the servers say that their users did. Used by one thread. */
  private static final class Watch implements AutoCloseable {
    private final List<Jedis> servers;
    private final Set<String> used = new TreeSet<>();
    private final Set<String> denied = new TreeSet<>();

    Watch(List<Jedis> servers) {
      this.servers = new ArrayList<>(servers);
    }

    /** Notes what was done so far, also by those that are killed next. */
    void look() {
      servers.removeIf(server -> !answers(server));
      for (Jedis server : servers) {
        server
            .info("commandstats")
            .lines()
            .filter(line -> line.startsWith("cmdstat_"))
            .forEach(line -> used.add(line.substring(8, line.indexOf(':'))));
        server.aclLog().forEach(entry -> denied.add(entry.getReason() + " " + entry.getObject()));
      }
    }

    private static boolean answers(Jedis server) {
      try {
        return server.ping().equals("PONG");
      } catch (JedisException e) { // it was killed
        return false;
      }
    }

    /** Whoever bears the service's name has its user. */
    void judgeClients() {
      servers.removeIf(server -> !answers(server));
      Set<String> users =
          servers.stream()
              .flatMap(server -> server.clientList().lines())
              .filter(line -> line.contains(" name=message-logger "))
              .map(line -> line.replaceAll(".* user=(\\S+).*", "$1"))
              .collect(Collectors.toSet());
      assertThat(users).isNotEmpty().allMatch(user -> user.startsWith("message-logger"));
    }

    /** What these rules allow is what was done, and no more was tried. */
    void judge(List<String> rules, List<String> others) {
      look();
      assertThat(denied).allMatch(entry -> entry.endsWith(MAY_BE_DENIED));
      List<String> allowed = new ArrayList<>(rules);
      allowed.addAll(others);
      assertThat(
              allowed.stream()
                  .filter(rule -> rule.startsWith("+"))
                  .map(rule -> rule.substring(1))
                  .filter(command -> !UNCOUNTED.contains(command)))
          .as("allowed and done")
          .isSubsetOf(used);
    }

    @Override
    public void close() {
      servers.forEach(Jedis::close);
    }
  }
}
