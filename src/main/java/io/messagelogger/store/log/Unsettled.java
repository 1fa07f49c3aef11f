package io.messagelogger.store.log;

import io.messagelogger.store.Citus;
import io.messagelogger.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Waits for what Citus has committed on the coordinator, where the log is, and not yet on the nodes
 * where the messages are: usually for milliseconds, after the loss of a node until it is back and
 * its transactions are recovered. Stateless.
 */
final class Unsettled {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PERIOD_MILLIS = 10;

  private Unsettled() {}

  /**
   * Waits until the transactions have ended that are prepared now.
   *
   * @throws StoreUnavailableException when they take longer than a client waits
   * @throws SQLException when the database or a node of it does not answer
   */
  static void await(Connection connection) throws SQLException {
    Set<String> awaited = Citus.prepared(connection);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!awaited.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new StoreUnavailableException(
            "what is committed is not there yet on %d connections to nodes of Citus, which recovers it"
                .formatted(awaited.size()),
            null);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException("the server stops", e);
      }
      awaited.retainAll(Citus.prepared(connection));
    }
  }
}
