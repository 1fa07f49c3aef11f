package io.messagelogger.bench;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What the messages take on the disk, in bytes. Immutable.
 *
 * @param rows message_exchange without its indexes
 * @param indexes those of message_exchange
 * @param keys message_key with its indexes
 * @param destinations message_destination with its indexes
 */
record DiskSizes(long rows, long indexes, long keys, long destinations) {

  /** Those of a database now. */
  static DiskSizes of(Connection connection) throws SQLException {
    Sql sql = new Sql(connection);
    long rows;
    long indexes;
    if (Compression.hypertable(sql)) {
      String detailed = " FROM hypertable_detailed_size('message_exchange')";
      rows = sql.number("SELECT sum(total_bytes - index_bytes)" + detailed);
      indexes = sql.number("SELECT sum(index_bytes)" + detailed);
    } else {
      rows = sql.number("SELECT pg_table_size('message_exchange')");
      indexes = sql.number("SELECT pg_indexes_size('message_exchange')");
    }
    return new DiskSizes(
        rows,
        indexes,
        sql.number("SELECT pg_total_relation_size('message_key')"),
        sql.number("SELECT pg_total_relation_size('message_destination')"));
  }

  long total() {
    return rows + indexes + keys + destinations;
  }
}
