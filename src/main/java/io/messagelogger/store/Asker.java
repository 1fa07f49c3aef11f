package io.messagelogger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * For whom a thread asks the database. When nobody waits for the answer any more, another thread
 * says so; what is being asked is then cancelled in the database, and nothing more is asked.
 * Thread-safe.
 */
public final class Asker {
  private static final Logger LOG = Logger.getLogger(Asker.class.getName());
  private static final ThreadLocal<@Nullable Asker> CURRENT = new ThreadLocal<>();

  private @Nullable PGConnection asked;
  private boolean gone;

  private Asker() {}

  /** The questions of this thread are of a new asker, until that is ended. */
  public static Asker begin() {
    Asker asker = new Asker();
    CURRENT.set(asker);
    return asker;
  }

  /** The questions of this thread are nobody's any more. */
  public void end() {
    CURRENT.remove();
  }

  /** Nobody waits any more. May be said again: what is asked by now is cancelled then. */
  public synchronized void leave() {
    gone = true;
    if (asked != null) {
      try {
        asked
            .cancelQuery(); // within the lock, so that it is never the next one's on the connection
      } catch (SQLException e) {
        LOG.log(Level.FINE, "A statement could not be cancelled; its time is limited anyway", e);
      }
    }
  }

  /** Whether nobody waits any more for what this thread asks. */
  public static boolean gone() {
    Asker asker = CURRENT.get();
    return asker != null && asker.isGone();
  }

  private synchronized boolean isGone() {
    return gone;
  }

  /** Statements follow on this connection. */
  static void asks(Connection connection) throws SQLException {
    Asker asker = CURRENT.get();
    if (asker != null) {
      asker.begins(connection.unwrap(PGConnection.class));
    }
  }

  private synchronized void begins(PGConnection connection) {
    if (gone) {
      throw new AbandonedException(null);
    }
    asked = connection;
  }

  /** No more statements follow on the connection. */
  static void asked() {
    Asker asker = CURRENT.get();
    if (asker != null) {
      asker.ends();
    }
  }

  private synchronized void ends() {
    asked = null;
  }
}
