package io.messagelogger.store.upkeep;

import io.messagelogger.store.Rows;
import io.messagelogger.store.rollup.Hours;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Tells before which hour everything is either visible or marked. Stateless; its state is in the
 * database.
 *
 * <p>A writer marks the hours of its messages unless they have not ended ({@code
 * store.rollup.Marks}). It looks at the clock after it has changed something, so its transaction
 * has a number by then. Here the clock is looked at first, and a number is taken after that: a
 * writer that saw an hour not ended had a smaller one, if that was before. When no smaller number
 * is running any more, all those writers have ended, however long one of them slept. (The xmax of a
 * snapshot would not do: it is one more than the last number that has ended, and not than the last
 * that has begun.) So no bound for how long transactions take is relied on. What is relied on is
 * that the time that a server takes for the database's is not more than {@link #MARGIN} behind it.
 */
final class Settling {
  /** Servers compare their clocks with the database's every second. */
  static final Duration MARGIN = Duration.ofMinutes(15);

  /** now() is the time of the transaction's start, and so before the snapshot of the statement. */
  private static final String SETTLE =
      """
      UPDATE message_rollup_state
         SET settled_at = CASE WHEN pending_xid <= pg_snapshot_xmin(pg_current_snapshot()) THEN pending_at ELSE settled_at END,
             pending_at = CASE WHEN pending_xid > pg_snapshot_xmin(pg_current_snapshot()) THEN pending_at ELSE now() END,
             pending_xid = CASE WHEN pending_xid > pg_snapshot_xmin(pg_current_snapshot()) THEN pending_xid
                                ELSE pg_current_xact_id() END
       WHERE not_before <= now()
      RETURNING settled_at
      """;

  private Settling() {}

  /**
   * Looks which transactions have ended. To be called in a transaction of its own, again and again.
   *
   * @return the first hour that may still change unmarked; empty when that is not known yet
   */
  static OptionalLong hour(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SETTLE);
        ResultSet rows = statement.executeQuery()) {
      Instant settled = rows.next() ? Rows.instant(rows, 1) : null;
      return settled == null
          ? OptionalLong.empty()
          : OptionalLong.of(Hours.of(settled.minus(MARGIN)));
    }
  }
}
