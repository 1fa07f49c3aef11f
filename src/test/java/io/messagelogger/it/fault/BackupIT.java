package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Backup and restore as docs/runbook.md has them: under load, Redis first and the database after
 * it. The database is copied by its own interface for backups, which pg_basebackup uses too.
 */
class BackupIT {
  private static final int LOAD = 40_000;

  private final Oracle oracle = new Oracle();
  private Path folder;
  private Path backup;
  private Services services;
  private EmbeddedRedis redis;
  private EmbeddedDatabase database;

  @BeforeEach
  void start() throws IOException {
    folder = Folder.create();
    backup = Files.createDirectory(folder.resolve("backup"));
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
  void whatWasAcknowledgedBeforeTheBackupIsThereAfterTheRestore() throws Exception {
    long copied;
    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      client.awaitReady();
      oracle.push(client.redis(), LOAD);
      server.awaitWork();
      copyRedis(client);
      long before = stored(client);
      await()
          .atMost(60, SECONDS)
          .until(() -> stored(client) > before); // some messages move between the two copies
      copied = copyDatabase();
      server.kill();
    }
    redis.kill();
    database.kill();
    copy(backup.resolve("appendonlydir"), folder.resolve("redis/appendonlydir"));
    copy(backup.resolve("cluster"), folder.resolve("postgres/cluster"));
    redis.restart();
    database.restart();

    try (FaultServer server = FaultServer.start(services)) {
      Client client = server.client();
      long restored = stored(client);
      assertThat(restored).as("rows in the backup").isBetween(copied, (long) LOAD);
      long waiting = client.redis().llen("MESSAGES") + new Claims(client.redis()).messages();
      assertThat(restored + waiting).as("some are in both").isGreaterThan(LOAD);
      client.awaitReady();
      oracle.judge(client);
      assertThat(client.metric("message_logger_duplicate_total")).isPositive();
      assertThat(client.metric("message_logger_stored_total") + restored)
          .as("the count of the runbook")
          .isEqualTo(LOAD + 1.0); // with the one that the oracle pushes last
    }
  }

  private static long stored(Client client) {
    return client.count("SELECT count(*) FROM message_key");
  }

  /** The append-only file, in the state that it has; no new one may be begun meanwhile. */
  private void copyRedis(Client client) throws IOException, InterruptedException {
    client.redis().configSet("auto-aof-rewrite-percentage", "0");
    await()
        .atMost(60, SECONDS)
        .until(() -> client.redis().info("persistence").contains("aof_rewrite_in_progress:0"));
    copy(folder.resolve("redis/appendonlydir"), backup.resolve("appendonlydir"));
    client.redis().configSet("auto-aof-rewrite-percentage", "100");
  }

  /** How many messages were stored when the copy began. */
  private long copyDatabase() throws SQLException, IOException, InterruptedException {
    try (Connection connection = database.connectAsSuperuser("message_db");
        Statement statement = connection.createStatement()) {
      long stored;
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM message_key")) {
        rows.next();
        stored = rows.getLong(1);
      }
      statement.execute("SELECT pg_backup_start('backup', true)");
      Path cluster = folder.resolve("postgres/cluster");
      copy(cluster, backup.resolve("cluster"));
      try (ResultSet rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        rows.next();
        Files.writeString(backup.resolve("cluster/backup_label"), rows.getString(1));
      }
      copy(cluster.resolve("pg_wal"), backup.resolve("cluster/pg_wal")); // to where it stopped
      Files.delete(backup.resolve("cluster/postmaster.pid"));
      return stored;
    }
  }

  /** Copies a folder with owners and rights, in the place of what is there. */
  private void copy(Path from, Path to) throws IOException, InterruptedException {
    run("rm", "-rf", to.toString());
    run("cp", "-a", from.toString(), to.toString());
  }

  private void run(String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("command.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    List<String> complaints = new ArrayList<>(Files.readAllLines(log));
    complaints.removeIf(line -> line.endsWith("No such file or directory")); // gone meanwhile
    assertThat(complaints).as("status %d of %s", status, String.join(" ", command)).isEmpty();
  }
}
