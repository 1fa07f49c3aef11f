package io.messagelogger.dev;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A copy of the files of a PostgreSQL that runs, by its own interface for backups, as pg_basebackup
 * makes one. Stateless.
 */
final class BaseBackup {
  private BaseBackup() {}

  /**
   * Copies a cluster. What is started on the copy has all that was committed before.
   *
   * @param connection a superuser's
   * @param to a folder that is not there yet
   */
  static void copy(Connection connection, Path cluster, Path to) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('copy', true)");
      copyFiles(cluster, to);
      try (ResultSet rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        rows.next();
        Files.writeString(to.resolve("backup_label"), rows.getString(1));
      }
      copyFiles(cluster.resolve("pg_wal"), to); // to where it stopped
      Files.delete(to.resolve("postmaster.pid"));
    }
  }

  /** With owners and rights; a file may go meanwhile. */
  private static void copyFiles(Path from, Path to) throws IOException {
    Process process =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
    }
    List<String> complaints =
        printed.lines().filter(line -> !line.endsWith("No such file or directory")).toList();
    if (!complaints.isEmpty() || !Files.exists(to)) {
      throw new IOException("Cannot copy " + from + ": " + String.join("; ", complaints));
    }
  }
}
