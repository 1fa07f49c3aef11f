package io.messagelogger.store.finding;

import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Rows of messages that follow each other in time. Most of them lie beside each other in a plain
 * table, as they were written: what lies between those at the ends is read in one go, which takes a
 * fraction of looking for each in the index. What is not there is looked for, and where the ends
 * are far from each other, all of it. Stateless.
 */
final class Neighbours {
  /** How many at each end show where the others lie. */
  private static final int ENDS = 10;

  /** As many rows as a block has at least where the ends are near: most have thrice as many. */
  private static final int ROWS_A_BLOCK = 4;

  private static final String KEYS = "WITH keys AS MATERIALIZED (";

  private static final String SPAN =
      """
      ), span AS MATERIALIZED (
        SELECT min(row.ctid) AS low,
               CASE WHEN (max(row.ctid)::text::point)[0] - (min(row.ctid)::text::point)[0] <= ?
                    THEN max(row.ctid) ELSE '(0,0)' END AS high
          FROM ((SELECT message_uuid FROM keys LIMIT ?)
                UNION ALL (SELECT message_uuid FROM keys OFFSET ?)) AS ends
         CROSS JOIN LATERAL (SELECT stored.ctid FROM message_exchange AS stored
                              WHERE stored.message_uuid = ends.message_uuid OFFSET 0) AS row)
      """;

  /** The columns of a row that was found in one way or the other. */
  private static final String EITHER =
      Arrays.stream(Rows.COLUMNS.split(", "))
          .map(column -> "coalesce(near.%1$s, far.%1$s) AS %1$s".formatted(column))
          .collect(
              Collectors.joining(
                  ", ", "SELECT k.origin_ts AS key_ts, k.message_uuid AS key_uuid, ", ""));

  private static final String FOUND =
      """
        FROM keys AS k
        LEFT JOIN (SELECT * FROM message_exchange
                    WHERE ctid >= (SELECT low FROM span) AND ctid <= (SELECT high FROM span)
                    LIMIT ?) AS near ON near.message_uuid = k.message_uuid
        LEFT JOIN LATERAL (SELECT * FROM message_exchange AS stored
                            WHERE near.message_uuid IS NULL AND stored.message_uuid = k.message_uuid
                           OFFSET 0) AS far ON true
      """;

  private Neighbours() {}

  /**
   * What the rows are selected from: goes before the statement that has them.
   *
   * @param positions a statement of times and uuids
   * @param limit how many it has at most
   */
  static Query keys(Query positions, int limit) {
    return new Query()
        .add(KEYS)
        .add(positions)
        .add(SPAN, limit / ROWS_A_BLOCK, ENDS, Math.max(0, limit - ENDS));
  }

  /**
   * The rows in order, each behind the time and the uuid of its key, and null where it has none.
   */
  static Query rows(Order order, int limit) {
    return new Query().add(EITHER).add(FOUND, 2 * limit).add(order.clause("k.")).add(" OFFSET 0");
  }
}
