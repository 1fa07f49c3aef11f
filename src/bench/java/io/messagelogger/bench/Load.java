package io.messagelogger.bench;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Writes a corpus into the tables of the service, the rows that the service would write, in order
 * of time. Used by one thread.
 */
final class Load {
  private static final int SLICE = 20_000;

  private static final String INSERT =
      """
      WITH slice AS MATERIALIZED (%s),
           stored AS (INSERT INTO message_exchange (%s) SELECT %2$s FROM slice ORDER BY position),
           known AS (
             INSERT INTO message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)
             SELECT message_uuid, origin_ts, source_subject_id, topic, message_type
               FROM slice ORDER BY position)
      INSERT INTO message_destination (subject_id, origin_ts, message_uuid)
      SELECT DISTINCT subject_id, origin_ts, message_uuid
        FROM slice, unnest(destination_subject_ids) AS subject_id
      """;

  private final PrintStream out;
  private final Connection connection;
  private final Corpus corpus;

  Load(PrintStream out, Connection connection, Corpus corpus) {
    this.out = out;
    this.connection = connection;
    this.corpus = corpus;
  }

  void run() throws SQLException {
    Sql sql = new Sql(connection);
    sql.execute("SET synchronous_commit = off");
    Progress progress = new Progress(out, "loading", corpus.size());
    for (int from = 0; from < corpus.size(); from += SLICE) {
      int to = Math.min(corpus.size(), from + SLICE);
      sql.execute(INSERT.formatted(corpus.select(from, to - 1), Corpus.COLUMNS));
      progress.at(to);
    }
    for (String table : new String[] {"message_exchange", "message_key", "message_destination"}) {
      sql.execute("VACUUM (ANALYZE) " + table);
    }
    sql.checkpoint();
  }
}
