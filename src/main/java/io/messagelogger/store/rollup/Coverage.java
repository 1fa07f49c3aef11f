package io.messagelogger.store.rollup;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which hours are counted. Immutable.
 *
 * @param from the first
 * @param until after the last
 * @param dirty those between whose counts do not hold any more
 */
public record Coverage(long from, long until, NavigableSet<Long> dirty) {
  /** No hour. */
  public static final Coverage NONE = new Coverage(0, 0, new TreeSet<>());

  /** With more of them nobody has come to count for a while. */
  private static final int MOST_MARKS = 1_000;

  private static final int MOST_DIRTY = 5_000;

  private static final String READ =
      """
      WITH mark AS MATERIALIZED (SELECT hours FROM message_rollup_mark LIMIT %d),
           dirty AS MATERIALIZED (SELECT hour FROM message_rollup_dirty LIMIT %d)
      SELECT covered_from, covered_until,
             (SELECT count(*) FROM mark), (SELECT count(*) FROM dirty),
             ARRAY(SELECT hour FROM dirty UNION SELECT unnest(hours) FROM mark)
        FROM message_rollup_state
      """
          .formatted(MOST_MARKS + 1, MOST_DIRTY + 1);

  /** What holds now, in one statement: an hour must not get clean and dirty again in between. */
  public static Coverage read(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()
          || row.getObject(1) == null
          || row.getInt(3) > MOST_MARKS
          || row.getInt(4) > MOST_DIRTY) {
        return NONE;
      }
      Array dirty = row.getArray(5);
      return new Coverage(
          row.getLong(1), row.getLong(2), new TreeSet<>(Arrays.asList((Long[]) dirty.getArray())));
    }
  }
}
