package io.messagelogger.store.upkeep;

import io.messagelogger.store.Compressed;
import io.messagelogger.store.Connections.Question;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.rollup.Marks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Erases a message for good: its row, its recipients and all but the uuid of its key. That it was
 * erased, and when, is on record, and the same message is not stored again when it comes again. A
 * row that is compressed is shown to nobody from then on, and is deleted within a minute by {@link
 * Folding}. Thread-safe.
 */
@ApplicationScoped
public class Erasure {
  private static final String TAKE_KEY =
      "INSERT INTO message_key (message_uuid) VALUES (?) ON CONFLICT DO NOTHING";

  private static final String LOCK_KEY =
      "SELECT origin_ts FROM message_key WHERE message_uuid = ? FOR UPDATE";

  private static final String UNLINK =
      """
      DELETE FROM message_destination
       WHERE message_uuid = ? AND origin_ts = ?
         AND subject_id IN (SELECT unnest(destination_subject_ids) FROM (
      """;

  private static final String EMPTY_KEY =
      """
      UPDATE message_key SET origin_ts = NULL, source_subject_id = NULL, topic = NULL, message_type = NULL
       WHERE message_uuid = ?
      """;

  private static final String RECORD =
      "INSERT INTO message_erasure (message_uuid) VALUES (?) ON CONFLICT DO NOTHING";

  /** The row is compressed; {@link Folding} deletes it. */
  private static final String DELETE_LATER =
      """
      INSERT INTO message_later (message_uuid, origin_ts, erased) VALUES (?, ?, true)
      ON CONFLICT (message_uuid) DO UPDATE SET ack_ts = NULL, erased = true
      """;

  private static final String FORGET_LATER =
      "UPDATE message_later SET ack_ts = NULL, erased = true WHERE message_uuid = ?";

  private final Database database;

  /** Of this database. */
  @Inject
  public Erasure(Database database) {
    this.database = database;
  }

  /**
   * Erases it.
   *
   * @return whether there was such a message, now or before it was erased
   * @throws StoreUnavailableException when the database does not answer
   */
  @Transactional(rollbackOn = Exception.class)
  public boolean erase(UUID uuid) {
    Question<Boolean> question = connection -> erase(connection, uuid);
    return database.ask(question);
  }

  private boolean erase(Connection connection, UUID uuid) throws SQLException {
    database.layout().planForValues(connection);
    Query row = database.layout().row(uuid, null);
    // A row that is not taken over yet has no key; taking one keeps everybody else away from it.
    boolean hadNone =
        exists(connection, row) && new Query().add(TAKE_KEY, uuid).update(connection) == 1;
    Instant time = null;
    if (!hadNone) {
      try (PreparedStatement statement = new Query().add(LOCK_KEY, uuid).prepare(connection);
          ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return false;
        }
        time = Rows.instant(rows, 1);
      }
      if (time == null) {
        return true; // erased before
      }
    }
    if (time != null) {
      new Query()
          .add(UNLINK, uuid, time)
          .add(database.layout().row(uuid, time))
          .add(") AS stored)")
          .update(connection);
    }
    boolean later =
        time != null
            && database.layout() == Layout.HYPERTABLE
            && Compressed.among(connection, List.of(time)).holds(time);
    for (Query delete : database.layout().delete(uuid, later ? null : time)) {
      delete.update(connection);
    }
    if (later) {
      new Query().add(DELETE_LATER, uuid, time).update(connection);
    } else {
      new Query().add(FORGET_LATER, uuid).update(connection);
    }
    new Query().add(EMPTY_KEY, uuid).update(connection);
    Marks.mark(connection, Collections.singleton(time), Instant.MAX);
    new Query().add(RECORD, uuid).update(connection);
    return true;
  }

  private static boolean exists(Connection connection, Query row) throws SQLException {
    try (PreparedStatement statement = row.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }
}
