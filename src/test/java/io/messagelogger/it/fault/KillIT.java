package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/**
 * The server dies at each step of a claim's way, under load, and each time another is started. What
 * one leaves behind is the next one's to finish, so one oracle judges the whole.
 */
class KillIT {
  private static final Logger LOG = Logger.getLogger(KillIT.class.getName());
  private static final int LOAD = 10_000;

  /** The first server's claims are not to be touched while two others come and go. */
  private static final String LONG_LEASE = "60";

  /** What rules fire at in a message. */
  private static final String DEADLY = "ends every server that reads it";

  /** One for each time that it is tried among others, and some for being found. */
  private static final int MOST_DEATHS = 9;

  private final Oracle oracle = new Oracle();
  private Path folder;
  private Services services;
  private int redisPort;
  private RedisClient redis;
  private Claims claims;

  /** Of the server that runs, or ran last. */
  private volatile URI feed = URI.create("ws://localhost:1");

  @BeforeEach
  void start() throws Exception {
    folder = Folder.create();
    services = Services.embedded(folder);
    redisPort = services.embeddedRedis().orElseThrow().port();
    redis = RedisClient.create("127.0.0.1", redisPort);
    claims = new Claims(redis);
  }

  @AfterEach
  void stop() throws Exception {
    redis.close();
    services.close();
    Folder.delete(folder);
  }

  @Test
  void theServerDiesAtEachStep() throws Exception {
    try (Published published = new Published(redisPort);
        FeedReader witness = oracle.witness(() -> feed)) {
      Set<String> early = die(Rule.kill("claimed", Steps.CLAIMED, 3), "CLAIM_LEASE", LONG_LEASE);
      assertThat(early).as("it died with a claim").isNotEmpty();
      long leaseEnd = claims.leaseEnd(early);

      Set<String> second = die(Rule.kill("half-inserted", Steps.HALF_INSERTED, 3));
      assertThat(second)
          .as("a restart before the lease ends leaves the claim alone")
          .containsAll(early)
          .hasSizeGreaterThan(early.size());
      assertThat(claims.now()).as("and it was before").isLessThan(leaseEnd);

      Set<String> ended = new HashSet<>(second);
      ended.removeAll(early);
      assertThat(die(Rule.kill("before-commit", Steps.BEFORE_COMMIT, 3)))
          .as("a restart after the lease has ended takes the claim over")
          .isNotEmpty()
          .doesNotContainAnyElementsOf(ended);
      assertThat(die(Rule.kill("committed", Steps.COMMITTED, 3))).isNotEmpty();
      assertThat(die(Rule.killIf("reaped", Steps.REAPED, "NOTHING", "$!.isPresent()")))
          .as("it died with a claim that it had taken over")
          .anyMatch(id -> !id.endsWith(".0"));
      die(Rule.kill("acknowledged", Steps.ACKNOWLEDGED, 3));
      assertThat(die(Rule.killIf("in-part", Steps.ACKNOWLEDGED, "NOTHING", "$3 < $1.size()")))
          .as("it died with a claim that it had acknowledged in part")
          .isNotEmpty();
      assertThat(claims.messages()).isPositive();

      refusePoison();
      assertThat(die(Rule.kill("isolating", Steps.ISOLATING, 4))).isNotEmpty();

      try (FaultServer server = FaultServer.start(services)) {
        feed = server.client().feed();
        server.client().awaitReady();
        oracle.judge(server.client());
        assertThat(server.log()).contains("of a server that has gone");
        published.awaitAll(oracle.uuids());
        oracle.judge(witness, server.client());
      }
    }
  }

  @Test
  void aMessageThatEndsEveryServerEndsAsADeadLetterAlone() throws Exception {
    Rule deadly =
        Rule.killIf(
            "deadly",
            Steps.READING,
            "text:String = new String($1)",
            "text.contains(\"" + DEADLY + "\")");
    Path armed = Files.createTempFile("message-logger-fault", "armed");
    Rule split = Rule.killWhenArmed("split", Steps.SPLIT, armed);
    Oracle.Poison poison =
        new Oracle.Poison(
            Client.message(UUID.randomUUID(), "x", Map.of("topic", Client.quote(DEADLY)))
                .getBytes(StandardCharsets.UTF_8),
            "fatal");
    List<Minted> neighbours = Stream.generate(oracle::message).limit(1500).toList();
    oracle.push(redis, neighbours, List.of(poison), 700);
    for (int deaths = 0; ; deaths++) {
      assertThat(deaths).as("deaths").isLessThanOrEqualTo(MOST_DEATHS);
      try (FaultServer server = FaultServer.start(services, List.of(deadly, split))) {
        await()
            .atMost(120, SECONDS)
            .ignoreExceptions()
            .until(() -> !server.running() || claims.drained());
        if (server.running()) {
          assertThat(deaths).as("it was deadly").isGreaterThan(1);
          assertThat(armed).as("one died while it looked for the culprit").doesNotExist();
          assertThat(server.log()).doesNotContain(deadly.marker());
          oracle.judge(server.client());
          assertThat(
                  server
                      .client()
                      .count(
                          "SELECT attempts FROM dead_letter WHERE kind = 'fatal'"
                              + " AND reason LIKE attempts || ' servers in a row%'"))
              .as("how many servers it has ended is told")
              .isBetween((long) deaths - 2, (long) deaths);
          LOG.info("A dead letter after " + deaths + " deaths");
          return;
        }
        assertThat(server.awaitEnd(1)).isEqualTo(137);
        assertThat(server.log()).containsAnyOf(deadly.marker(), split.marker());
      }
    }
  }

  /** A server's life: it gets work and dies of the rule. The claims that are left. */
  private Set<String> die(Rule rule, String... settings) throws Exception {
    long start = System.nanoTime();
    try (FaultServer server = FaultServer.start(services, List.of(rule), settings)) {
      feed = server.client().feed();
      oracle.push(redis, LOAD);
      int status = server.awaitEnd(120);
      assertThat(server.log()).contains(rule.marker());
      assertThat(status).isEqualTo(137);
      Set<String> left = claims.ids();
      LOG.info(
          "%s: died after %d ms and left %s"
              .formatted(rule.name(), (System.nanoTime() - start) / 1_000_000, left));
      return left;
    }
  }

  /** The database refuses what no rule of the service refuses. */
  private void refusePoison() throws Exception {
    try (Connection connection =
            services.embeddedDatabase().orElseThrow().connectAsSuperuser("message_db");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE message_exchange ADD CONSTRAINT no_poison CHECK (topic <> 'poison') NOT"
              + " VALID");
    }
    for (int i = 0; i < 3; i++) {
      oracle.push(redis, List.of(), List.of(oracle.refused("poison")), 0);
    }
  }
}
