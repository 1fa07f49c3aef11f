package io.messagelogger.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The nodes of Citus, where the tests are given its coordinator (DB_HOST, DB_PORT) and the workers
 * are known in their database (DB_NAME). Each database is a cluster of its own. Immutable.
 *
 * @param coordinator the port of the coordinator
 */
public record CitusCluster(PGSimpleDataSource admin, int coordinator, List<Worker> workers) {

  /** A worker, by what the coordinator calls it. */
  public record Worker(String host, int port) {}

  /** The cluster behind this database; empty when it is none. */
  public static Optional<CitusCluster> of(PGSimpleDataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet there =
          statement.executeQuery("SELECT FROM pg_extension WHERE extname = 'citus'")) {
        if (!there.next()) {
          return Optional.empty();
        }
      }
      List<Worker> workers = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0 ORDER BY nodeid")) {
        while (rows.next()) {
          workers.add(new Worker(rows.getString(1), rows.getInt(2)));
        }
      }
      return workers.isEmpty()
          ? Optional.empty()
          : Optional.of(new CitusCluster(source, source.getPortNumbers()[0], workers));
    }
  }

  /** Makes a database of the coordinator one of all nodes. */
  public void spread(PGSimpleDataSource fresh) {
    String name = String.valueOf(fresh.getDatabaseName());
    try {
      for (Worker worker : workers) {
        PGSimpleDataSource there = at(worker, String.valueOf(admin.getDatabaseName()));
        execute(there, "CREATE DATABASE " + name);
        execute(at(worker, name), "CREATE EXTENSION citus");
      }
      execute(fresh, "CREATE EXTENSION citus");
      execute(fresh, "SELECT citus_set_coordinator_host('localhost', %d)".formatted(coordinator));
      for (Worker worker : workers) {
        execute(fresh, "SELECT citus_add_node('%s', %d)".formatted(worker.host(), worker.port()));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Drops a database on the workers. */
  public void drop(String name) {
    try {
      for (Worker worker : workers) {
        execute(
            at(worker, String.valueOf(admin.getDatabaseName())),
            "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private PGSimpleDataSource at(Worker worker, String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {worker.host()});
    source.setPortNumbers(new int[] {worker.port()});
    source.setDatabaseName(database);
    source.setUser(admin.getUser());
    source.setPassword(admin.getPassword());
    return source;
  }

  private static void execute(PGSimpleDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
