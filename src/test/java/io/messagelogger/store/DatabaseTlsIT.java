package io.messagelogger.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.testing.Authority;
import io.messagelogger.testing.Encryption;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** DB_SSLMODE=verify-full: what is said of a certificate that is not accepted. */
class DatabaseTlsIT {
  @TempDir static Path folder;
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static EmbeddedDatabase database;
  private static Path ca;

  @BeforeAll
  static void start() throws IOException {
    database = EmbeddedDatabase.start(folder.resolve("data"), 0, "user", "word", "messages");
    ca = AUTHORITY.pem(folder.resolve("ca.pem"));
  }

  @AfterAll
  static void stop() throws IOException {
    database.close();
  }

  /** What the service says of an attempt to connect; empty when it has succeeded. */
  private static String attempt(Path authority) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {database.port()});
    source.setDatabaseName("messages");
    source.setUser("user");
    source.setPassword("word");
    source.setSslMode("verify-full");
    source.setSslRootCert(authority.toString());
    try (Connection connection = source.getConnection()) {
      return connection.isValid(5) ? "" : "not valid";
    } catch (SQLException e) {
      return SqlFailure.of(e).explanation();
    }
  }

  private static void assertRefused(Path authority, String reason) {
    await()
        .atMost(60, SECONDS) // until the database has taken its new certificate
        .untilAsserted(() -> assertThat(attempt(authority)).contains(reason));
    assertThat(attempt(authority).lines()).as("one line").hasSize(1);
  }

  @Test
  void onlyTheRightCertificateIsAccepted() throws Exception {
    assertThat(attempt(ca)).as("not encrypted").contains("SSL");

    Encryption.of(database, AUTHORITY.issue("localhost"));
    await().atMost(60, SECONDS).until(() -> attempt(ca).isEmpty());
    assertRefused(new Authority("Another").pem(folder.resolve("x.pem")), "certification path");
    assertRefused(folder.resolve("no.pem"), "no.pem");

    Encryption.of(database, AUTHORITY.issue("database.example"));
    assertRefused(ca, "hostname localhost");

    Instant past = Instant.now().minus(Duration.ofDays(2));
    Encryption.of(database, AUTHORITY.issue(past, past.plusSeconds(60), "localhost"));
    assertRefused(ca, "the certificate of the database has expired");
  }
}
