package io.messagelogger.store.writing;

import io.messagelogger.store.Query;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Keys and recipients of rows that the service has not written itself. A message without a time is
 * found at the epoch, as the oldest; what is too long for an index cannot be asked for.
 */
public final class Keys {
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
}
