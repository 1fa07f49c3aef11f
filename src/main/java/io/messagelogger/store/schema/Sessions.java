package io.messagelogger.store.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Whether a connection is a session of the database for as long as it is open. A pooler that gives
 * a session to others between two transactions mixes up the settings of readers and writers, and
 * their prepared statements, now and then.
 */
final class Sessions {
  /** How often two connections are compared. Once tells, unless others use the pooler. */
  private static final int ROUNDS = 3;

  private static final String SHARED =
      "DB_HOST and DB_PORT lead to a pooler that shares sessions between connections (in PgBouncer, pool_mode ="
          + " transaction or statement); the service needs sessions of its own: use pool_mode = session, or"
          + " PostgreSQL's own port";

  private Sessions() {}

  /**
   * Looks whether sessions are shared.
   *
   * @throws IllegalStateException when they are, with a sentence for an operator
   * @throws SQLException when the database does not answer
   */
  static void check(DataSource source) throws SQLException {
    try (Connection one = source.getConnection();
        Connection other = source.getConnection()) {
      for (int round = 0; round < ROUNDS; round++) {
        int before = session(one);
        other.setAutoCommit(false);
        int busy = session(other);
        int after = session(one);
        other.rollback();
        other.setAutoCommit(true);
        if (before == busy || before != after) {
          throw new IllegalStateException(SHARED);
        }
      }
    }
  }

  /** By a statement that is not prepared: of a prepared one, a pooler of this kind loses track. */
  private static int session(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
