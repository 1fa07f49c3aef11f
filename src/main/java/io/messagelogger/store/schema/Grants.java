package io.messagelogger.store.schema;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Layout;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the role that stores and reads may do, where another role owns the tables: not drop, not
 * alter, not truncate, and delete only dead letters, unless erasure is on. And what a role may do
 * that only answers questions: read messages and dead letters, not who has read them.
 */
public final class Grants {
  private static final List<String> ALWAYS =
      List.of(
          "SELECT, INSERT ON message_exchange",
          "SELECT, INSERT, UPDATE ON message_key",
          "SELECT, INSERT ON message_destination",
          "SELECT, INSERT ON message_log",
          "SELECT ON message_log_log_id_seq",
          "SELECT, INSERT, UPDATE ON message_later",
          "SELECT ON message_rollup, message_rollup_dirty, message_rollup_state",
          "SELECT, INSERT ON message_rollup_mark",
          "SELECT ON message_erasure, message_takeover, message_logger_schema",
          "SELECT, INSERT, UPDATE, DELETE ON dead_letter",
          "SELECT, INSERT, DELETE ON dead_letter_piece",
          "SELECT, INSERT ON dead_letter_action",
          "SELECT (read_id), INSERT, UPDATE (rows_read, ended_at) ON message_read_audit");

  private static final String READABLE =
      "message_exchange, message_key, message_destination, message_log, message_log_log_id_seq,"
          + " message_later, message_erasure, message_takeover, message_logger_schema, dead_letter,"
          + " dead_letter_piece, dead_letter_action, message_rollup, message_rollup_mark,"
          + " message_rollup_dirty, message_rollup_state";

  private Grants() {}

  /**
   * Gives the runtime role its rights, when it is not the owner; takes back those of erasure. Gives
   * the reading role its own, when there is one.
   */
  public static void give(Connection connection, Layout layout, Settings settings)
      throws SQLException {
    reading(connection, layout, settings);
    String owner = settings.text(Setting.DB_MIGRATOR_USER);
    String user = settings.text(Setting.DB_USER);
    if (owner.isEmpty() || owner.equals(user)) {
      return;
    }
    String role = quoted(user);
    List<String> statements = new ArrayList<>();
    for (String rights : ALWAYS) {
      statements.add("GRANT " + rights + " TO " + role);
    }
    if (layout == Layout.HYPERTABLE) {
      // Of a column alone, TimescaleDB refuses it where chunks are compressed.
      statements.add("GRANT UPDATE ON message_exchange TO " + role);
      statements.add("GRANT SELECT, UPDATE (ack_ts) ON message_exchange_old TO " + role);
    } else {
      statements.add("GRANT UPDATE (ack_ts) ON message_exchange TO " + role);
    }
    boolean erasure = settings.on(Setting.ERASURE);
    String give = erasure ? "GRANT " : "REVOKE ";
    String to = (erasure ? " TO " : " FROM ") + role;
    statements.add(give + "DELETE ON message_exchange, message_destination" + to);
    if (layout == Layout.HYPERTABLE) {
      statements.add(give + "DELETE ON message_exchange_old" + to);
    }
    statements.add(give + "INSERT ON message_erasure" + to);
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void reading(Connection connection, Layout layout, Settings settings)
      throws SQLException {
    String user = settings.text(Setting.DB_READ_USER);
    if (user.isEmpty() || user.equals(settings.text(Setting.DB_USER))) {
      return;
    }
    String old = layout == Layout.HYPERTABLE ? ", message_exchange_old" : "";
    try (Statement statement = connection.createStatement()) {
      statement.execute("GRANT SELECT ON " + READABLE + old + " TO " + quoted(user));
    }
  }

  private static String quoted(String role) {
    return '"' + role.replace("\"", "\"\"") + '"';
  }
}
