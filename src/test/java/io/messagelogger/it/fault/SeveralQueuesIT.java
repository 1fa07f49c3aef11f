package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.RedisClient;

/** Two queues, of which one does not work: which one is told, and the other is stored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralQueuesIT {
  private static final int A_BATCH = 100;

  private Path folder;
  private Services services;
  private FaultServer server;
  private Client client;
  private RedisClient redis;
  private Oracle oracle;

  @BeforeAll
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    server =
        FaultServer.start(
            services, "REDIS_QUEUE", "audit,orders", "BATCH_SIZE", Integer.toString(A_BATCH));
    client = server.client();
    redis = client.redis();
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    services.close();
    Folder.delete(folder);
  }

  @BeforeEach
  void empty() {
    client.awaitReady();
    client.empty();
    await().atMost(30, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 0);
    oracle = new Oracle("audit", "orders");
  }

  @Test
  void aQueueOfAnotherTypeIsNamed() throws Exception {
    try (PlainReader plain = new PlainReader(client.feed())) {
      await().atMost(30, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 1);
      redis.set("audit", "not a list");
      server.awaitDown("drainer", ", queue audit: WRONGTYPE");
      oracle.push(redis, "orders", 500);
      await().atMost(60, SECONDS).until(() -> stored() == 500);
      assertThat(server.reasons()).containsOnlyKeys("drainer");
      assertThat(server.reasons().get("drainer")).doesNotContain("orders");
      await().atMost(30, SECONDS).untilAsserted(this::auditIsNotKnown);
      assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(
              Client.object(client.get("/info").body())
                  .getJsonObject("settings")
                  .getString("REDIS_QUEUE"))
          .isEqualTo("audit,orders");

      redis.del("audit");
      oracle.push(redis, "audit", 500);
      client.awaitReady();
      oracle.judge(client);
      plain.judge(oracle.uuids());
    }
  }

  /** The queues are measured once a second. */
  private void auditIsNotKnown() {
    assertThat(drainer())
        .containsKeys("queued (orders)", "claimed (orders)")
        .doesNotContainKeys("queued (audit)", "queued");
    assertThat(of("message_logger_queue_queued", "orders")).isZero();
    assertThat(of("message_logger_queue_queued", "audit")).isNaN();
    assertThat(client.metric("message_logger_queue_length")).as("not known of all").isNaN();
    assertThat(client.metric("message_logger_oldest_queued_seconds"))
        .as("known of those that work")
        .isNotNaN();
  }

  /** All its writers wait for a transaction of somebody else. */
  @Test
  void aQueueThatIsBackedUpIsTold() throws Exception {
    List<Minted> messages = Stream.generate(oracle::message).limit(10L * A_BATCH).toList();
    try (PlainReader plain = new PlainReader(client.feed());
        Connection other = client.connection();
        PreparedStatement key =
            other.prepareStatement(
                "INSERT INTO message_key (message_uuid, origin_ts) VALUES (?, now())")) {
      await().atMost(30, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 1);
      other.setAutoCommit(false);
      for (int i = 0; i < messages.size(); i += A_BATCH) {
        key.setObject(1, messages.get(i).uuid());
        key.executeUpdate();
      }
      oracle.push(redis, messages, List.of(), 0);
      await()
          .atMost(60, SECONDS)
          .until(() -> of("message_logger_queue_claimed", "audit") == 2 * A_BATCH);
      oracle.push(redis, "orders", 500);
      await().atMost(60, SECONDS).until(() -> stored() == 500);
      await()
          .atMost(60, SECONDS)
          .untilAsserted(
              () -> {
                JsonObject drainer = drainer();
                assertThat(drainer.getInt("queued (audit)")).isEqualTo(8 * A_BATCH);
                assertThat(drainer.getInt("claimed (audit)")).isEqualTo(2 * A_BATCH);
                assertThat(drainer.getInt("oldest_queued_seconds (audit)")).isPositive();
                assertThat(drainer.getInt("queued (orders)")).isZero();
                assertThat(drainer.getInt("oldest_queued_seconds (orders)")).isZero();
                assertThat(drainer.getInt("queued")).isEqualTo(8 * A_BATCH);
                assertThat(of("message_logger_queue_queued", "audit")).isEqualTo(8 * A_BATCH);
                assertThat(of("message_logger_queue_queued", "orders")).isZero();
                assertThat(of("message_logger_queue_oldest_seconds", "audit")).isPositive();
              });
      other.rollback();
      oracle.judge(client);
      plain.judge(oracle.uuids());
    }
  }

  private double of(String metric, String queue) {
    return client.metric(metric, "queue=\"" + queue + '"');
  }

  private long stored() {
    return client.count("SELECT count(*) FROM message_exchange");
  }

  private JsonObject drainer() {
    return Client.object(client.get("/health/ready").body()).getJsonArray("checks").stream()
        .map(JsonValue::asJsonObject)
        .filter(check -> check.getString("name").equals("drainer"))
        .findFirst()
        .orElseThrow()
        .getJsonObject("data");
  }
}
