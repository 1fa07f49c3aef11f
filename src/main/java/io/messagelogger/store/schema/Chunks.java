package io.messagelogger.store.schema;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of the hypertable: how long they are, when they are compressed, which have expired.
 * For a connection of the owner of the tables. Used by one thread.
 *
 * <p>Compressing is left to TimescaleDB's own job, which also compresses again what late messages
 * have changed. It is under TimescaleDB's community licence, which some builds lack; hypertables
 * and dropping chunks are not.
 */
public final class Chunks {
  private static final Logger LOG = Logger.getLogger(Chunks.class.getName());

  private static final String INTERVAL =
      """
      SELECT extract(epoch FROM time_interval)::bigint FROM timescaledb_information.dimensions
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
      """;

  private static final String COMPRESSION_ENABLED =
      """
      SELECT 'on' FROM timescaledb_information.hypertables
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
         AND compression_enabled
      """;

  /** In order of time, so that a message is one of the thousand beside it. */
  private static final String ENABLE_COMPRESSION =
      """
      ALTER TABLE message_exchange SET (timescaledb.compress, timescaledb.compress_segmentby = '',
        timescaledb.compress_orderby = 'origin_ts DESC, message_uuid')
      """;

  private static final String COMPRESSED_AFTER =
      """
      SELECT extract(epoch FROM (config ->> 'compress_after')::interval)::bigint
        FROM timescaledb_information.jobs
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
         AND config ->> 'compress_after' IS NOT NULL
      """;

  /** Each takes ten locks and more to drop, of the thousands that a server has. */
  private static final int CHUNKS_AT_ONCE = 20;

  private static final String FIRST_EXPIRED =
      """
      SELECT max(range_end) FROM (
        SELECT range_end FROM timescaledb_information.chunks
         WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
           AND range_end <= ?
         ORDER BY range_end LIMIT ?) AS first
      """;

  private static final String EXPIRED =
      """
      SELECT max(range_end) FROM timescaledb_information.chunks
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
         AND range_end <= ?
      """;

  private static final String LOCK_EXPIRED =
      """
      DO $$
      DECLARE
        chunk regclass;
      BEGIN
        FOR chunk IN SELECT show_chunks('message_exchange', older_than => '%s'::timestamptz) LOOP
          EXECUTE format('LOCK TABLE %%s IN SHARE ROW EXCLUSIVE MODE', chunk);
        END LOOP;
      END
      $$
      """;

  private final Connection connection;

  public Chunks(Connection connection) {
    this.connection = connection;
  }

  /**
   * Sets what the settings say.
   *
   * @return what holds now, for the log
   */
  public String configure(Settings settings) throws SQLException {
    long interval = settings.span(Setting.CHUNK_INTERVAL).orElseThrow().toSeconds();
    if (!Long.toString(interval).equals(Connections.first(connection, INTERVAL))) {
      Connections.first(
          connection,
          "SELECT set_chunk_time_interval('message_exchange', interval '%d s')"
              .formatted(interval));
    }
    return " in chunks of "
        + settings.text(Setting.CHUNK_INTERVAL)
        + compress(settings.span(Setting.COMPRESS_AFTER), settings.text(Setting.COMPRESS_AFTER));
  }

  private String compress(Optional<Duration> after, String text) throws SQLException {
    String licence =
        Connections.first(connection, "SELECT current_setting('timescaledb.license', true)");
    if (!"timescale".equals(licence)) {
      return after.isPresent()
          ? "; not compressed: its licence is " + licence + ", compression needs timescale"
          : "";
    }
    String now = Connections.first(connection, COMPRESSED_AFTER);
    String then = after.map(span -> Long.toString(span.toSeconds())).orElse(null);
    if (!java.util.Objects.equals(now, then)) {
      if (now != null) {
        Connections.first(connection, "SELECT remove_compression_policy('message_exchange')");
      }
      if (then != null) {
        if (Connections.first(connection, COMPRESSION_ENABLED) == null) {
          Connections.execute(connection, ENABLE_COMPRESSION);
        }
        Connections.first(
            connection,
            "SELECT add_compression_policy('message_exchange', interval '%s s')".formatted(then));
      }
      LOG.log(Level.INFO, "Chunks are compressed after: {0}", text);
    }
    return after.isPresent() ? ", compressed after " + text : "";
  }

  /** The end of the newest chunk that holds nothing newer than this; null when there is none. */
  public @Nullable Instant expired(Instant cutoff) throws SQLException {
    return instant(new Query().add(EXPIRED, cutoff));
  }

  /** The end of the oldest of those, of as many as may be dropped in one transaction. */
  public @Nullable Instant firstExpired(Instant cutoff) throws SQLException {
    return instant(new Query().add(FIRST_EXPIRED, cutoff, CHUNKS_AT_ONCE));
  }

  private @Nullable Instant instant(Query query) throws SQLException {
    try (var statement = query.prepare(connection);
        var rows = statement.executeQuery()) {
      return rows.next() ? Rows.instant(rows, 1) : null;
    }
  }

  /**
   * Waits for those who write into expired chunks, and lets nobody do so to the transaction's end.
   */
  public void lock(Instant cutoff) throws SQLException {
    Connections.execute(connection, LOCK_EXPIRED.formatted(cutoff));
  }

  /** Drops them; returns how many. */
  public int drop(Instant cutoff) throws SQLException {
    try (var statement =
            new Query()
                .add(
                    "SELECT count(*) FROM drop_chunks('message_exchange', older_than => ?)", cutoff)
                .prepare(connection);
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
