package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The key table: what makes a uuid unique, and where every list finds its messages. All who take or
 * lock keys do so in ascending order ({@link #compare}), so that they cannot wait for each other in
 * a circle.
 *
 * <p>Rows that the service has not written itself get their keys here too. A message without a time
 * is found at the epoch, as the oldest; what is too long for an index cannot be asked for.
 */
public final class Keys {
  private static final String TAKE =
      """
      INSERT INTO message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)
      SELECT * FROM unnest(?, ?::timestamptz[], ?, ?, ?)
      ON CONFLICT (message_uuid) DO NOTHING
      RETURNING message_uuid
      """;

  private static final String FIND =
      "SELECT message_uuid, origin_ts FROM message_key WHERE message_uuid = ANY (?)";

  private static final String LOCK = FIND + " ORDER BY message_uuid FOR NO KEY UPDATE";

  /** The same lock where a SELECT cannot take it, as of rows of several nodes. */
  private static final String LOCK_DISTRIBUTED =
      """
      UPDATE message_key SET message_type = message_type WHERE message_uuid = ANY (?)
      RETURNING message_uuid, origin_ts
      """;

  /** Not that of a message that is erased while it comes again. */
  private static final String MOVE =
      """
      UPDATE message_key SET origin_ts = ?, source_subject_id = ?, topic = ?, message_type = ?
       WHERE message_uuid = ? AND origin_ts IS NOT NULL
      """;

  /** Of a table's columns: where the lists find the message. */
  public static final String TIME =
      "CASE WHEN isfinite(stored.origin_ts) THEN stored.origin_ts ELSE 'epoch' END";

  public static final String VALUES =
      TIME
          + """
          , CASE WHEN octet_length(stored.source_subject_id) <= 2000 THEN stored.source_subject_id END
          , CASE WHEN octet_length(stored.topic) <= 2000 THEN stored.topic END
          , CASE WHEN octet_length(stored.message_type) <= 2000 THEN stored.message_type END
          """;

  /** From rows called {@code stored}. */
  public static final String RECIPIENTS =
      "SELECT DISTINCT subject_id, "
          + TIME
          + """
          , stored.message_uuid
            FROM stored, unnest(stored.destination_subject_ids) AS subject_id
           WHERE octet_length(subject_id) <= 2000
          """;

  private Keys() {}

  /**
   * Takes the keys that are free; waits for writers of the same ones.
   *
   * @param sorted in ascending order of their uuids, each once
   * @return the uuids whose keys were free
   */
  static Set<UUID> take(Connection connection, Collection<Incoming> sorted) throws SQLException {
    if (sorted.isEmpty()) {
      return Set.of();
    }
    List<Message> messages = sorted.stream().map(Incoming::message).toList();
    return uuids(
        connection,
        new Query()
            .add(
                TAKE,
                uuidsOf(sorted),
                new Query.Texts(messages.stream().map(m -> String.valueOf(m.originTs())).toList()),
                new Query.Texts(messages.stream().map(Message::sourceSubjectId).toList()),
                new Query.Texts(messages.stream().map(Message::topic).toList()),
                new Query.Texts(messages.stream().map(Message::messageType).toList())));
  }

  /**
   * The times of keys; null for a message that was erased, and no entry where there is no key.
   *
   * @param lock whether nobody else may change their messages to the end of the transaction
   */
  static Map<UUID, @Nullable Instant> times(
      Connection connection, Layout layout, Collection<Incoming> messages, boolean lock)
      throws SQLException {
    Map<UUID, @Nullable Instant> times = new HashMap<>();
    String sql = !lock ? FIND : layout == Layout.DISTRIBUTED ? LOCK_DISTRIBUTED : LOCK;
    try (PreparedStatement statement = new Query().add(sql, uuidsOf(messages)).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        times.put(rows.getObject(1, UUID.class), Rows.instant(rows, 2));
      }
    }
    return times;
  }

  /**
   * Gives a key that is there the values of a message.
   *
   * @return whether there is such a key, of a message that was not erased
   */
  static boolean move(Connection connection, Message message) throws SQLException {
    return new Query()
            .add(
                MOVE,
                message.originTs(),
                message.sourceSubjectId(),
                message.topic(),
                message.messageType(),
                message.messageUuid())
            .update(connection)
        == 1;
  }

  /**
   * Gives a key that is there the values of its row, and inserts the recipients.
   *
   * @param row selects the row
   * @return 1, or 0 when there is no row
   */
  public static int adopt(Connection connection, Query row) throws SQLException {
    return new Query()
        .add("WITH stored AS (")
        .add(row)
        .add("), linked AS (INSERT INTO message_destination ")
        .add(RECIPIENTS + " ON CONFLICT DO NOTHING) ")
        .add(
            "UPDATE message_key AS key SET (origin_ts, source_subject_id, topic, message_type) = ROW (")
        .add(VALUES + ") FROM stored WHERE key.message_uuid = stored.message_uuid")
        .update(connection);
  }

  static Query.Uuids uuidsOf(Collection<Incoming> messages) {
    return new Query.Uuids(messages.stream().map(i -> i.message().messageUuid()).toList());
  }

  /** The uuids that a query answers with. */
  static Set<UUID> uuids(Connection connection, Query query) throws SQLException {
    Set<UUID> uuids = new HashSet<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        uuids.add(rows.getObject(1, UUID.class));
      }
    }
    return uuids;
  }

  /**
   * Unsigned, as PostgreSQL orders them; UUID's own order is signed. Any order would do that all
   * writers share.
   */
  static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
