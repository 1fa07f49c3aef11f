package io.messagelogger.store.rollup;

import io.messagelogger.store.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Notes, in the transaction of a change, which hours must be counted anew. A row is added and none
 * changed, so nobody waits for anybody. Stateless.
 */
public final class Marks {
  private static final String MARK = "INSERT INTO message_rollup_mark (hours) VALUES (?)";

  /** Of rows called {@code changed}, in the statement that changes them. */
  public static final String MARK_CHANGED =
      """
      INSERT INTO message_rollup_mark (hours)
      SELECT array_agg(DISTINCT floor(extract(epoch FROM origin_ts) / 3600)::bigint)
        FROM changed WHERE origin_ts IS NOT NULL HAVING count(origin_ts) > 0
      """;

  private Marks() {}

  /**
   * Marks the hours of messages, but not those that have not ended: nobody has counted them yet. To
   * be called after the transaction has changed something, with a clock that is read after that:
   * who counts relies on it ({@code store.upkeep.Settling}).
   *
   * @param times of the messages; the epoch when one has none
   * @param now by the database's clock; {@link Instant#MAX} to mark every hour
   */
  public static void mark(
      Connection connection, Collection<? extends @Nullable Instant> times, Instant now)
      throws SQLException {
    TreeSet<Long> hours = new TreeSet<>();
    for (Instant time : times) {
      long hour = Hours.of(time == null ? Instant.EPOCH : time);
      if (!Hours.start(hour + 1).isAfter(now)) {
        hours.add(hour);
      }
    }
    if (!hours.isEmpty()) {
      new Query().add(MARK, new Query.Longs(List.copyOf(hours))).update(connection);
    }
  }
}
