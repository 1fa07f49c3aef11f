package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.RedisClient;

/**
 * Two servers, their Redis and their database, and everything that may happen to them. Used by one
 * thread.
 */
final class Surroundings implements AutoCloseable {
  private static final String DISCONNECT =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
          + " 'message-logger'";

  private final Services services;
  private final Random random;
  private final EmbeddedRedis redis;
  private final EmbeddedDatabase database;
  private final Proxy toRedis;
  private final Proxy toDatabase;
  private final FaultServer[] servers = new FaultServer[2];
  private final Map<String, Fault> faults = new LinkedHashMap<>();

  /** Brings something about and ends it. */
  @FunctionalInterface
  private interface Fault {
    void happen() throws IOException, SQLException, InterruptedException;
  }

  /** Starts everything. */
  Surroundings(Services services, Random random) throws IOException {
    this.services = services;
    this.random = random;
    this.redis = services.embeddedRedis().orElseThrow();
    this.database = services.embeddedDatabase().orElseThrow();
    this.toRedis = new Proxy(redis.port());
    this.toDatabase = new Proxy(database.port());
    for (int i = 0; i < servers.length; i++) {
      start(i);
    }
    faults.put("server killed", this::killServer);
    faults.put("server told to stop", this::terminateServer);
    faults.put("server paused", this::pauseServer);
    faults.put("database killed", this::killDatabase);
    faults.put("database stopped", this::stopDatabase);
    faults.put("database read-only", this::readOnly);
    faults.put("no connections", this::noConnections);
    faults.put("connections ended", () -> administer(DISCONNECT));
    faults.put("refuses every message", this::refuseAll);
    faults.put("Redis killed", this::killRedis);
    faults.put("Redis full", this::fillRedis);
    faults.put("scripts forgotten", this::forgetScripts);
    faults.put("Redis silent", () -> hold(toRedis));
    faults.put("database silent", () -> hold(toDatabase));
    faults.put("everything in slices", this::slice);
    faults.put("replies to COMMIT lost", this::swallow);
    faults.put("connections cut", this::cut);
  }

  /** One of the faults, from its beginning to its end; its name. */
  String fault() throws IOException, SQLException, InterruptedException {
    List<String> names = List.copyOf(faults.keySet());
    String name = names.get(random.nextInt(names.size()));
    faults.get(name).happen();
    pause(1, 3);
    return name;
  }

  /** Sees to it that both servers run and nothing is in their way. */
  void heal() throws IOException {
    toRedis.release();
    toDatabase.release();
    toDatabase.swallowCommits(0);
    for (int i = 0; i < servers.length; i++) {
      if (!servers[i].running()) {
        start(i);
      }
    }
  }

  void awaitReady() {
    for (FaultServer server : servers) {
      await()
          .atMost(5, MINUTES)
          .ignoreExceptions()
          .until(() -> server.client().get("/health/ready").statusCode() == 200);
    }
  }

  /** Deletes what has been judged. */
  void empty() {
    client().empty();
  }

  Client client() {
    return servers[0].client();
  }

  /** A client of Redis that outlives every server; the caller closes it. */
  RedisClient redis() {
    return RedisClient.create("127.0.0.1", redis.port());
  }

  private void start(int i) throws IOException {
    if (servers[i] != null) {
      servers[i].close();
    }
    servers[i] =
        FaultServer.start(services, "REDIS_PORT", toRedis.port(), "DB_PORT", toDatabase.port());
  }

  /** A while between two bounds. */
  private void pause(int leastSeconds, int mostSeconds) {
    int millis = 1000 * leastSeconds + random.nextInt(1000 * (mostSeconds - leastSeconds) + 1);
    await().pollDelay(Duration.ofMillis(millis)).atMost(Duration.ofMinutes(10)).until(() -> true);
  }

  private int anyServer() {
    return random.nextInt(servers.length);
  }

  private void killServer() throws IOException {
    int i = anyServer();
    if (servers[i].running()) {
      servers[i].kill();
    }
    pause(0, 5);
    start(i);
  }

  private void terminateServer() throws IOException, InterruptedException {
    int i = anyServer();
    if (servers[i].running()) {
      assertThat(servers[i].terminate(90)).as("stops in time").isTrue();
    }
    start(i);
  }

  private void pauseServer() throws IOException, InterruptedException {
    FaultServer server = servers[anyServer()];
    server.pause();
    try {
      pause(1, 10);
    } finally {
      server.resume();
    }
  }

  private void killDatabase() throws IOException {
    database.kill();
    pause(0, 5);
    database.restart();
  }

  private void stopDatabase() throws IOException {
    database.stop();
    pause(5, random.nextInt(5) == 0 ? 180 : 20);
    database.restart();
  }

  private void readOnly() throws SQLException {
    administer("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
    pause(1, 8);
    administer("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
  }

  private void noConnections() throws SQLException {
    administer("ALTER ROLE \"user\" CONNECTION LIMIT 0", DISCONNECT);
    pause(1, 8);
    administer("ALTER ROLE \"user\" CONNECTION LIMIT -1");
  }

  private void refuseAll() throws SQLException {
    administer("ALTER TABLE message_exchange ADD CONSTRAINT mistake CHECK (false) NOT VALID");
    pause(1, 8);
    administer("ALTER TABLE message_exchange DROP CONSTRAINT mistake");
  }

  private void killRedis() throws IOException {
    redis.kill();
    pause(0, 10);
    redis.restart();
  }

  private void fillRedis() {
    try (RedisClient client = redis()) {
      client.configSet("maxmemory", "1mb");
      pause(2, 8);
      client.configSet("maxmemory", "0");
    }
  }

  private void forgetScripts() {
    try (RedisClient client = redis()) {
      for (int i = 0; i < 50; i++) {
        client.scriptFlush();
        pause(0, 1);
      }
    }
  }

  /** Once in a while longer than the longest time limit there is. */
  private void hold(Proxy proxy) {
    proxy.hold();
    pause(1, random.nextInt(5) == 0 ? 120 : 20);
    if (random.nextBoolean()) {
      proxy.cut();
    }
    proxy.release();
  }

  private void slice() {
    toRedis.slice(true);
    toDatabase.slice(true);
    pause(2, 10);
    toRedis.slice(false);
    toDatabase.slice(false);
  }

  private void swallow() {
    int before = toDatabase.swallowed();
    toDatabase.swallowCommits(5);
    await()
        .atMost(60, SECONDS)
        .until(() -> toDatabase.swallowed() > before || !servers[0].running());
    toDatabase.swallowCommits(0);
  }

  private void cut() {
    for (int i = 0; i < 10; i++) {
      toRedis.cut();
      toDatabase.cut();
      pause(0, 1);
    }
  }

  private void administer(String... statements) throws SQLException {
    try (Connection connection = database.connectAsSuperuser("message_db");
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (FaultServer server : servers) {
      server.close();
    }
    toRedis.close();
    toDatabase.close();
  }
}
