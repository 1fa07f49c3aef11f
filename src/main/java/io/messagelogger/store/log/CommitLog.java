package io.messagelogger.store.log;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Reads the log. Thread-safe. Every method throws {@link StoreUnavailableException} when the
 * database does not answer.
 */
@ApplicationScoped
public class CommitLog implements LogReader {
  private static final String READ =
      """
      SELECT log_id, stored_about, entries FROM message_log
       WHERE log_id >= ? AND log_id < ? ORDER BY log_id LIMIT ?
      """;

  /** Those that hold the lock; the transaction of each has a name that is not used again soon. */
  private static final String WRITERS =
      """
      SELECT virtualtransaction || '/' || coalesce(pid, 0) FROM pg_locks
       WHERE locktype = 'advisory' AND objsubid = 1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND classid = (%1$s::bigint >> 32)::oid AND objid = (%1$s::bigint & 4294967295)::oid
      """
          .formatted(LogEntries.LOCK);

  private static final String NEXT =
      "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM message_log_log_id_seq";

  /**
   * Numbers are drawn in nearly the order of the clock: the first few by the clock hold the first
   * by the number, however many writers there are.
   */
  private static final String SINCE =
      """
      SELECT min(log_id) FROM (
        SELECT log_id FROM message_log WHERE stored_about >= %s ORDER BY stored_about LIMIT 64) AS candidate
      """;

  private final Database database;

  /** The log of this database. */
  @Inject
  public CommitLog(Database database) {
    this.database = database;
  }

  @Override
  public List<LogBatch> read(long from, long before, int limit) {
    return database.read(
        connection -> {
          List<LogBatch> batches = new ArrayList<>();
          try (PreparedStatement statement =
                  new Query().add(READ, from, before, limit).prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              batches.add(
                  new LogBatch(
                      rows.getLong(1),
                      Objects.requireNonNull(Rows.instant(rows, 2)),
                      rows.getBytes(3)));
            }
          }
          return batches;
        });
  }

  @Override
  public Set<String> writers() {
    return database.read(
        connection -> {
          Set<String> writers = new HashSet<>();
          try (PreparedStatement statement = connection.prepareStatement(WRITERS);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              writers.add(rows.getString(1));
            }
          }
          return writers;
        });
  }

  @Override
  public long next() {
    return database.read(connection -> number(connection, new Query().add(NEXT), 1));
  }

  /** The place before the first message that was stored at this time or later. */
  public LogPosition since(Instant time) {
    return since(new Query().add(SINCE.formatted("?"), time));
  }

  @Override
  public LogPosition since(Duration ago) {
    return since(
        new Query()
            .add(SINCE.formatted("now() - ? * interval '1 microsecond'"), ago.toNanos() / 1000));
  }

  private LogPosition since(Query first) {
    return database.read(
        connection -> {
          long end = number(connection, new Query().add(NEXT), 1);
          return LogPosition.before(number(connection, first, end));
        });
  }

  private static long number(Connection connection, Query query, long absent) throws SQLException {
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return absent;
      }
      long number = rows.getLong(1);
      return rows.wasNull() ? absent : number;
    }
  }

  @Override
  public Map<UUID, Message> messages(List<Position> positions, Scope scope) {
    if (positions.isEmpty()) {
      return Map.of();
    }
    return database.read(
        connection -> {
          Map<UUID, Message> found = rows(connection, positions);
          // What has a place in the log and no row was erased, or is not to be seen yet. It may
          // have
          // been committed since: the rows are read again in any case.
          if (found.size() < positions.size() && database.layout() == Layout.DISTRIBUTED) {
            Unsettled.await(connection);
            found = rows(connection, positions);
          }
          found.values().removeIf(message -> !scope.holds(message));
          return found;
        });
  }

  private Map<UUID, Message> rows(Connection connection, List<Position> positions)
      throws SQLException {
    Map<UUID, Message> found = new HashMap<>();
    try (PreparedStatement statement = database.layout().rows(positions).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Message message = Rows.read(rows);
        found.put(message.messageUuid(), message);
      }
    }
    return found;
  }
}
