package io.messagelogger.store;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where connections to the database come from: one source for writing, one for reading, one for
 * reading from a replica, one for the owner of the tables. Thread-safe.
 */
@ApplicationScoped
public class Connections {
  /**
   * The data source that the server's configuration names {@code jdbc/messages}. Not shareable: a
   * connection that is shared stays with a request to its end, however slowly the answer is read.
   * In return a transaction takes one connection out, once.
   */
  @Resource(lookup = "jdbc/messages", shareable = false)
  private DataSource writing;

  /** For reading only; its statements are planned for the chunks that they need. */
  @Resource(lookup = "jdbc/reading", shareable = false)
  private DataSource reading;

  /** The same of a read replica; where none is set it leads to the primary, and nobody uses it. */
  @Resource(lookup = "jdbc/replica", shareable = false)
  private DataSource replica;

  /** As the owner of the tables, without a limit to how long a statement takes. */
  @Resource(lookup = "jdbc/migration", shareable = false)
  private DataSource owner;

  private static final Logger LOG = Logger.getLogger(Connections.class.getName());

  /** How long after an answer connections are taken to be alive. */
  private static final Duration TRUSTED = Duration.ofSeconds(1);

  private static final int PROBE_SECONDS = 2;

  private final @Nullable Settings settings;
  private final boolean replicated;
  private volatile long answered = System.nanoTime() - TRUSTED.toNanos();

  /** The server's connections. */
  @Inject
  public Connections(Settings settings) {
    this.settings = settings;
    this.replicated = settings.replica();
  }

  /** All from one source, outside a server: for tests and benchmarks. */
  public Connections(DataSource source) {
    this(source, null);
  }

  /** The same, with a read replica if there is one. */
  public Connections(DataSource source, @Nullable DataSource replica) {
    this.settings = null;
    this.writing = source;
    this.reading = source;
    this.owner = source;
    this.replica = replica == null ? source : replica;
    this.replicated = replica != null;
  }

  /** A connection for writing, within the transaction under way if there is one. */
  public Connection writing() throws SQLException {
    return with(writing, Setting.DB_USER, Setting.DB_PASSWORD).getConnection();
  }

  /**
   * A connection for reading. One that may have gone silent meanwhile is tried first; while others
   * have just answered it is not, since that costs as much as the shortest question.
   */
  public Connection reading() throws SQLException {
    DataSource source = as(reading, Setting.DB_READ_USER, Setting.DB_READ_PASSWORD);
    Connection connection = source.getConnection();
    if (System.nanoTime() - answered < TRUSTED.toNanos()) {
      return connection;
    }
    try {
      if (!connection.isValid(PROBE_SECONDS)) {
        execute(connection, "SELECT 1"); // fails, and so the pool learns that its connections do
      }
    } catch (SQLException e) {
      try (connection) {
        LOG.log(Level.FINE, "A connection was lost: {0}", e.getMessage());
      }
      return source.getConnection();
    }
    answered();
    return connection;
  }

  /** Whether there is a read replica. */
  boolean replicated() {
    return replicated;
  }

  /**
   * A connection to the read replica. It is not tried first: what fails on it is asked of the
   * primary.
   */
  Connection replica() throws SQLException {
    return as(replica, Setting.DB_READ_USER, Setting.DB_READ_PASSWORD).getConnection();
  }

  /** Notes that the database has just answered a question. */
  void answered() {
    answered = System.nanoTime();
  }

  /** The source of the owner's connections. */
  public DataSource owner() {
    return as(owner, Setting.DB_MIGRATOR_USER, Setting.DB_MIGRATOR_PASSWORD);
  }

  /** As a user of its own, or as the one that stores where there is none. */
  private DataSource as(DataSource source, Setting user, Setting password) {
    Settings known = settings;
    return known == null || known.text(user).isEmpty()
        ? with(source, Setting.DB_USER, Setting.DB_PASSWORD)
        : with(source, user, password);
  }

  /** With the password of a file, if one holds it. */
  private DataSource with(DataSource source, Setting user, Setting password) {
    Settings known = settings;
    return known != null && known.fromFile(password)
        ? new WithPassword(source, known.text(user), known.text(password))
        : source;
  }

  /** Statements on one connection. */
  @FunctionalInterface
  public interface Question<T> {
    T answer(Connection connection) throws SQLException;
  }

  /**
   * Does work in one transaction of a connection that commits each statement otherwise. What fails
   * first is thrown; what fails while that is cleaned up is suppressed in it.
   */
  public static <T> T inTransaction(Connection connection, Question<T> work) throws SQLException {
    connection.setAutoCommit(false);
    T answer;
    try {
      answer = work.answer(connection);
      connection.commit();
    } catch (SQLException | RuntimeException | Error e) {
      try {
        connection.rollback();
        connection.setAutoCommit(true);
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    connection.setAutoCommit(true);
    return answer;
  }

  /** Executes a statement that answers nothing. */
  public static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row; null when there is no row. */
  public static @Nullable String first(Connection connection, String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql);
        var rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
