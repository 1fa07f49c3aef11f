package io.messagelogger.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Statements without values. Used by one thread. */
final class Sql {
  /** TimescaleDB's loader is there; making the extension elsewhere ends the connection. */
  private static final String PRELOADED =
      "SELECT current_setting('timescaledb.max_background_workers', true) IS NOT NULL";

  private final Connection connection;

  Sql(Connection connection) {
    this.connection = connection;
  }

  void execute(String statement) throws SQLException {
    try (Statement plain = connection.createStatement()) {
      plain.execute(statement);
    }
  }

  /** The first column of the first row. */
  long number(String query) throws SQLException {
    try (Statement plain = connection.createStatement();
        ResultSet row = plain.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The first column of the first row; null when there is no row. */
  @Nullable String text(String query) throws SQLException {
    try (Statement plain = connection.createStatement();
        ResultSet row = plain.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  boolean holds(String query) throws SQLException {
    return "t".equals(text(query));
  }

  /** Whether the server has TimescaleDB loaded. */
  boolean timescalePreloaded() throws SQLException {
    return holds(PRELOADED);
  }

  /** TimescaleDB's version in this database; null without it. */
  @Nullable String timescaleVersion() throws SQLException {
    return text("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'");
  }

  /** What was written lies on the disk, where this role may ask for that. */
  void checkpoint() throws SQLException {
    if (holds("SELECT pg_has_role(current_user, 'pg_checkpoint', 'usage')")) {
      execute("CHECKPOINT");
    }
  }

  /** The machine and the database, in a line. */
  String describe() throws SQLException {
    String timescale = timescaleVersion();
    return "Java %s, PostgreSQL %s, TimescaleDB %s, shared_buffers %s, %d cores"
        .formatted(
            System.getProperty("java.version"),
            String.valueOf(text("SHOW server_version")).replaceAll(" .*", ""),
            timescale == null ? "none" : timescale,
            text("SHOW shared_buffers"),
            Runtime.getRuntime().availableProcessors());
  }
}
