package io.messagelogger.settings.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no certificate to answer with is refused with one line that names setting and file. */
class ServerCertificateTest {
  private static final Authority AUTHORITY = new Authority("Test CA");

  @TempDir Path folder;
  private Path certificate;
  private Path key;

  @BeforeEach
  void files() throws IOException {
    Authority.Issued issued = AUTHORITY.issue("localhost");
    certificate = issued.certificatePem(folder.resolve("c.pem"));
    key = issued.keyPem(folder.resolve("k.pem"));
  }

  private static Optional<ServerCertificate> read(String... namesAndValues) {
    Map<String, String> values = new HashMap<>(Map.of("HTTPS_PORT", "5443"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ServerCertificate.of(Settings.from(values::get));
  }

  private Optional<ServerCertificate> pem() {
    return read("TLS_CERTIFICATE_FILE", certificate.toString(), "TLS_KEY_FILE", key.toString());
  }

  private AbstractThrowableAssert<?, ?> assertRefused() {
    return assertThatThrownBy(this::pem)
        .isInstanceOf(InvalidSettingsException.class)
        .satisfies(e -> assertThat(e.getMessage().lines()).as("one line").hasSize(1));
  }

  @Test
  void withoutAPortThereIsNone() {
    assertThat(ServerCertificate.of(Settings.from(name -> null))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void pemAndKeystoreAreRead(String kind) throws IOException {
    Authority.Issued issued =
        AUTHORITY.issue(
            kind,
            Instant.now().minusSeconds(60),
            Instant.now().plus(Duration.ofHours(1)),
            "localhost");
    certificate = issued.certificatePem(folder.resolve("c.pem"));
    key = issued.keyPem(folder.resolve("k.pem"));
    ServerCertificate expected = pem().orElseThrow();
    assertThat(expected.chain()).containsExactly(issued.certificate(), issued.authority());
    Path store = issued.keystore(folder.resolve("k.p12"));
    assertThat(
            read("TLS_KEYSTORE_FILE", store.toString(), "TLS_KEYSTORE_PASSWORD", Authority.PASSWORD)
                .map(ServerCertificate::chain))
        .contains(expected.chain());
  }

  @Test
  void itIsStoredForThisUserOnly() throws IOException {
    Path store = folder.resolve("sub/tls.p12");
    pem().orElseThrow().store(store, "word".toCharArray());
    ServerCertificate again =
        read("TLS_KEYSTORE_FILE", store.toString(), "TLS_KEYSTORE_PASSWORD", "word").orElseThrow();
    assertThat(again.chain()).isEqualTo(pem().orElseThrow().chain());
    Assumptions.assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "only POSIX has rights");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
        .isEqualTo("rw-------");
  }

  @Test
  void anExpiredOneIsRefused() throws IOException {
    Instant past = Instant.now().minus(Duration.ofDays(2));
    AUTHORITY.issue(past, past.plusSeconds(60), "localhost").certificatePem(certificate);
    assertRefused()
        .hasMessageContaining(
            "TLS_CERTIFICATE_FILE", certificate.toString(), "CN=localhost expired");
    Instant future = Instant.now().plus(Duration.ofDays(2));
    AUTHORITY.issue(future, future.plusSeconds(60), "localhost").certificatePem(certificate);
    assertRefused().hasMessageContaining("is valid only from");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void theKeyOfAnotherIsRefused(String kind) throws IOException {
    Instant now = Instant.now();
    AUTHORITY.issue(kind, now.minusSeconds(60), now.plusSeconds(600), "localhost").keyPem(key);
    assertRefused().hasMessageContaining("the key is not the certificate's");
  }

  @Test
  void aChainInDisorderIsRefused() throws IOException {
    String pem = Files.readString(certificate);
    int second = pem.indexOf("-----BEGIN", 1);
    Files.writeString(certificate, pem.substring(second) + pem.substring(0, second));
    assertRefused().hasMessageContaining("certificate 1 is not signed by the one that follows it");
  }

  @Test
  void whatIsNotThereOrNothingIsRefused() throws IOException {
    Files.writeString(certificate, "hello\n");
    assertRefused().hasMessageContaining("holds no certificate in PEM");
    Files.writeString(certificate, "");
    assertRefused().hasMessageContaining("holds no certificate in PEM");
    Files.delete(certificate);
    assertRefused().hasMessageContaining("c.pem\": cannot be read");
    certificate = folder;
    assertRefused().hasMessageContaining("cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
      })
  void whatIsNoKeyIsRefused(String text) throws IOException {
    Files.writeString(key, text);
    assertRefused()
        .hasMessageContaining("TLS_KEY_FILE", key.toString())
        .message()
        .doesNotContain("AAAA");
  }

  @Test
  void aKeystoreThatDoesNotOpenIsRefused() throws IOException {
    Path store = AUTHORITY.issue("localhost").keystore(folder.resolve("k.p12"));
    assertThatThrownBy(
            () -> read("TLS_KEYSTORE_FILE", store.toString(), "TLS_KEYSTORE_PASSWORD", "wr0ng"))
        .hasMessageContaining(
            "TLS_KEYSTORE_PASSWORD: its value (not shown) does not open TLS_KEYSTORE_FILE");
    Files.writeString(store, "hello");
    assertThatThrownBy(() -> read("TLS_KEYSTORE_FILE", store.toString()))
        .hasMessageContaining("is no PKCS12 or JKS keystore");
    assertThatThrownBy(() -> read("TLS_KEYSTORE_FILE", folder.resolve("no").toString()))
        .hasMessageContaining("no\": cannot be read");
  }
}
