package io.messagelogger.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Authority;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that could only run half does not start, and touches no message. */
class StartIT {
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
  void aServerWhosePortIsTakenClaimsNothing() throws Exception {
    try (ServerSocket busy = new ServerSocket(0);
        FaultServer server =
            FaultServer.start(services, "HTTP_PORT", Integer.toString(busy.getLocalPort()))) {
      assertEndedAtOnce(server, "HTTP_PORT", Integer.toString(busy.getLocalPort()));
    }
  }

  @Test
  void aWrongSettingIsOneLineAndTheEnd() throws Exception {
    try (FaultServer server = FaultServer.start(services, "BATCH_SIZE", "abc")) {
      assertEndedAtOnce(server, "BATCH_SIZE", "\"abc\"");
    }
  }

  @Test
  void aCertificateThatHasExpiredIsOneLineAndTheEnd() throws Exception {
    Instant past = Instant.now().minus(Duration.ofDays(2));
    Authority.Issued issued = new Authority("CA").issue(past, past.plusSeconds(60), "localhost");
    try (FaultServer server =
        FaultServer.start(
            services,
            "HTTPS_PORT",
            Integer.toString(TestServices.freePort()),
            "TLS_CERTIFICATE_FILE",
            issued.certificatePem(folder.resolve("tls.crt")).toString(),
            "TLS_KEY_FILE",
            issued.keyPem(folder.resolve("tls.key")).toString())) {
      assertEndedAtOnce(server, "TLS_CERTIFICATE_FILE", "tls.crt", "expired at");
    }
  }

  private static void assertEndedAtOnce(FaultServer server, String... reason) throws Exception {
    server.client().push(Client.message(UUID.randomUUID(), "waits"));
    assertThat(server.awaitEnd(120)).as("exit status").isEqualTo(1);
    assertThat(server.log().lines().filter(line -> line.contains(reason[0])))
        .as("one line says why")
        .singleElement()
        .asString()
        .contains(reason);
    assertThat(server.log()).doesNotContain("ready to run", "Exception");
    assertThat(server.client().redis().llen("MESSAGES")).isEqualTo(1);
    assertThat(server.client().redis().exists("{MESSAGES}:claims")).isFalse();
  }
}
