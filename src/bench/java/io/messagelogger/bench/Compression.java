package io.messagelogger.bench;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** TimescaleDB's compression of the older messages. Used by one thread. */
final class Compression {
  private static final String HYPERTABLE =
      """
      SELECT EXISTS (SELECT FROM timescaledb_information.hypertables
                      WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass
                            = 'message_exchange'::regclass%s)
      """;

  private static final String ENABLE =
      """
      ALTER TABLE message_exchange SET (timescaledb.compress,
        timescaledb.compress_orderby = 'origin_ts DESC, message_uuid',
        timescaledb.compress_segmentby = '')
      """;

  private static final String OLD_CHUNKS =
      "SELECT c::text FROM show_chunks('message_exchange', older_than => now() - interval '7 days') AS c";

  private Compression() {}

  /** Whether message_exchange is a hypertable. */
  static boolean hypertable(Sql sql) throws SQLException {
    return sql.timescaleVersion() != null && sql.holds(HYPERTABLE.replace("%s", ""));
  }

  /** Whether the database can compress; TimescaleDB's licence says. */
  static boolean possible(Sql sql) throws SQLException {
    return hypertable(sql) && "timescale".equals(sql.text("SHOW timescaledb.license"));
  }

  /** Compresses every chunk that is older than seven days; returns how many. */
  static int run(PrintStream out, Connection connection) throws SQLException {
    Sql sql = new Sql(connection);
    if (!sql.holds(HYPERTABLE.replace("%s", " AND compression_enabled"))) {
      sql.execute(ENABLE);
    }
    List<String> chunks = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(OLD_CHUNKS)) {
      while (rows.next()) {
        chunks.add(rows.getString(1));
      }
    }
    Progress progress = new Progress(out, "compressing chunks", chunks.size());
    int done = 0;
    try (PreparedStatement compress =
        connection.prepareStatement(
            "SELECT compress_chunk(?::regclass, if_not_compressed => true)")) {
      for (String chunk : chunks) {
        compress.setString(1, chunk);
        compress.execute();
        progress.at(++done);
      }
    }
    sql.execute("VACUUM (ANALYZE) message_exchange");
    sql.checkpoint();
    return done;
  }
}
