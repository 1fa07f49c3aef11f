package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is killed, told to stop, or started before its services. */
class FaultIT {
  private static final int LOAD = 30_000;

  private final Oracle oracle = new Oracle();
  private Path folder;
  private Services services;
  private EmbeddedRedis redis;
  private EmbeddedDatabase database;

  @BeforeEach
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    redis = services.embeddedRedis().orElseThrow();
    database = services.embeddedDatabase().orElseThrow();
  }

  @AfterEach
  void stop() throws IOException {
    services.close();
    Folder.delete(folder);
  }

  @Test
  void aServerThatIsKilledAgainAndAgainLosesNothing() throws Exception {
    for (int round = 0; round < 2; round++) {
      try (FaultServer server = FaultServer.start(services)) {
        Client client = server.client();
        client.awaitReady();
        oracle.push(client.redis(), LOAD);
        server.killAtWork();
        assertThat(client.redis().zcard("{MESSAGES}:claims")).as("died with a claim").isPositive();
      }
    }
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      oracle.judge(server.client());
    }
  }

  @Test
  void aServerThatIsToldToStopUnderLoadStopsInOrder() throws Exception {
    // Under load the feed of a server that has just started is slower than the drainer.
    try (FaultServer server =
        FaultServer.start(
            services, "FEED_QUEUE_FRAMES", "200000", "FEED_QUEUE_BYTES", "200000000")) {
      Client client = server.client();
      client.awaitReady();
      CompletableFuture<Integer> closed = connectFeed(client);
      oracle.push(client.redis(), 4 * LOAD); // more than it drains while it stops
      server.awaitWork();
      assertThat(server.terminate(60)).as("ended in time").isTrue();
      assertThat(closed).as("a client of the feed is told").isCompletedWithValue(1001);
      assertThat(client.redis().zcard("{MESSAGES}:claims")).as("nothing stays claimed").isZero();
      assertThat(client.redis().llen("MESSAGES")).as("it was under load").isPositive();
    }
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      oracle.judge(server.client());
    }
  }

  @Test
  void aServerThatIsToldToStopDuringAnOutageLeavesWhatItHolds() throws Exception {
    try (FaultServer server = FaultServer.start(services, "CLAIM_LEASE", "600")) {
      Client client = server.client();
      client.awaitReady();
      oracle.push(client.redis(), LOAD);
      server.awaitWork();
      database.kill();
      server.awaitDown("drainer", "08");
      assertThat(server.terminate(60)).as("ended in time").isTrue();
      Claims claims = new Claims(client.redis());
      assertThat(claims.messages()).as("it held some").isPositive();
      assertThat(claims.allEnded()).as("nobody has to wait for their leases").isTrue();
    }
    database.restart();
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      oracle.judge(server.client());
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
      server.awaitDown("redis", "");
      server.awaitDown("database", "");
      assertThat(client.get("/health/started").statusCode()).isEqualTo(200);
      redis.restart();
      oracle.push(client.redis(), 5000);
      database.restart();
      client.awaitReady();
      oracle.judge(client);
    }
  }

  /** A client of the live feed; the status with which it is closed. */
  private static CompletableFuture<Integer> connectFeed(Client client) {
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(reason);
          }

          @Override
          public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
          }
        };
    HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(client.feed(), listener).join();
    await().atMost(10, SECONDS).until(() -> client.metric("message_logger_feed_clients") == 1);
    return closed;
  }
}
