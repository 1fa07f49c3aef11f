package io.messagelogger.store;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections.Question;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The database as the other rooms use it: questions, where the rows lie, and the condition
 * "database". Nothing is read or written before the schema is there, which {@code store.schema}
 * says. Thread-safe.
 */
@ApplicationScoped
public class Database {
  /** How long a database may take to answer that it is there. */
  public static final int PROBE_SECONDS = 2;

  private static final String READ_ONLY = "25006";

  private static final String WRITES_NOTHING = "UPDATE message_key SET topic = topic WHERE false";

  private final Connections connections;
  private final Condition condition = new Condition("database");
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile @Nullable Layout layout;
  private volatile boolean copies;
  private volatile Optional<Duration> retention = Optional.empty();
  private final Clocks clocks = new Clocks();
  private final Replica replica;

  /** The database that these connections lead to. */
  public Database(Connections connections) {
    this.connections = connections;
    this.replica = new Replica(connections, Replica.ANY_LAG);
  }

  /** The same in a server, where settings say how far a replica may be behind. */
  @Inject
  public Database(Connections connections, Settings settings) {
    this.connections = connections;
    this.replica = new Replica(connections, settings.limit(Setting.DB_READ_MAX_LAG));
  }

  /**
   * Says that the schema is there.
   *
   * @param found where the rows of messages lie
   * @param exact whether rows may be copied into the table in binary
   * @param age after which messages are removed, if they are
   */
  public void schemaIs(Layout found, boolean exact, Optional<Duration> age) {
    copies = exact;
    retention = age;
    layout = found;
  }

  /** Before which time messages have expired, by the database's clock; empty when none expire. */
  public Optional<Instant> expiry() {
    return retention.map(age -> Instant.now().plus(clocks.ahead()).minus(age));
  }

  /** Whether this server's clock and the database's agree. */
  public Condition clocks() {
    return clocks.condition();
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

  /** A connection for writing, within the transaction under way. */
  public Connection connection() throws SQLException {
    return connections.writing();
  }

  /**
   * A connection for reading that the caller keeps for a while, and closes, after {@link
   * #snapshotEnds}.
   */
  public Connection snapshot() throws SQLException {
    return handed(connections.reading());
  }

  /** The same, to the read replica; empty where none is in use. */
  public Optional<Connection> replicaSnapshot() {
    if (replica.inUse()) {
      try {
        return Optional.of(handed(connections.replica()));
      } catch (SQLException e) {
        replica.failed(e);
      }
    }
    return Optional.empty();
  }

  private static Connection handed(Connection connection) throws SQLException {
    boolean handed = false;
    try {
      Asker.asks(connection);
      handed = true;
      return connection;
    } finally {
      if (!handed) {
        connection.close();
      }
    }
  }

  /** No more is asked on the connection of a snapshot. */
  public void snapshotEnds() {
    Asker.asked();
  }

  /**
   * What a failed question on a snapshot means.
   *
   * @return an {@link AbandonedException} or a {@link StoreUnavailableException}
   */
  public RuntimeException failure(SQLException e) {
    return Asker.gone()
        ? new AbandonedException(e)
        : new StoreUnavailableException(SqlFailure.of(e).explanation(), e);
  }

  /**
   * Answers a question on a connection of its own, or of the transaction under way.
   *
   * @throws StoreUnavailableException when the database does not answer
   * @throws IllegalStateException when it cannot, because of what is in the question
   */
  public <T> T ask(Question<T> question) {
    return answer(connections::writing, question);
  }

  /**
   * The same, of statements that only read. Where a pooled connection turns out to be lost, they
   * are asked again on another.
   *
   * @throws AbandonedException when nobody waits for the answer any more
   */
  public <T> T read(Question<T> question) {
    return answer(
        connections::reading,
        connection -> {
          T answer;
          try {
            answer = asked(connection, question);
          } catch (SQLException e) {
            if (Asker.gone() || !SqlFailure.of(e).lost()) {
              throw e;
            }
            connection.close();
            try (Connection another = connections.reading()) {
              answer = asked(another, question);
            }
          }
          connections.answered();
          return answer;
        });
  }

  /**
   * The same, of statements whose answer may be some seconds old: a read replica answers them where
   * one is in use. What it cannot answer, the primary does.
   */
  public <T> T browse(Question<T> question) {
    return replica.inUse() ? replica.answer(question, () -> read(question)) : read(question);
  }

  /** The read replica, whether there is one or not. */
  public Replica replica() {
    return replica;
  }

  static <T> T asked(Connection connection, Question<T> question) throws SQLException {
    Asker.asks(connection);
    try {
      return question.answer(connection);
    } finally {
      Asker.asked();
    }
  }

  /** The same in a transaction of its own, as the owner of the tables. */
  public <T> T maintain(Question<T> question) {
    return answer(
        () -> connections.owner().getConnection(),
        connection -> Connections.inTransaction(connection, question));
  }

  private static <T> T answer(Source source, Question<T> question) {
    try (Connection connection = source.connection()) {
      return question.answer(connection);
    } catch (SQLException e) {
      throw meaning(e);
    }
  }

  static RuntimeException meaning(SQLException e) {
    SqlFailure failure = SqlFailure.of(e);
    if (Asker.gone()) {
      return new AbandonedException(e);
    }
    return failure.kind() == SqlFailure.Kind.DATA
        ? new IllegalStateException(failure.explanation(), e)
        : new StoreUnavailableException(failure.explanation(), e);
  }

  /** Opens a connection. */
  @FunctionalInterface
  private interface Source {
    Connection connection() throws SQLException;
  }

  /** Whether the database answers and has the schema. */
  public Condition condition() {
    return condition;
  }

  /**
   * Asks the database, once its schema is there, whether it takes messages. To be called about once
   * a second by one thread.
   */
  public void probe() {
    if (layout == null) {
      return; // whoever makes the schema says why it is not there
    }
    try {
      try (Connection connection = connections.writing()) {
        if (!connection.isValid(PROBE_SECONDS)) {
          condition.down("the database did not answer within " + PROBE_SECONDS + " s");
          return;
        }
        // A statement of its own that writes nothing, but that a read-only database refuses: the
        // server then closes the connections, and the next go where the address leads now.
        Connections.execute(connection, WRITES_NOTHING);
        clocks.compare(connection);
        String silent = layout == Layout.DISTRIBUTED ? Citus.silent(connection) : null;
        if (silent != null) { // every batch needs all of them
          condition.down("the coordinator of Citus does not reach " + silent);
          return;
        }
      }
      condition.up();
      ready.countDown(); // after the condition, by which those who have waited go on
    } catch (SQLException | RuntimeException e) {
      failed(e);
    }
  }

  /** Says why the database cannot be used. */
  public void failed(Exception cause) {
    SqlFailure failure = SqlFailure.of(cause);
    if (READ_ONLY.equals(failure.sqlState())) {
      condition.down("the database is read-only (SQLSTATE " + READ_ONLY + ")");
      return;
    }
    boolean wrong =
        failure.kind() == SqlFailure.Kind.DATA
            || failure.kind() == SqlFailure.Kind.MISCONFIGURATION;
    condition.down((wrong ? "needs an operator: " : "") + failure.explanation());
  }

  /** Waits until the schema is there and the database takes messages, at most for this time. */
  public boolean awaitReady(long time, TimeUnit unit) throws InterruptedException {
    return ready.await(time, unit);
  }
}
