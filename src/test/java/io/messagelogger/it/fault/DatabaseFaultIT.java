package io.messagelogger.it.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that goes, or runs and does not take what it is given. */
class DatabaseFaultIT extends SharedServer {
  private static final String DISCONNECT =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
          + " 'message-logger'";

  @Test
  void theDatabaseIsKilledUnderLoadAndComesBack() throws Exception {
    long said = server.said("database is down");
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    database.kill();
    server.awaitDown("database", "");
    assertThat(client.get("/health/live").statusCode()).as("stays live").isEqualTo(200);
    for (int i = 0; i < 4; i++) {
      assertThat(client.get("/messages/" + UUID.randomUUID()).statusCode()).isEqualTo(503);
    }
    assertThat(client.metric("ft_circuitbreaker_opened_total")).as("then at once").isPositive();
    // Longer than several leases: what is claimed is renewed, not given up.
    await()
        .during(Duration.ofSeconds(7))
        .atMost(Duration.ofSeconds(20))
        .until(() -> claims.messages() > 0 && !claims.allEnded());
    database.restart();
    client.awaitReady();
    oracle.push(client.redis(), 1000);
    judge();
    assertThat(server.said("database is down") - said).isEqualTo(1);
  }

  /** Right after an answer connections are not tried; one that is lost then must not be noticed. */
  @Test
  void whoAsksDoesNotNoticeThatConnectionsWereLost() throws Exception {
    oracle.push(client.redis(), 100);
    awaitDrained();
    for (int i = 0; i < 5; i++) {
      assertThat(client.get("/messages?limit=5").statusCode()).isEqualTo(200);
      assertThat(
              count(
                  "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                      + " WHERE application_name = 'message-logger-reading'"))
          .isPositive();
      assertThat(client.get("/messages?limit=5").statusCode()).isEqualTo(200);
    }
    judge();
  }

  @Test
  void theDatabaseIsReadOnlyForAWhile() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
    server.awaitDown("database", "read-only");
    server.awaitDown("drainer", "25006");
    assertStandstill();
    administer("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
    judge();
  }

  /**
   * As after a failover: connections that are there lead to a node that only reads, new ones to one
   * that takes messages.
   */
  @Test
  void theAddressLeadsToAnotherNode() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
    server.awaitDown("database", "read-only");
    administer("ALTER ROLE \"user\" SET default_transaction_read_only = off");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.get("/health/ready").statusCode() == 200);
    awaitDrained();
    administer(
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
        "ALTER ROLE \"user\" RESET default_transaction_read_only");
    judge();
  }

  @Test
  void theDatabaseGrantsNoConnections() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER ROLE \"user\" CONNECTION LIMIT 0", DISCONNECT);
    server.awaitDown("database", "53300");
    server.awaitDown("drainer", "53300");
    assertStandstill();
    administer("ALTER ROLE \"user\" CONNECTION LIMIT -1");
    judge();
  }

  @Test
  void theServersConnectionsAreEndedAgainAndAgain() throws Exception {
    long said = server.said("a batch waits for the database");
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    long ended = 0;
    for (int i = 0; i < 20; i++) {
      ended +=
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> count("SELECT count(*) FROM (" + DISCONNECT + ") AS ended"), n -> n > 0);
    }
    assertThat(ended).as("it fired").isGreaterThanOrEqualTo(20);
    assertThat(server.said("a batch waits for the database")).isGreaterThan(said);
    judge();
  }

  @Test
  void theDiskIsFull() throws Exception {
    try (FullDisk disk = FullDisk.under(this)) {
      oracle.push(client.redis(), LOAD);
      server.awaitDown("drainer", "53100");
      assertStandstill();
      disk.enlarge();
      awaitDrained();
    }
    judge();
  }

  @Test
  void deadLettersCannotBeStored() throws Exception {
    administer("ALTER TABLE dead_letter ADD CONSTRAINT mistake CHECK (false) NOT VALID");
    List<Minted> messages = Stream.generate(oracle::message).limit(100).toList();
    Oracle.Poison poison = new Oracle.Poison("no JSON".getBytes(UTF_8), "invalid");
    oracle.push(client.redis(), messages, List.of(poison), 50);
    server.awaitDown("drainer", "23514");
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> claims.messages() == 101); // nothing is acknowledged, however often it is tried
    administer("ALTER TABLE dead_letter DROP CONSTRAINT mistake");
    judge();
  }

  @Test
  void aConstraintRefusesEveryMessage() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER TABLE message_exchange ADD CONSTRAINT mistake CHECK (false) NOT VALID");
    server.awaitDown("drainer", "23514");
    assertStandstill();
    administer("ALTER TABLE message_exchange DROP CONSTRAINT mistake");
    judge();
  }

  @Test
  void aTableIsGoneForAWhile() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER TABLE message_destination RENAME TO elsewhere");
    server.awaitDown("drainer", "42P01");
    assertThat(count("SELECT count(*) FROM dead_letter")).isZero();
    administer("ALTER TABLE elsewhere RENAME TO message_destination");
    judge();
  }

  @Test
  void thePasswordIsWrongForAWhile() throws Exception {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    administer("ALTER ROLE \"user\" PASSWORD 'another'", DISCONNECT);
    server.awaitDown("drainer", "28P01");
    assertStandstill();
    administer("ALTER ROLE \"user\" PASSWORD 'password'");
    judge();
  }
}
