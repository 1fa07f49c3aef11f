package io.messagelogger.store.finding;

import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.AbandonedException;
import io.messagelogger.store.Asker;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Replica;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All messages that a filter means, from one snapshot of the database, in slices: memory does not
 * grow with their number, and no statement takes longer than a page does. Holds a connection until
 * it is closed. Used by one thread.
 */
public final class Export implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Export.class.getName());
  private static final int PAGE = 1_000;

  private final Database database;
  private final StoredMessages stored;
  private final Filter filter;
  private final Order order;
  private Connection connection;
  private Search search;
  private boolean replica;
  private @Nullable Position next;
  private @Nullable Slices slices;
  private @Nullable CopiedMessages copied;
  private boolean started;

  Export(
      Database database,
      StoredMessages stored,
      Filter filter,
      Order order,
      @Nullable Position after)
      throws SQLException {
    this.database = database;
    this.stored = stored;
    this.filter = filter;
    this.order = order;
    this.next = after;
    Optional<Connection> copy = database.replicaSnapshot();
    this.replica = copy.isPresent();
    this.connection = copy.isPresent() ? copy.get() : database.snapshot();
    this.search = new Search(connection, database.layout(), filter, order);
    begin();
  }

  private void begin() throws SQLException {
    boolean begun = false;
    try {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      database.layout().snapshot(connection);
      if (database.layout() == Layout.PLAIN && timesOnly(filter)) {
        copied = new CopiedMessages(connection, this::rows);
      }
      begun = true;
    } finally {
      if (!begun) {
        database.snapshotEnds();
        connection.close();
      }
    }
  }

  /** Whether messages are meant by nothing but their times. */
  private static boolean timesOnly(Filter filter) {
    return filter.criteria().stream()
        .allMatch(c -> c instanceof Criterion.Since || c instanceof Criterion.Until);
  }

  private Query rows(@Nullable Position after, int limit) {
    return stored.beside(search.direct(after, limit - 1).orElseThrow(), order, limit);
  }

  /**
   * The next messages in order, or none yet; null at the end.
   *
   * @throws StoreUnavailableException when the database does not answer
   * @throws AbandonedException when nobody waits any more
   */
  public @Nullable List<Message> slice() {
    if (Asker.gone()) { // what was cancelled may have come to its end before
      throw new AbandonedException(null);
    }
    try {
      return read();
    } catch (SQLException e) {
      if (!replica || !Replica.yields(e)) {
        throw database.failure(e);
      }
      database.replica().failed(e);
    }
    try {
      goOnWithPrimary();
      return read();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  private @Nullable List<Message> read() throws SQLException {
    if (copied != null) {
      CopiedMessages.Slice slice = copied.next(next);
      if (slice == null) {
        return null;
      }
      next = slice.last();
      return slice.messages();
    }
    if (slices == null || !slices.hasNext()) {
      if (started && next == null) {
        return null;
      }
      Search.Found found = search.find(next, PAGE);
      started = true;
      next = found.next();
      slices = new Slices(found.positions(), positions -> stored.messages(connection, positions));
    }
    return slices.hasNext() ? slices.next() : List.of();
  }

  /**
   * A replica cancels what its replay has waited for too long. The rest is then of a snapshot of
   * the primary, from where this one has ended: nothing comes twice, and nothing is left out.
   */
  private void goOnWithPrimary() throws SQLException {
    close();
    connection = database.snapshot();
    search = new Search(connection, database.layout(), filter, order);
    replica = false;
    begin();
  }

  /** Gives the connection and the snapshot back. */
  @Override
  public void close() {
    if (copied != null) {
      copied.close();
    }
    database.snapshotEnds();
    try (Connection closing = connection) {
      closing.rollback();
      closing.setAutoCommit(true);
      closing.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    } catch (SQLException e) {
      if (!replica) {
        throw new StoreUnavailableException(SqlFailure.of(e).explanation(), e);
      }
      LOG.log(Level.FINE, "The replica has ended the connection", e);
    }
  }
}
