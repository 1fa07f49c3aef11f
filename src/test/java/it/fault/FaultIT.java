package it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.dev.Services;
import it.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The short form of the fault suite, on Redis and PostgreSQL of its own. */
class FaultIT {
  private static final int LOAD = 30_000;

  private final Oracle oracle = new Oracle();
  private Services services;
  private EmbeddedRedis redis;
  private EmbeddedDatabase database;

  @BeforeEach
  void start() throws IOException {
    services = Services.forTests(name -> null, Files.createTempDirectory("message-logger-fault"));
    redis = services.embeddedRedis().orElseThrow();
    database = services.embeddedDatabase().orElseThrow();
  }

  @AfterEach
  void stop() throws IOException {
    services.close();
  }

  @Test
  void aServerThatIsKilledAgainAndAgainLosesNothing() throws Exception {
    for (int round = 0; round < 3; round++) {
      try (FaultServer server = FaultServer.start(services)) {
        Client client = server.client();
        client.awaitReady();
        oracle.push(client.redis(), LOAD);
        awaitWork(client);
        server.kill();
        assertThat(client.redis().zcard("{MESSAGES}:claims")).as("died with a claim").isPositive();
      }
    }
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      oracle.judge(server.client());
    }
  }

  @Test
  void oneOfTwoServersIsKilledAndTheOtherTakesOver() throws Exception {
    try (FaultServer one = FaultServer.start(services);
        FaultServer two = FaultServer.start(services)) {
      one.client().awaitReady();
      two.client().awaitReady();
      oracle.push(one.client().redis(), LOAD);
      await()
          .atMost(30, SECONDS)
          .until(() -> one.client().redis().zcard("{MESSAGES}:claims") > 2); // more than one holds
      one.kill();
      oracle.judge(two.client());
      assertThat(two.log()).contains("of a server that has gone");
    }
  }

  @Test
  void aServerThatIsToldToStopUnderLoadStopsInOrder() throws Exception {
    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      client.awaitReady();
      oracle.push(client.redis(), 5 * LOAD); // more than it drains while it stops
      awaitWork(client);
      assertThat(server.terminate(60)).as("ended in time").isTrue();
      assertThat(client.redis().zcard("{MESSAGES}:claims")).as("nothing stays claimed").isZero();
      assertThat(client.redis().llen("MESSAGES")).as("it was under load").isPositive();
    }
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      oracle.judge(server.client());
    }
  }

  @Test
  void redisIsKilledUnderLoadAndComesBack() throws Exception {
    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      client.awaitReady();
      oracle.push(client.redis(), LOAD);
      awaitWork(client);
      redis.kill();
      awaitNotReady(client, "redis");
      assertThat(client.get("/health/live").statusCode()).as("stays live").isEqualTo(200);
      assertThat(client.post("/messages", Client.message(UUID.randomUUID(), "x")).statusCode())
          .isEqualTo(503);
      redis.restart();
      client.awaitReady();
      oracle.push(client.redis(), 1000);
      oracle.judge(client);
      assertThat(saidDown(server, "redis")).isEqualTo(1);
    }
  }

  @Test
  void theDatabaseIsKilledUnderLoadAndComesBack() throws Exception {
    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      client.awaitReady();
      oracle.push(client.redis(), LOAD);
      awaitWork(client);
      database.kill();
      awaitNotReady(client, "database");
      assertThat(client.get("/health/live").statusCode()).as("stays live").isEqualTo(200);
      assertThat(client.get("/messages/" + UUID.randomUUID()).statusCode()).isEqualTo(503);
      // Longer than a lease: what is claimed is renewed, not given up.
      await()
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(15))
          .until(() -> client.redis().zcard("{MESSAGES}:claims") > 0);
      database.restart();
      client.awaitReady();
      oracle.push(client.redis(), 1000);
      oracle.judge(client);
      assertThat(saidDown(server, "database")).isEqualTo(1);
    }
  }

  @Test
  void theServerStartsWithoutRedisAndDatabaseAndGoesOnWhenTheyAreThere() throws Exception {
    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      redis.stop();
      database.stop();
      await()
          .atMost(90, SECONDS)
          .ignoreExceptions()
          .until(() -> client.get("/health/live").statusCode() == 200);
      awaitNotReady(client, "redis");
      awaitNotReady(client, "database");
      assertThat(client.get("/health/started").statusCode()).isEqualTo(200);
      redis.restart();
      oracle.push(client.redis(), 5000);
      database.restart();
      client.awaitReady();
      oracle.judge(client);
    }
  }

  /** Some of the load is stored, some waits, and some is claimed. */
  private static void awaitWork(Client client) {
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () ->
                client.count("SELECT count(*) FROM (SELECT FROM message_key LIMIT 1) AS one") > 0
                    && client.redis().llen("MESSAGES") > 2000
                    && client.redis().zcard("{MESSAGES}:claims") > 0);
  }

  private static void awaitNotReady(Client client, String check) {
    await()
        .atMost(30, SECONDS)
        .ignoreExceptions()
        .until(
            () ->
                Client.object(client.get("/health/ready").body()).getJsonArray("checks").stream()
                    .map(value -> value.asJsonObject())
                    .anyMatch(
                        value ->
                            value.getString("name").equals(check)
                                && value.getString("status").equals("DOWN")));
  }

  private static long saidDown(FaultServer server, String condition) {
    return server.log().lines().filter(line -> line.contains(condition + " does not work")).count();
  }
}
