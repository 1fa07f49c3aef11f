package io.messagelogger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the coordinator of Citus tells of its nodes and shards (decision 037). Stateless. */
public final class Citus {
  private static final String VERSION =
      "SELECT extversion FROM pg_extension WHERE extname = 'citus'";

  private static final String NODES =
      """
      SELECT nodename, nodeport, groupid = 0, isactive,
             (SELECT count(*) FROM pg_dist_placement AS placed
                JOIN pg_dist_shard AS shard USING (shardid)
               WHERE placed.groupid = node.groupid AND shard.logicalrelid = 'message_exchange'::regclass)
        FROM pg_dist_node AS node WHERE noderole = 'primary' ORDER BY groupid
      """;

  private static final String SILENT =
      """
      SELECT string_agg(nodename || ':' || nodeport, ', ' ORDER BY groupid) FROM pg_dist_node
       WHERE noderole = 'primary' AND isactive AND shouldhaveshards AND groupid <> 0
         AND NOT citus_check_connection_to_node(nodename, nodeport)
      """;

  /** Statistics of a distributed table are those of its shards; the coordinator's say 0. */
  private static final String KEYS =
      "SELECT greatest(reltuples, 0) AS n FROM pg_class WHERE oid = '%1$s'::regclass";

  /** A command for each node, that makes one of the shards there; with one connection each. */
  private static final String ON_SHARDS =
      """
      SELECT r.node_name || ':' || r.node_port, r.success, r.result
        FROM (SELECT array_agg(nodename) AS names, array_agg(nodeport) AS ports, array_agg(command) AS commands
                FROM (SELECT node.nodename, node.nodeport,
                             ? || string_agg('(' || format(?, shard_name(shard.logicalrelid, shard.shardid)) || ')',
                                             ' UNION ALL ') || ? AS command
                        FROM pg_dist_shard AS shard
                        JOIN pg_dist_placement AS placed USING (shardid)
                        JOIN pg_dist_node AS node ON node.groupid = placed.groupid AND node.noderole = 'primary'
                       WHERE shard.logicalrelid = ?::regclass AND placed.shardstate = 1
                       GROUP BY node.nodename, node.nodeport) AS of_node) AS of_all
       CROSS JOIN master_run_on_worker(names, ports, commands, true) AS r
      """;

  private static final String PREPARED =
      """
      SELECT nodename || ':' || nodeport, success, result FROM run_command_on_workers($$
        SELECT coalesce(string_agg(gid, ' '), '') FROM pg_prepared_xacts
         WHERE starts_with(gid, 'citus_') AND database = current_database()$$)
      """;

  private static final String NO_CONNECTION = "08006";

  private Citus() {}

  /**
   * A node.
   *
   * @param name under which the coordinator reaches it
   * @param coordinator whether it is the coordinator itself
   * @param active whether it takes part
   * @param shards of message_exchange that it holds
   */
  public record Node(String name, int port, boolean coordinator, boolean active, long shards) {}

  /** The version of the extension in this database; null where it is not. */
  public static @Nullable String version(Connection connection) throws SQLException {
    return Connections.first(connection, VERSION);
  }

  /** The nodes, the coordinator first if it is one of them. */
  public static List<Node> nodes(Connection connection) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(NODES);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        nodes.add(
            new Node(
                rows.getString(1),
                rows.getInt(2),
                rows.getBoolean(3),
                rows.getBoolean(4),
                rows.getLong(5)));
      }
    }
    return nodes;
  }

  /** The nodes that the coordinator does not reach, for people; null when it reaches all. */
  static @Nullable String silent(Connection connection) throws SQLException {
    return Connections.first(connection, SILENT);
  }

  /** About how many keys there are, as far as the shards have been analysed. */
  public static double keys(Connection connection) throws SQLException {
    return onShards(connection, "message_key", "SELECT sum(n) FROM (", KEYS, ") AS shards").stream()
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  /**
   * Asks each node of the shards that it holds.
   *
   * @param command answers of one shard, whose name is put in the place of {@code %1$s}
   * @param before what begins the statement that makes one answer of those
   * @param after what ends it
   * @return the answers, one a node
   * @throws SQLException also when a node does not answer
   */
  public static List<String> onShards(
      Connection connection, String table, String before, String command, String after)
      throws SQLException {
    return answers(new Query().add(ON_SHARDS, before, command, after, table), connection);
  }

  /**
   * Transactions that workers have prepared and that have neither been committed there nor rolled
   * back. The coordinator commits first, and tells the workers then: what is in one of these may be
   * in the log already, and is not to be seen yet.
   *
   * @throws SQLException also when a worker does not answer
   */
  public static Set<String> prepared(Connection connection) throws SQLException {
    Set<String> names = new HashSet<>();
    for (String answer : answers(new Query().add(PREPARED), connection)) {
      for (String name : answer.split(" ", -1)) {
        if (!name.isEmpty()) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static List<String> answers(Query query, Connection connection) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        if (!rows.getBoolean(2)) {
          throw new SQLException(
              "node %s of Citus did not answer: %s".formatted(rows.getString(1), rows.getString(3)),
              NO_CONNECTION);
        }
        answers.add(rows.getString(3));
      }
    }
    return answers;
  }
}
