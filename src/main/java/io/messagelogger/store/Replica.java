package io.messagelogger.store;

import io.messagelogger.running.Condition;
import io.messagelogger.store.Connections.Question;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The read replica, if there is one. It answers questions while it can be reached and is not too
 * far behind; the primary answers the others, and what the replica fails at. So it takes work off
 * the primary and is never needed. Thread-safe.
 */
public final class Replica {
  static final OptionalInt ANY_LAG = OptionalInt.empty();

  private static final Logger LOG = Logger.getLogger(Replica.class.getName());

  private static final String WRITTEN = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint";

  private static final String REPLAYED =
      """
      SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint,
             coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::bigint
      """;

  private final Connections connections;
  private final OptionalInt mostLag;
  private final Condition condition = new Condition("replica");
  private final ReplicaLag positions = new ReplicaLag();
  private final LongAdder fallbacks = new LongAdder();
  private volatile Optional<ReplicaLag.Lag> lag = Optional.empty();

  /**
   * The replica that these connections lead to.
   *
   * @param mostLag how many seconds it may be behind
   */
  Replica(Connections connections, OptionalInt mostLag) {
    this.connections = connections;
    this.mostLag = mostLag;
  }

  /** Whether there is one. */
  public boolean configured() {
    return connections.replicated();
  }

  /** Whether there is one, it can be reached, and it is not too far behind. */
  public boolean inUse() {
    return configured() && condition.state().up();
  }

  /** Up while it is in use. */
  public Condition condition() {
    return condition;
  }

  /**
   * Since when the primary has what the replica has not, as far as seen from here and to a second
   * or two; empty where nobody knows.
   */
  public Optional<Duration> lag() {
    return lag.map(ReplicaLag.Lag::time);
  }

  /** The same in bytes of the write-ahead log. */
  public Optional<Long> lagBytes() {
    return lag.map(ReplicaLag.Lag::bytes);
  }

  /** How many questions it has failed at, which the primary was asked then. */
  public long fallbacks() {
    return fallbacks.sum();
  }

  /** Its answer, or that of the primary where it has none. */
  <T> T answer(Question<T> question, Supplier<T> primary) {
    try (Connection connection = connections.replica()) {
      return Database.asked(connection, question);
    } catch (SQLException e) {
      if (!yields(e)) {
        throw Database.meaning(e);
      }
      failed(e);
    }
    return primary.get();
  }

  /**
   * Whether the primary may do better: not where nobody waits any more, where the question is to
   * blame, or where its time is over.
   */
  public static boolean yields(SQLException e) {
    SqlFailure failure = SqlFailure.of(e);
    return !Asker.gone()
        && failure.kind() != SqlFailure.Kind.DATA
        && (failure.kind() != SqlFailure.Kind.LIMIT || failure.reason().contains("recovery"));
  }

  /** Notes a question that the primary has to be asked. */
  public void failed(SQLException e) {
    SqlFailure failure = SqlFailure.of(e);
    fallbacks.increment();
    if (failure.lost() || failure.sqlState() == null) {
      condition.down(failure.explanation() + "; the primary is asked");
    } else { // what replay is in the way of is cancelled: that is no reason to leave it
      LOG.log(
          Level.INFO,
          "The replica could not answer, the primary is asked: {0}",
          failure.explanation());
    }
  }

  /** Looks at it. To be called about once a second by one thread. */
  public void probe() {
    if (!configured()) {
      return;
    }
    lookAtPrimary();
    try (Connection connection = connections.replica()) {
      if (!connection.isValid(Database.PROBE_SECONDS)) {
        Connections.execute(connection, "SELECT 1"); // fails, and so the pool learns that it does
      }
      lag = compare(connection);
    } catch (SQLException | RuntimeException e) {
      lag = Optional.empty();
      condition.down(SqlFailure.of(e).explanation() + "; the primary is asked");
      return;
    }
    long seconds = lag().map(Duration::toSeconds).orElse(0L);
    if (mostLag.isPresent() && seconds > mostLag.getAsInt()) {
      condition.down(
          "it is more than %d s behind (DB_READ_MAX_LAG); the primary is asked"
              .formatted(mostLag.getAsInt()));
    } else {
      condition.up();
    }
  }

  private void lookAtPrimary() {
    try (Connection connection = connections.reading();
        PreparedStatement statement = connection.prepareStatement(WRITTEN);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      positions.primaryAt(rows.getLong(1), System.nanoTime());
    } catch (SQLException | RuntimeException e) { // the condition "database" says so
      LOG.log(Level.FINE, "The primary could not be asked how far it is", e);
    }
  }

  /**
   * Empty where the database cannot tell, as one that is a primary itself or replicates by other
   * means.
   */
  private Optional<ReplicaLag.Lag> compare(Connection connection) {
    try (PreparedStatement statement = connection.prepareStatement(REPLAYED);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      long position = rows.getLong(1);
      return rows.wasNull()
          ? Optional.empty()
          : positions.replayedTo(
              position, System.nanoTime(), Duration.ofSeconds(Math.max(0, rows.getLong(2))));
    } catch (SQLException e) {
      LOG.log(Level.FINE, "The replica could not be asked how far it is", e);
      return Optional.empty();
    }
  }
}
