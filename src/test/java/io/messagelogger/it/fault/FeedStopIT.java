package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of the feed that read nothing do not hold up the stop of a server. */
class FeedStopIT {
  /** The server waited for connections until its 30 seconds of quiesce were over. */
  private static final String NOT_QUIET = "CWWKE1102W";

  private static final String TEXT = "x".repeat(100_000);

  private Path folder;
  private Services services;

  @BeforeEach
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
  }

  @AfterEach
  void stop() throws IOException {
    services.close();
    Folder.delete(folder);
  }

  @Test
  void aClientThatReadsNothingDoesNotHoldUpAStop() throws Exception {
    try (FaultServer server = FaultServer.start(services)) {
      server.client().awaitReady();
      URI feed = server.client().feed();
      try (FeedReader stalled = new FeedReader(() -> feed, "");
          FeedReader reading = new FeedReader(() -> feed, "")) {
        stalled.connect().awaitFrame("caught_up");
        reading.connect().awaitFrame("caught_up");
        stalled.stall();
        pushUntilNothingIsTaken(server);
        assertThat(server.terminate(90)).as("it has ended").isTrue();
        assertThat(reading.closeCode()).isEqualTo(1001);
        assertThat(server.log()).doesNotContain(NOT_QUIET);
      }
    }
  }

  /** Until more waits for the client than all buffers between it and the server take. */
  private static void pushUntilNothingIsTaken(FaultServer server) {
    await()
        .atMost(120, SECONDS)
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                server
                    .client()
                    .push(
                        Client.message(
                            UUID.randomUUID(),
                            "stall",
                            Map.of("message_data", Client.quote(TEXT))));
              }
              return server.client().metric("message_logger_feed_gaps_total") > 0;
            });
  }
}
