package io.messagelogger.store.log;

import io.messagelogger.store.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Removes what the log says of messages that have all expired. */
public final class LogPruning {
  private static final int ROWS = 1000;

  private static final String PRUNE =
      """
      DELETE FROM message_log WHERE log_id IN (
        SELECT log_id FROM message_log WHERE newest_origin_ts < ? ORDER BY newest_origin_ts LIMIT ?)
      """;

  private LogPruning() {}

  /**
   * Removes some rows none of whose messages is as new as this.
   *
   * @return whether there may be more
   */
  public static boolean prune(Connection connection, Instant cutoff) throws SQLException {
    return new Query().add(PRUNE, cutoff, ROWS).update(connection) == ROWS;
  }
}
