package io.messagelogger.dev;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.postgresql.PGConnection;

/** The role that the service logs in with, and the database that it owns. Immutable. */
record Account(String user, String password, String database) {

  /** That of the settings. */
  static Account of(Settings settings) {
    return new Account(
        settings.text(Setting.DB_USER),
        settings.text(Setting.DB_PASSWORD),
        settings.text(Setting.DB_NAME));
  }

  /** The settings with which a server finds the database at that place. */
  Map<String, String> environment(String host, int port) {
    return Map.of(
        Setting.DB_HOST.name(), host,
        Setting.DB_PORT.name(), Integer.toString(port),
        Setting.DB_USER.name(), user,
        Setting.DB_PASSWORD.name(), password,
        Setting.DB_NAME.name(), database);
  }

  /**
   * Makes role and database what they should be. What an earlier role owned in the database,
   * because DB_USER was another one then, is handed over.
   *
   * @param connection a superuser's, to another database
   */
  void prepare(Connection connection, Superuser superuser) throws SQLException {
    PGConnection quoting = connection.unwrap(PGConnection.class);
    String role = quoting.escapeIdentifier(user);
    String name = quoting.escapeIdentifier(database);
    String secret = quoting.escapeLiteral(password);
    try (Statement statement = connection.createStatement()) {
      if (!known(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", user)) {
        statement.execute("CREATE ROLE " + role);
      }
      statement.execute("ALTER ROLE " + role + " LOGIN PASSWORD '" + secret + "'");
      if (!known(connection, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
        statement.execute("CREATE DATABASE " + name + " OWNER " + role + " TEMPLATE template0");
        return;
      }
    }
    takeOver(superuser, role);
  }

  private void takeOver(Superuser superuser, String role) throws SQLException {
    try (Connection inside = superuser.connect(database);
        Statement statement = inside.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_get_userbyid(datdba), current_user FROM pg_database"
                    + " WHERE datname = current_database()")) {
      row.next();
      String owner = row.getString(1);
      PGConnection quoting = inside.unwrap(PGConnection.class);
      if (!owner.equals(user) && !owner.equals(row.getString(2))) {
        statement.execute("REASSIGN OWNED BY " + quoting.escapeIdentifier(owner) + " TO " + role);
      }
      statement.execute(
          "ALTER DATABASE " + quoting.escapeIdentifier(database) + " OWNER TO " + role);
    }
  }

  private static boolean known(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Opens a superuser's connection to a database. */
  @FunctionalInterface
  interface Superuser {
    Connection connect(String database) throws SQLException;
  }
}
