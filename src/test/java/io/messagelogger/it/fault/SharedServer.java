package io.messagelogger.it.fault;

import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * Faults that a running server outlives, one after the other on the same server, with a Redis and a
 * PostgreSQL of their own, behind proxies. Each test starts with an empty queue and empty tables
 * and ends with {@link #judge}; after one that does not get there everything is started anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedServer {
  private static final Logger LOG = Logger.getLogger(SharedServer.class.getName());

  /** More than the server drains before a fault can be brought about. */
  static final int LOAD = 20_000;

  private Path folder;
  Services services;
  EmbeddedRedis redis;
  EmbeddedDatabase database;
  Proxy toRedis;
  Proxy toDatabase;
  FaultServer server;
  Client client;
  Claims claims;
  Oracle oracle;

  /** Follows the feed through the faults of a test, where it is to; see {@link #witnessed}. */
  private @Nullable FeedReader witness;

  private boolean judged;

  /** What happens at which step of the server, on top of what the tests do. */
  List<Rule> rules() {
    return List.of();
  }

  /** Whether a client of the feed follows each test, and has to have seen what was stored. */
  boolean witnessed() {
    return false;
  }

  /** Settings of the server, name after value. */
  String[] settings() {
    return new String[0];
  }

  @BeforeEach
  final void ready() throws IOException {
    if (services == null) {
      start();
    }
    client.awaitReady();
    client.empty();
    oracle = new Oracle();
    witness = witnessed() ? oracle.witness(client::feed) : null;
    judged = false;
  }

  private void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    redis = services.embeddedRedis().orElseThrow();
    database = services.embeddedDatabase().orElseThrow();
    toRedis = new Proxy(redis.port());
    toDatabase = new Proxy(database.port());
    String[] more = settings();
    String[] all = new String[more.length + 4];
    System.arraycopy(more, 0, all, 4, more.length);
    all[0] = "REDIS_PORT";
    all[1] = toRedis.port();
    all[2] = "DB_PORT";
    all[3] = toDatabase.port();
    server = FaultServer.start(services, rules(), all);
    client = server.client();
    claims = new Claims(client.redis());
  }

  @AfterEach
  final void startAnewAfterFailure() throws IOException {
    if (witness != null) {
      witness.close();
    }
    if (!judged) {
      LOG.info("The server has printed:\n" + server.log());
      stop();
    }
  }

  @AfterAll
  final void stop() throws IOException {
    if (services != null) {
      server.close();
      toRedis.close();
      toDatabase.close();
      services.close();
      services = null;
      Folder.delete(folder);
    }
  }

  /** The end of every test. */
  final void judge() {
    oracle.judge(client);
    if (witness != null) {
      oracle.judge(witness, client);
    }
    judged = true;
  }

  /** Executes statements as the superuser, in the service's database. */
  final void administer(String... statements) throws SQLException {
    try (Connection connection = database.connectAsSuperuser("message_db");
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A number, asked as the superuser, for when the service's role is shut out. */
  final long count(String sql) throws SQLException {
    try (Connection connection = database.connectAsSuperuser("message_db");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** For longer than a lease nothing is stored, and what is claimed stays claimed. */
  final void assertStandstill() {
    AtomicLong before = new AtomicLong(-1); // a transaction under way may still come to its end
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              long stored = count("SELECT count(*) FROM message_key");
              return before.getAndSet(stored) == stored
                  && claims.messages() > 0
                  && count("SELECT count(*) FROM dead_letter") == 0;
            });
  }

  /** The value of a key in a section of Redis' INFO. */
  final String redisInfo(String section, String key) {
    return client
        .redis()
        .info(section)
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("");
  }

  /** Waits until everything that was pushed has been stored or buried. */
  final void awaitDrained() {
    Oracle.awaitDrained(client.redis());
  }
}
