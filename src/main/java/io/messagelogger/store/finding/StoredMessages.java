package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the rows of messages as they are shown, on a connection of the caller. Thread-safe. */
final class StoredMessages {
  private static final String FIND_KEY = "SELECT origin_ts FROM message_key WHERE message_uuid = ?";

  private static final String SHOWN =
      """
      SELECT message_uuid, origin_ts, ack_ts,
             CASE WHEN octet_length(data) > ?
                  THEN json_build_object('not_shown', format('%s bytes of JSON; at most %s are shown', octet_length(data), ?::int))::text
                  ELSE data END,
             source_subject_id, destination_subject_ids, topic, message_type,
             CASE WHEN octet_length(metadata) > ?
                  THEN json_build_object('not_shown', format('%s bytes of JSON; at most %s are shown', octet_length(metadata), ?::int))::text
                  ELSE metadata END
        FROM (SELECT message_uuid, origin_ts, ack_ts, message_data::text AS data, source_subject_id,
                     destination_subject_ids, topic, message_type, message_metadata::text AS metadata
                FROM (
      """;

  /** What every message may have that is shown, however small messages must be. */
  private static final int LEAST_SHOWN = 4 << 20;

  private final Database database;
  private final int maxShown;

  StoredMessages(Database database, Settings settings) {
    this.database = database;
    // jsonb puts blanks between, and writes exponents out.
    this.maxShown = Math.max(LEAST_SHOWN, 3 * settings.count(Setting.MAX_MESSAGE_BYTES));
  }

  /** The message with this uuid; empty when there is none, or none within the scope. */
  Optional<Message> find(Connection connection, UUID uuid, Scope scope) throws SQLException {
    if (database.layout().byUuid()) {
      return find(connection, uuid, null, scope);
    }
    Instant time = instant(connection, FIND_KEY, uuid);
    Optional<Message> found = find(connection, uuid, time, scope);
    if (found.isEmpty() && time == null) {
      // It may have been taken over meanwhile: away from where we looked, with a key.
      time = instant(connection, FIND_KEY, uuid);
      return time == null ? found : find(connection, uuid, time, scope);
    }
    return found;
  }

  private Optional<Message> find(
      Connection connection, UUID uuid, @Nullable Instant time, Scope scope) throws SQLException {
    Query row = database.layout().row(uuid, time);
    if (!scope.all()) {
      row = new Query().add("SELECT * FROM (").add(row).add(") AS m WHERE true");
      for (Criterion criterion : Within.scope(Filter.ALL, scope).criteria()) {
        row.add(" AND ").add(Check.ofRow(criterion));
      }
    }
    try (PreparedStatement statement = shown(row).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(Rows.read(rows)) : Optional.empty();
    }
  }

  /** The time that a statement gives for a uuid; null for none. */
  static @Nullable Instant instant(Connection connection, String sql, UUID uuid)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, uuid);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Rows.instant(rows, 1) : null;
      }
    }
  }

  /** Those at these positions that are there, in this order. */
  List<Message> messages(Connection connection, List<Position> edges) throws SQLException {
    if (edges.isEmpty()) {
      return List.of();
    }
    Map<UUID, Message> found = new HashMap<>();
    try (PreparedStatement statement = shown(database.layout().rows(edges)).prepare(connection)) {
      collect(statement, found);
    }
    return edges.stream()
        .map(edge -> found.get(edge.messageUuid()))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * The times and uuids of positions and, beside each, its row as it is shown, in this order. Only
   * where {@code message_exchange} is a plain table.
   *
   * @param positions a statement of times and uuids
   * @param limit how many it has at most
   */
  Query beside(Query positions, Order order, int limit) {
    return Neighbours.keys(positions, limit)
        .add(shown("key_ts, key_uuid, ", Neighbours.rows(order, limit), order.ofColumns()));
  }

  /**
   * The rows with what is too large to be shown said in its place: numbers of rows of before 1.1
   * may be written out to hundreds of megabytes. OFFSET 0 makes the text once.
   */
  private Query shown(Query rows) {
    return shown("", rows, "");
  }

  /**
   * The same, with more columns in front.
   *
   * @param more their names, each with a comma
   * @param ordered how the rows are ordered; said at each step, the planner sorts once
   */
  private Query shown(String more, Query rows, String ordered) {
    return new Query()
        .add(
            SHOWN.replace("SELECT message_uuid", "SELECT " + more + "message_uuid"),
            maxShown,
            maxShown,
            maxShown,
            maxShown)
        .add(rows)
        .add(") AS stored" + ordered + " OFFSET 0) AS printed" + ordered);
  }

  private static void collect(PreparedStatement statement, Map<UUID, Message> found)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Message message = Rows.read(rows);
        found.put(message.messageUuid(), message);
      }
    }
  }
}
