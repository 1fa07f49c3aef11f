package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Authority;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Logger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis over TLS that asks for a certificate of ours, too. */
class RedisTlsIT {
  private static final Logger LOG = Logger.getLogger(RedisTlsIT.class.getName());

  private final Authority authority = new Authority("Test CA");
  @TempDir Path folder;
  private Path ca;
  private Path own;
  private EmbeddedRedis server;
  private int port = 6380;

  @BeforeEach
  void files() throws IOException {
    ca = authority.pem(folder.resolve("ca.pem"));
    own = authority.issue("message-logger").keystore(folder.resolve("own.p12"));
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  /** Starts a Redis with this certificate. */
  private void serve(Authority.Issued issued) throws IOException {
    port = TestServices.freePort();
    try {
      server =
          EmbeddedRedis.start(
              folder.resolve("redis"),
              0,
              "tls-port " + port,
              "tls-cert-file " + issued.certificatePem(folder.resolve("redis.crt")),
              "tls-key-file " + issued.keyPem(folder.resolve("redis.key")),
              "tls-ca-cert-file " + ca,
              "tls-auth-clients yes");
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("tls-port")
          || Files.readString(folder.resolve("redis/redis.log")).contains("without TLS")) {
        LOG.warning("SKIPPED: this Redis was built without TLS; nothing of rediss:// is tested");
        assumeThat(false).as("a Redis with TLS").isTrue();
      }
      throw e;
    }
  }

  private Settings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("REDIS_URL", "rediss://localhost:" + port);
    values.put("REDIS_CA_FILE", ca.toString());
    values.put("REDIS_KEYSTORE_FILE", own.toString());
    values.put("REDIS_KEYSTORE_PASSWORD", Authority.PASSWORD);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Settings.from(values::get);
  }

  private static String version(Settings settings) {
    Redis redis = new Redis(settings);
    try {
      return new RedisEngine(redis).look().version();
    } finally {
      redis.close();
    }
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Settings settings) {
    return assertThatThrownBy(() -> version(settings))
        .isInstanceOf(QueueUnavailableException.class)
        .satisfies(e -> assertThat(e.getMessage().lines()).as("one line").hasSize(1))
        .hasMessageContaining("localhost");
  }

  @Test
  void theRightCertificatesConnect() throws IOException {
    serve(authority.issue("localhost"));
    assertThat(version(settings())).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void whoSignedItselfIsRefused() throws IOException {
    serve(authority.issue("localhost"));
    Path another = new Authority("Another CA").pem(folder.resolve("another.pem"));
    assertRefused(settings("REDIS_CA_FILE", another.toString()))
        .hasMessageContaining("unable to find valid certification path");
    assertRefused(settings("REDIS_CA_FILE", ""))
        .hasMessageContaining("unable to find valid certification path");
  }

  @Test
  void anotherHostIsRefused() throws IOException {
    serve(authority.issue("redis.example"));
    assertRefused(settings())
        .hasMessageContaining("localhost")
        .message()
        .containsIgnoringCase("no ");
  }

  @Test
  void anExpiredOneIsRefused() throws IOException {
    Instant past = Instant.now().minus(Duration.ofDays(2));
    serve(authority.issue(past, past.plusSeconds(60), "localhost"));
    assertRefused(settings()).hasMessageContaining("expired");
  }

  @Test
  void withoutOursItRefuses() throws IOException {
    serve(authority.issue("localhost"));
    assertRefused(settings("REDIS_KEYSTORE_FILE", "", "REDIS_KEYSTORE_PASSWORD", ""));
  }

  /** Before anything is connected: these are settings. */
  @Test
  void filesThatCannotBeReadAreSettings() throws IOException {
    Path nothing = Files.writeString(folder.resolve("nothing"), "hello");
    assertThatThrownBy(() -> new Redis(settings("REDIS_CA_FILE", nothing.toString())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("REDIS_CA_FILE");
    assertThatThrownBy(() -> new Redis(settings("REDIS_KEYSTORE_FILE", nothing.toString())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("REDIS_KEYSTORE_FILE");
    assertThatThrownBy(() -> new Redis(settings("REDIS_KEYSTORE_PASSWORD", "wr0ng")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("REDIS_KEYSTORE_PASSWORD")
        .message()
        .doesNotContain("wr0ng");
  }
}
