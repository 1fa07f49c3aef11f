package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Errors that are no exceptions, in the threads that drain the queue. */
class ThreadIT {
  private final Oracle oracle = new Oracle();
  private Path folder;
  private Path armed;
  private Services services;

  @BeforeEach
  void start() throws IOException {
    folder = Folder.create();
    armed = folder.resolve("armed");
    services = Services.embedded(folder);
  }

  @AfterEach
  void stop() throws IOException {
    services.close();
    Folder.delete(folder);
  }

  /**
   * The first costs a batch its owner; the second, outside of any batch, costs the thread its life.
   */
  @Test
  void aBatchIsTriedAgainAndAThreadThatEndsIsTold() throws Exception {
    Path deadly = folder.resolve("deadly");
    Rule inBatch = Rule.failWhenArmed("in-batch", Steps.READING, armed);
    Rule outside = Rule.failWhenArmed("outside", Steps.ALIVE, deadly);
    try (FaultServer server = FaultServer.start(services, List.of(inBatch, outside))) {
      Client client = server.client();
      client.awaitReady();
      Files.createFile(armed);
      oracle.push(client.redis(), 3000);
      await().atMost(60, SECONDS).until(() -> server.log().contains(inBatch.marker()));
      oracle.judge(client);
      assertThat(server.log()).contains("A batch failed unexpectedly");
      assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(client.metric("message_logger_drainers")).isEqualTo(2);

      Files.createFile(deadly);
      await().atMost(60, SECONDS).until(() -> client.get("/health/live").statusCode() == 503);
      assertThat(server.log()).contains(outside.marker());
      JsonObject live = Client.object(client.get("/health/live").body());
      assertThat(live.getJsonArray("checks").getJsonObject(0).getJsonObject("data"))
          .extractingByKey("reason")
          .asString()
          .contains("its thread has ended: java.lang.StackOverflowError", "restart the server");
      assertThat(client.metric("message_logger_drainers")).isEqualTo(1);
      oracle.push(client.redis(), 3000); // the other goes on
      oracle.judge(client);
      assertThat(server.log().lines().filter(line -> line.contains("its thread has ended")))
          .as("said once")
          .hasSize(1);
    }
  }
}
