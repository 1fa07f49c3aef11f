package io.messagelogger.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What keeps a server from making its schema is told to an operator. */
class SchemaIT {
  private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");

  private FreshDatabase fresh;
  private Database database;
  private Schema schema;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
    serve(fresh.source());
  }

  private void serve(PGSimpleDataSource source) {
    Connections connections = new Connections(new Transactions(source));
    database = new Database(connections);
    schema = new Schema(connections, database, Settings.from(Map.<String, String>of()::get));
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private String reason() {
    return database.condition().state().reason();
  }

  @Test
  void itIsSaidForWhomTheSchemaWaits() throws Exception {
    fresh.execute("CREATE TABLE message_exchange (id integer)");
    fresh.source().setApplicationName("message-logger-migration");
    PGSimpleDataSource others = new PGSimpleDataSource();
    others.setUrl(fresh.source().getUrl());
    others.setUser(fresh.source().getUser());
    others.setPassword(fresh.source().getPassword());
    others.setApplicationName("nightly report");
    try (Connection other = others.getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(7307199650931126)");
      CompletableFuture<Void> start = CompletableFuture.runAsync(schema::prepare);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                schema.watch();
                assertThat(reason()).contains("nightly report, pid ");
              });
      statement.execute("SELECT pg_advisory_unlock(7307199650931126)");
      start.get();
    }
    assertThat(reason()).contains("lacks ", "message_uuid uuid");
  }

  @Test
  void aPublicationOfAllTablesIsNamed() throws SQLException {
    assumeTrue(hasTimescale(), "this is not TimescaleDB");
    fresh.execute("CREATE PUBLICATION everything FOR ALL TABLES");
    schema.prepare();
    assertThat(reason()).contains("in a publication (everything, FOR ALL TABLES)");
    fresh.execute("DROP PUBLICATION everything");
    schema.prepare();
    assertThat(database.condition().state().up()).as(reason()).isTrue();
  }

  private boolean hasTimescale() throws SQLException {
    return fresh.count(
            "SELECT count(*) FROM pg_settings WHERE name = 'timescaledb.max_background_workers'")
        == 1;
  }

  @Test
  void aPoolerThatSharesSessionsIsRefusedInOneSentence(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(PGBOUNCER), "there is no PgBouncer");
    pooled(folder, "transaction");
    assertThat(reason()).startsWith("DB_HOST and DB_PORT lead to a pooler that shares sessions");
  }

  @Test
  void aPoolerOfSessionsWillDo(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(PGBOUNCER), "there is no PgBouncer");
    pooled(folder, "session");
    assertThat(reason()).isEmpty();
  }

  /** Makes the schema by way of a PgBouncer. */
  private void pooled(Path folder, String mode) throws IOException, InterruptedException {
    Settings settings = TestServices.settings();
    int port = TestServices.freePort();
    Path users = folder.resolve("users.txt");
    Files.writeString(
        users,
        "\"%s\" \"%s\"\n"
            .formatted(settings.text(Setting.DB_USER), settings.text(Setting.DB_PASSWORD)));
    Path configuration = folder.resolve("pgbouncer.ini");
    Files.writeString(
        configuration,
        """
        [databases]
        * = host=%s port=%s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = plain
        auth_file = %s
        pool_mode = %s
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(
                settings.text(Setting.DB_HOST), settings.text(Setting.DB_PORT), port, users, mode));
    for (Path path : new Path[] {users, configuration}) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    boolean root = "root".equals(System.getProperty("user.name"));
    Process process =
        new ProcessBuilder(
                root
                    ? new String[] {
                      PGBOUNCER.toString(), "-u", "postgres", configuration.toString()
                    }
                    : new String[] {PGBOUNCER.toString(), configuration.toString()})
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      PGSimpleDataSource source = fresh.source();
      PGSimpleDataSource pooled = new PGSimpleDataSource();
      pooled.setServerNames(new String[] {"127.0.0.1"});
      pooled.setPortNumbers(new int[] {port});
      pooled.setDatabaseName(source.getDatabaseName());
      pooled.setUser(source.getUser());
      pooled.setPassword(source.getPassword());
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(
              () -> {
                try (Connection connection = pooled.getConnection()) {
                  return connection.isValid(5);
                }
              });
      serve(pooled);
      schema.prepare();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
