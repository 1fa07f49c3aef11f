package io.messagelogger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which times lie in chunks that are compressed, wholly or in part. A chunk may be compressed a
 * moment later, so this saves work and proves nothing. Immutable.
 */
public final class Compressed {
  private static final String CHUNKS =
      """
      SELECT range_start, range_end FROM timescaledb_information.chunks
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
         AND is_compressed AND range_end > ? AND range_start <= ?
      """;

  private final NavigableMap<Instant, Instant> ends;

  private Compressed(NavigableMap<Instant, Instant> ends) {
    this.ends = ends;
  }

  /**
   * The chunks that may hold these times.
   *
   * @param times at least one
   */
  public static Compressed among(Connection connection, Collection<Instant> times)
      throws SQLException {
    NavigableMap<Instant, Instant> ends = new TreeMap<>();
    try (PreparedStatement statement =
            new Query()
                .add(CHUNKS, Collections.min(times), Collections.max(times))
                .prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        ends.put(Rows.instant(rows, 1), Rows.instant(rows, 2));
      }
    }
    return new Compressed(ends);
  }

  /** Whether a row of this time may be compressed. */
  public boolean holds(Instant time) {
    var chunk = ends.floorEntry(time);
    return chunk != null && time.isBefore(chunk.getValue());
  }

  /** Whether such a chunk begins after one time and not after another. */
  public boolean between(Instant from, Instant to) {
    return !ends.subMap(from, false, to, true).isEmpty();
  }
}
