package io.messagelogger.store.schema;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Citus;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Layout;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Distributes the tables of messages over the nodes of Citus, where that is there (decision 037).
 * For a connection of the owner of the tables. Used by one thread.
 */
final class Distribution {
  private static final Logger LOG = Logger.getLogger(Distribution.class.getName());

  /** All that is known of a message, by its uuid: on one node. The first one is the main one. */
  private static final List<String> TABLES =
      List.of(
          "message_exchange",
          "message_key",
          "message_destination",
          "message_later",
          "message_erasure");

  /** What is copied within seconds, while nobody can store. */
  private static final int SMALL = 100_000;

  private static final String MIXED =
      """
      SELECT 'both' FROM pg_extension WHERE extname = 'timescaledb'
       UNION ALL SELECT 'both' WHERE current_setting('timescaledb.max_background_workers', true) IS NOT NULL
      """;

  private static final String COLUMN =
      """
      SELECT coalesce(column_to_column_name(logicalrelid, partkey), 'no column') FROM pg_dist_partition
       WHERE logicalrelid = to_regclass('message_exchange')
      """;

  private static final String COLOCATED =
      """
      SELECT count(*) FROM pg_dist_partition
       WHERE logicalrelid IN ('message_key'::regclass, 'message_destination'::regclass,
                              'message_later'::regclass, 'message_erasure'::regclass)
         AND colocationid = (SELECT colocationid FROM pg_dist_partition
                              WHERE logicalrelid = 'message_exchange'::regclass)
      """;

  private static final String WORKERS =
      """
      SELECT nullif(count(*), 0) FROM pg_dist_node
       WHERE noderole = 'primary' AND isactive AND shouldhaveshards AND groupid <> 0
      """;

  private static final String TAKEOVER =
      "SELECT source FROM message_takeover WHERE finished_at IS NULL";

  private static final String MANY =
      "SELECT message_uuid FROM message_key OFFSET " + SMALL + " LIMIT 1";

  /** Servers of this kind keep a connection for storing, older than the first of this one. */
  private static final String OTHERS =
      """
      SELECT string_agg(DISTINCT coalesce(host(client_addr), 'local'), ', ') FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'message-logger'
         AND backend_start < '%s'
      """;

  private final Connection connection;
  private final String mode;

  Distribution(Connection connection, Settings settings) {
    this.connection = connection;
    this.mode = settings.text(Setting.DB_DISTRIBUTE);
  }

  /**
   * Looks whether messages can be stored here, before the schema is made.
   *
   * @throws IllegalStateException when they cannot, with a sentence for an operator
   */
  void check() throws SQLException {
    if (Citus.version(connection) == null) {
      if (mode.equals("on")) {
        throw new IllegalStateException(
            "needs an operator: DB_DISTRIBUTE is on, but the database does not have the extension"
                + " citus; create it on every node and add the nodes, or set DB_DISTRIBUTE=auto");
      }
      return;
    }
    String column = Connections.first(connection, COLUMN);
    if (mode.equals("off") && column == null) {
      return;
    }
    if (Connections.first(connection, MIXED) != null) {
      throw new IllegalStateException(
          "needs an operator: the database has both Citus and TimescaleDB, whose tables cannot be"
              + " one; use a database with one of them, or set DB_DISTRIBUTE=off to leave Citus"
              + " aside");
    }
    if (!"t".equals(Connections.first(connection, "SELECT citus_is_coordinator()"))) {
      throw new IllegalStateException(
          "needs an operator: DB_HOST and DB_PORT lead to a worker of Citus; the coordinator is"
              + " needed");
    }
    boolean takenOver = Connections.first(connection, "SELECT to_regclass('message_key')") != null;
    if (column != null
        && (!takenOver
            || !column.equals("message_uuid")
            || !"4".equals(Connections.first(connection, COLOCATED)))) {
      throw new IllegalStateException(
          "needs an operator: message_exchange is distributed by "
              + column
              + " already, and not by the service; undistribute_table('message_exchange') first");
    }
  }

  /**
   * Distributes the tables, if that is asked for and can be done now; after {@link #check}.
   *
   * @param since when this server first came to the database, as the database tells it
   * @param exact whether rows may be copied into the tables in binary
   * @return where the rows of messages lie
   * @throws IllegalStateException when it has to be done and cannot, with a sentence for an
   *     operator
   */
  Layout distribute(String since, boolean exact) throws SQLException {
    if (Citus.version(connection) == null) {
      return Layout.PLAIN;
    }
    if (Connections.first(connection, COLUMN) != null) {
      return Layout.DISTRIBUTED;
    }
    if (mode.equals("off")) {
      return Layout.PLAIN;
    }
    String obstacle = obstacle(since, exact);
    if (obstacle == null) {
      Connections.inTransaction(
          connection,
          made -> {
            move(made);
            return Layout.DISTRIBUTED;
          });
      return Layout.DISTRIBUTED;
    }
    if (mode.equals("on") && Connections.first(connection, TAKEOVER) == null) {
      throw new IllegalStateException("needs an operator: DB_DISTRIBUTE is on, but " + obstacle);
    }
    LOG.log(
        Level.WARNING,
        "Citus is there, but the tables are not distributed: {0}; it is tried again at the next"
            + " start",
        obstacle);
    return Layout.PLAIN;
  }

  private @Nullable String obstacle(String since, boolean exact) throws SQLException {
    if (Connections.first(connection, WORKERS) == null) {
      return "no worker has been added (citus_add_node)";
    }
    if (Connections.first(connection, TAKEOVER) != null) {
      return "the rows of the Python service are taken over first";
    }
    if (!exact) {
      return "columns of message_exchange have other types than the service gives them";
    }
    String others = Connections.first(connection, OTHERS.formatted(since));
    if (others != null) {
      return "other servers are storing (%s); stop them, and start one".formatted(others);
    }
    return mode.equals("auto") && Connections.first(connection, MANY) != null
        ? "there are more than %,d messages, which takes long while nobody can store; set"
                .formatted(SMALL)
            + " DB_DISTRIBUTE=on to do it"
        : null;
  }

  private static void move(Connection connection) throws SQLException {
    Connections.execute(connection, "SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
    boolean rows = Connections.first(connection, "SELECT 1 FROM message_key LIMIT 1") != null;
    for (String table : TABLES) {
      String with = table.equals(TABLES.get(0)) ? "none" : TABLES.get(0);
      Connections.first(
          connection,
          "SELECT create_distributed_table('%s', 'message_uuid', colocate_with => '%s')"
              .formatted(table, with));
    }
    if (rows) {
      for (String table : TABLES) {
        Connections.first(
            connection,
            "SELECT truncate_local_data_after_distributing_table('%s')".formatted(table));
      }
    }
  }
}
