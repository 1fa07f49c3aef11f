package io.messagelogger.store.finding;

import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All messages that a filter means, from one snapshot of the database, in slices: memory does not
 * grow with their number, and no statement takes longer than a page does. Holds a connection until
 * it is closed. Used by one thread.
 */
public final class Export implements AutoCloseable {
  private static final int PAGE = 1_000;

  private final Database database;
  private final Connection connection;
  private final MessageFinder finder;
  private final Search search;
  private @Nullable Position next;
  private @Nullable Slices slices;
  private boolean started;

  Export(
      Database database, MessageFinder finder, Filter filter, Order order, @Nullable Position after)
      throws SQLException {
    this.database = database;
    this.finder = finder;
    Layout layout = database.layout();
    this.connection = database.snapshot();
    this.search = new Search(connection, layout, filter, order);
    this.next = after;
    boolean begun = false;
    try {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      layout.snapshot(connection);
      begun = true;
    } finally {
      if (!begun) {
        database.snapshotEnds();
        connection.close();
      }
    }
  }

  /**
   * The next messages in order, or none yet; null at the end.
   *
   * @throws StoreUnavailableException when the database does not answer
   * @throws io.messagelogger.store.AbandonedException when nobody waits any more
   */
  public @Nullable List<Message> slice() {
    try {
      if (slices == null || !slices.hasNext()) {
        if (started && next == null) {
          return null;
        }
        Search.Found found = search.find(next, PAGE);
        started = true;
        next = found.next();
        slices = new Slices(found.positions(), positions -> finder.messages(connection, positions));
      }
      return slices.hasNext() ? slices.next() : List.of();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  /** Gives the connection and the snapshot back. */
  @Override
  public void close() {
    database.snapshotEnds();
    try (Connection closing = connection) {
      closing.rollback();
      closing.setAutoCommit(true);
      closing.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    } catch (SQLException e) {
      throw new StoreUnavailableException(SqlFailure.of(e).explanation(), e);
    }
  }
}
