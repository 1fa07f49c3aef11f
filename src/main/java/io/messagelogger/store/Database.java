package io.messagelogger.store;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.schema.Chunks;
import io.messagelogger.store.schema.Grants;
import io.messagelogger.store.writing.Copying;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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

  private final @Nullable DataSource dataSource;
  private final Condition condition = new Condition("database");
  private final CountDownLatch ready = new CountDownLatch(1);

  /**
   * The data source that the server's configuration names {@code jdbc/messages}. Not shareable: a
   * connection that is shared stays with a request to its end, however slowly the answer is read.
   * In return a transaction takes one connection out, once.
   */
  @Resource(lookup = "jdbc/messages", shareable = false)
  private DataSource serverDataSource;

  /** For reading only; its statements are planned for the chunks that they need. */
  @Resource(lookup = "jdbc/reading", shareable = false)
  private DataSource readingDataSource;

  /** As the owner of the tables, without a limit to how long a statement takes. */
  @Resource(lookup = "jdbc/migration", shareable = false)
  private DataSource migrationDataSource;

  private final Settings settings;
  private volatile @Nullable Layout layout;
  private volatile boolean copies;

  /** The server's database. */
  @Inject
  public Database(Settings settings) {
    this.dataSource = null;
    this.settings = settings;
  }

  /** A database outside a server, for tests and benchmarks. */
  public Database(DataSource dataSource, Settings settings) {
    this.dataSource = dataSource;
    this.settings = settings;
  }

  /**
   * Where the rows of messages lie.
   *
   * @throws StoreUnavailableException before the schema is there
   */
  public Layout layout() {
    Layout known = layout;
    if (known == null) {
      throw new StoreUnavailableException("the schema is not there yet", null);
    }
    return known;
  }

  /** Whether rows may be copied into the table in binary. */
  public boolean copies() {
    return copies;
  }

  public Connection connection() throws SQLException {
    return (dataSource != null ? dataSource : serverDataSource).getConnection();
  }

  /**
   * Answers a question on a connection of its own, or of the transaction under way.
   *
   * @throws StoreUnavailableException when the database does not answer
   * @throws IllegalStateException when it cannot, for what is in the question
   */
  public <T> T ask(Question<T> question) {
    return ask(dataSource != null ? dataSource : serverDataSource, question);
  }

  /** The same, of statements that only read. */
  public <T> T read(Question<T> question) {
    return ask(dataSource != null ? dataSource : readingDataSource, question);
  }

  /** The same in a transaction of its own, as the owner of the tables. */
  public <T> T maintain(Question<T> question) {
    return ask(
        dataSource != null ? dataSource : migrationDataSource,
        connection -> {
          connection.setAutoCommit(false);
          boolean done = false;
          try {
            T answer = question.answer(connection);
            connection.commit();
            done = true;
            return answer;
          } finally {
            if (!done) {
              connection.rollback();
            }
            connection.setAutoCommit(true);
          }
        });
  }

  private static <T> T ask(DataSource source, Question<T> question) {
    try (Connection connection = source.getConnection()) {
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
  public interface Question<T> {
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
      ready.countDown(); // after the condition, by which those who have waited go on
    } catch (SQLException | RuntimeException e) {
      SqlFailure failure = SqlFailure.of(e);
      condition.down(
          failure.kind() == SqlFailure.Kind.OUTAGE
              ? failure.explanation()
              : "needs an operator: " + failure.explanation());
    }
  }

  /** Waits until the schema is there and the database takes messages, the time at most. */
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
        Layout found =
            ask(connection, TIMESCALE_VERSION) != null && ask(connection, HYPERTABLE) != null
                ? Layout.HYPERTABLE
                : Layout.PLAIN;
        String chunks =
            found == Layout.HYPERTABLE ? new Chunks(connection).configure(settings) : "";
        Grants.give(connection, found, settings);
        LOG.log(Level.INFO, "The schema is ready; {0}", describe(connection, found, chunks));
        copies = Copying.possible(connection);
        layout = found;
      } finally {
        ask(connection, UNLOCK);
      }
    }
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
        .group(true)
        .ignoreMigrationPatterns("*:ignored")
        .load()
        .migrate();
  }

  private static String describe(Connection connection, Layout layout, String chunks)
      throws SQLException {
    String timescale = ask(connection, TIMESCALE_VERSION);
    return "PostgreSQL "
        + ask(connection, "SHOW server_version")
        + (timescale == null ? " without TimescaleDB" : " with TimescaleDB " + timescale)
        + (layout == Layout.PLAIN
            ? "; message_exchange is a plain table"
            : "; message_exchange is a hypertable" + chunks);
  }

  /** The first column of the first row; null when there is no row. */
  public static @Nullable String ask(Connection connection, String sql) throws SQLException {
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
