package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** A Redis that goes, or answers and does not do what it is asked. */
class RedisFaultIT extends SharedServer {
  @Override
  boolean witnessed() {
    return true;
  }

  @Test
  void redisIsKilledUnderLoadAndComesBack() throws Exception {
    long said = server.said("redis is down");
    try (PlainReader plain = new PlainReader(client.feed())) {
      await()
          .atMost(30, SECONDS)
          .until(() -> client.metric("message_logger_feed_clients") == 2); // with the witness
      oracle.push(client.redis(), LOAD);
      server.awaitWork();
      redis.kill();
      server.awaitDown("redis", "");
      server.awaitDown("feed", "");
      redisComesBack();
      judge();
      plain.judge(oracle.uuids());
    }
    assertThat(server.said("redis is down") - said).isEqualTo(1);
  }

  private void redisComesBack() throws Exception {
    assertThat(client.get("/health/live").statusCode()).as("stays live").isEqualTo(200);
    assertThat(client.post("/messages", Client.message(UUID.randomUUID(), "x")).statusCode())
        .isEqualTo(503);
    redis.restart();
    client.awaitReady();
    oracle.push(client.redis(), 1000);
  }

  /**
   * As when its output buffer is full: what is published until it subscribes again is not heard.
   */
  @Test
  void theSubscriptionIsCutAgainAndAgain() throws Exception {
    try (PlainReader plain = new PlainReader(client.feed())) {
      await()
          .atMost(30, SECONDS)
          .until(() -> client.metric("message_logger_feed_clients") == 2); // with the witness
      oracle.push(client.redis(), LOAD);
      server.awaitWork();
      AtomicInteger cut = new AtomicInteger();
      await()
          .atMost(120, SECONDS)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                cut.addAndGet(killSubscriptions());
                return client.redis().llen("MESSAGES") == 0;
              });
      assertThat(cut).as("it fired").hasPositiveValue();
      judge();
      plain.judge(oracle.uuids());
    }
  }

  private int killSubscriptions() {
    Object killed =
        client
            .redis()
            .executeCommand(
                new CommandArguments(Protocol.Command.CLIENT)
                    .add("KILL")
                    .add("TYPE")
                    .add("PUBSUB"));
    return Math.toIntExact((Long) killed);
  }

  @Test
  void theScriptsAreForgottenAgainAndAgain() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    String before = redisInfo("errorstats", "errorstat_NOSCRIPT");
    await()
        .atMost(120, SECONDS)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              client.redis().scriptFlush();
              return client.redis().llen("MESSAGES") == 0;
            });
    assertThat(redisInfo("errorstats", "errorstat_NOSCRIPT")).as("it fired").isNotEqualTo(before);
    judge();
  }

  /** As after a failover to a replica: Redis answers, and refuses to write. */
  @Test
  void redisTakesNoWritesForAWhile() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    client.redis().configSet("min-replicas-to-write", "1");
    server.awaitDown("drainer", "NOREPLICAS");
    assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(client.redis().llen("MESSAGES")).as("it was under load").isPositive();
    client.redis().configSet("min-replicas-to-write", "0");
    client.awaitReady();
    judge();
  }

  @Test
  void aFullRedisIsDrained() {
    oracle.push(client.redis(), 2 * LOAD);
    server.awaitWork();
    client.redis().configSet("maxmemory", "1mb");
    assertThatThrownBy(() -> client.redis().lpush("MESSAGES", "one more"))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("OOM");
    long waiting = client.redis().llen("MESSAGES");
    assertThat(waiting).as("it was full while messages waited").isPositive();
    awaitDrained();
    assertThat(redisInfo("memory", "maxmemory")).as("still limited").isEqualTo("1048576");
    client.redis().configSet("maxmemory", "0");
    judge();
  }

  @Test
  void somethingElseIsStoredUnderTheNameOfTheQueue() {
    oracle.push(client.redis(), LOAD);
    server.awaitWork();
    client.redis().rename("MESSAGES", "{MESSAGES}aside");
    client.redis().set("MESSAGES", "no list");
    server.awaitDown("drainer", "WRONGTYPE");
    assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(client.redis().llen("{MESSAGES}aside")).as("it was under load").isPositive();
    client.redis().del("MESSAGES");
    client.redis().rename("{MESSAGES}aside", "MESSAGES");
    judge();
  }
}
