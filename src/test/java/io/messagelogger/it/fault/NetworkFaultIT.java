package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What lies between the server and its services does not do what it should. */
class NetworkFaultIT extends SharedServer {
  private static final int SWALLOWED = 3;

  @Override
  boolean witnessed() {
    return true;
  }

  /** The transaction is committed, and the server cannot know. */
  @Test
  void theRepliesToCommitAreLost() {
    double stored = client.metric("message_logger_stored_total");
    double duplicates = client.metric("message_logger_duplicate_total");
    try (Published published = new Published(redis.port())) {
      toDatabase.swallowCommits(SWALLOWED);
      oracle.push(client.redis(), LOAD);
      awaitDrained();
      assertThat(toDatabase.swallowed()).as("it fired").isGreaterThanOrEqualTo(SWALLOWED);
      assertThat(client.metric("message_logger_duplicate_total") - duplicates)
          .as("found stored when tried again")
          .isPositive();
      assertThat(
              client.metric("message_logger_stored_total")
                  + client.metric("message_logger_duplicate_total")
                  - stored
                  - duplicates)
          .as("each is counted once")
          .isEqualTo(LOAD);
      published.awaitAll(oracle.uuids());
    }
    judge();
  }

  /** Longer than any time limit; what was given up arrives late. */
  @Test
  void nothingComesFromRedisForAWhile() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    toRedis.hold();
    server.awaitDown("redis", "timed out");
    assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(client.redis().llen("MESSAGES")).as("it was under load").isPositive();
    await().atMost(30, SECONDS).until(claims::allEnded);
    assertThat(toRedis.held()).as("it fired").isPositive();
    toRedis.release();
    judge();
  }

  @Test
  void nothingComesFromTheDatabaseForAWhile() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    toDatabase.hold();
    server.awaitDown("database", "");
    assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(toDatabase.held()).as("it fired").isPositive();
    assertThat(claims.allEnded()).as("renewed meanwhile").isFalse();
    toDatabase.cut();
    toDatabase.release();
    judge();
  }

  /**
   * For longer than the time limit of the driver, which goes on using such a connection and takes a
   * late answer for that to its next statement.
   */
  @Test
  void theReplyToCopyDoesNotCome() throws Exception {
    long waits = server.said("a batch waits for the database");
    CompletableFuture<Boolean> usedAgain = toDatabase.withholdCopied();
    oracle.push(client.redis(), LOAD);
    assertThat(usedAgain.get(150, SECONDS)).as("the connection is used again").isFalse();
    await().atMost(30, SECONDS).until(() -> server.said("a batch waits for the database") > waits);
    judge();
  }

  @Test
  void everythingComesInSlices() {
    toRedis.slice(true);
    toDatabase.slice(true);
    long slices = toRedis.slices() + toDatabase.slices();
    oracle.push(client.redis(), LOAD / 4);
    awaitDrained();
    toRedis.slice(false);
    toDatabase.slice(false);
    assertThat(toRedis.slices() + toDatabase.slices() - slices).as("it fired").isGreaterThan(LOAD);
    judge();
  }

  @Test
  void connectionsAreResetAgainAndAgain() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    for (int i = 0; i < 10; i++) {
      Proxy proxy = i % 2 == 0 ? toRedis : toDatabase;
      await().atMost(30, SECONDS).until(() -> proxy.cut() > 0);
    }
    judge();
  }
}
