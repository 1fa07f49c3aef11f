package io.messagelogger.testing;

import io.messagelogger.dev.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Lets an embedded database take connections over TLS. Stateless. */
public final class Encryption {
  private Encryption() {}

  /** Shows this certificate to those who connect from about now on. */
  public static void of(EmbeddedDatabase database, Authority.Issued issued)
      throws SQLException, IOException {
    try (Connection connection = database.connectAsSuperuser("postgres");
        Statement statement = connection.createStatement()) {
      try (var rows = statement.executeQuery("SHOW data_directory")) {
        rows.next();
        Path cluster = Path.of(rows.getString(1));
        issued.certificatePem(cluster.resolve("server.crt"));
        Path key = cluster.resolve("server.key");
        Files.deleteIfExists(key);
        issued.keyPem(key);
        Files.setOwner(key, Files.getOwner(cluster)); // of the user that PostgreSQL runs as
      }
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute("SELECT pg_reload_conf()");
    }
  }
}
