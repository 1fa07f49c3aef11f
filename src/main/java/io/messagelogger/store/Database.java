package io.messagelogger.store;

import io.messagelogger.condition.Condition;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * The database as a whole: the server's data source, the schema, and the condition "database". The
 * schema is made or brought up to date once, as soon as the database can be reached; nothing is
 * read or written before. Thread-safe.
 */
@ApplicationScoped
public class Database {
  private static final Logger LOG = Logger.getLogger(Database.class.getName());
  private static final int PROBE_SECONDS = 2;

  private final DataSource dataSource;
  private final Condition condition = new Condition("database");
  private final CountDownLatch ready = new CountDownLatch(1);

  /**
   * The data source that the server's configuration names {@code jdbc/messages}. Not shareable: a
   * connection that is shared stays with a request to its end, however slowly the answer is read.
   * In return a transaction takes one connection out, once.
   */
  @Resource(lookup = "jdbc/messages", shareable = false)
  private DataSource serverDataSource;

  /** The same without a limit to how long a statement takes. */
  @Resource(lookup = "jdbc/migration")
  private DataSource migrationDataSource;

  /** For CDI. */
  public Database() {
    this.dataSource = null;
  }

  /** A database outside a server, for tests and benchmarks. */
  public Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  Connection connection() throws SQLException {
    return (dataSource != null ? dataSource : serverDataSource).getConnection();
  }

  /**
   * Answers a question on a connection of its own, or of the transaction under way.
   *
   * @throws StoreUnavailableException when the database does not answer
   * @throws IllegalStateException when it cannot, for what is in the question
   */
  <T> T ask(Question<T> question) {
    try (Connection connection = connection()) {
      return question.answer(connection);
    } catch (SQLException e) {
      SqlFailure failure = SqlFailure.of(e);
      if (failure.kind() == SqlFailure.Kind.DATA) {
        throw new IllegalStateException(failure.explanation(), e);
      }
      throw new StoreUnavailableException(failure.explanation(), e);
    }
  }

  /** Statements on one connection. */
  @FunctionalInterface
  interface Question<T> {
    T answer(Connection connection) throws SQLException;
  }

  /** Whether the database answers and has the schema. */
  public Condition condition() {
    return condition;
  }

  /**
   * Asks the database whether it is there, within seconds, and makes the schema when that has not
   * been done. To be called about once a second by one thread.
   */
  public void probe() {
    try {
      if (ready.getCount() > 0) {
        migrate();
      }
      try (Connection connection = connection()) {
        if (!connection.isValid(PROBE_SECONDS)) {
          condition.down("the database did not answer within " + PROBE_SECONDS + " s");
          return;
        }
        if ("on".equals(ask(connection, "SHOW transaction_read_only"))) {
          condition.down("the database is read-only");
          return;
        }
      }
      condition.up();
    } catch (SQLException | RuntimeException e) {
      SqlFailure failure = SqlFailure.of(e);
      condition.down(
          failure.kind() == SqlFailure.Kind.OUTAGE
              ? failure.explanation()
              : "needs an operator: " + failure.explanation());
    }
  }

  /** Waits until the schema is there, the time at most. */
  public boolean awaitReady(long time, TimeUnit unit) throws InterruptedException {
    return ready.await(time, unit);
  }

  private void migrate() throws SQLException {
    try (Connection connection = connection()) {
      connection.isValid(PROBE_SECONDS); // an unreachable database fails here, with a short message
    }
    DataSource source = dataSource != null ? dataSource : migrationDataSource;
    // Flyway takes a lock of its own, but only after it has made its table, about which servers
    // that start together would quarrel.
    try (Connection connection = source.getConnection()) {
      ask(connection, LOCK);
      try {
        migrate(source);
      } finally {
        ask(connection, UNLOCK);
      }
    }
    LOG.log(Level.INFO, "The schema is ready; {0}", describe());
    ready.countDown();
  }

  private static void migrate(DataSource source) {
    Flyway.configure(Database.class.getClassLoader())
        .dataSource(source)
        .table("message_logger_schema")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .callbackLocations(new String[0])
        .failOnMissingLocations(true)
        .connectRetries(0)
        .load()
        .migrate();
  }

  private String describe() throws SQLException {
    try (Connection connection = connection()) {
      String timescale = ask(connection, TIMESCALE_VERSION);
      return "PostgreSQL "
          + ask(connection, "SHOW server_version")
          + (timescale == null ? " without TimescaleDB" : " with TimescaleDB " + timescale)
          + (timescale != null && ask(connection, HYPERTABLE) != null
              ? "; message_exchange is a hypertable"
              : "; message_exchange is a plain table");
    }
  }

  /** The first column of the first row; null when there is no row. */
  private static @Nullable String ask(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /** The number has no meaning; it is the same in every server. */
  private static final String LOCK = "SELECT pg_advisory_lock(7307199650931126)";

  private static final String UNLOCK = "SELECT pg_advisory_unlock(7307199650931126)";

  private static final String TIMESCALE_VERSION =
      "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";

  private static final String HYPERTABLE =
      """
      SELECT hypertable_name FROM timescaledb_information.hypertables
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
      """;
}
