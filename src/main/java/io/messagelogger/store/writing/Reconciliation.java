package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.letters.DeadLetter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells copies of stored messages from conflicts, and fills in what a copy knows and the stored row
 * does not. Used by one thread, once.
 */
final class Reconciliation {
  private static final String SAME =
      """
      SELECT ack_ts,
             origin_ts IS NOT DISTINCT FROM ?
             AND message_data IS NOT DISTINCT FROM ?::jsonb
             AND source_subject_id IS NOT DISTINCT FROM ?
             AND destination_subject_ids IS NOT DISTINCT FROM ?
             AND topic IS NOT DISTINCT FROM ?
             AND message_type IS NOT DISTINCT FROM ?
             AND message_metadata IS NOT DISTINCT FROM ?::jsonb
        FROM (
      """;

  private final Connection connection;
  private final Layout layout;
  private final Storing storing;
  private final Set<Integer> duplicates = new TreeSet<>();
  private final List<DeadLetter> conflicts = new ArrayList<>();

  /** Stores rows whose keys are taken; answers with those of which there is a row already. */
  @FunctionalInterface
  interface Storing {
    List<Incoming> store(List<Incoming> fresh) throws SQLException;
  }

  /**
   * @param storing stores again what somebody has deleted
   */
  Reconciliation(Connection connection, Layout layout, Storing storing) {
    this.connection = connection;
    this.layout = layout;
    this.storing = storing;
  }

  /** The positions of the messages that were stored before with the same content. */
  Set<Integer> duplicates() {
    return duplicates;
  }

  /** The messages under whose uuid another message is stored. */
  List<DeadLetter> conflicts() {
    return conflicts;
  }

  /**
   * Reconciles messages whose keys are taken with what is stored.
   *
   * @param known in ascending order of their uuids
   */
  void reconcile(List<Incoming> known) throws SQLException {
    if (known.isEmpty()) {
      return;
    }
    Map<UUID, @Nullable Instant> times = Keys.times(connection, known);
    for (Incoming incoming : known) {
      Message message = incoming.message();
      Instant time = times.get(message.messageUuid());
      if (time == null) {
        if (!times.containsKey(message.messageUuid())) {
          throw gone();
        }
        duplicates.add(incoming.position()); // it was erased, and stays so
        continue;
      }
      Comparison comparison = compare(message, time);
      if (comparison == null) {
        restore(incoming);
        times.put(message.messageUuid(), message.originTs());
      } else if (!comparison.same() || !agree(comparison.ackTs(), message.ackTs())) {
        conflicts.add(conflict(incoming));
      } else {
        if (comparison.ackTs() == null && message.ackTs() != null) {
          acknowledge(message, time);
        }
        duplicates.add(incoming.position());
      }
    }
  }

  private static boolean agree(@Nullable Instant stored, @Nullable Instant incoming) {
    return stored == null || incoming == null || stored.equals(incoming);
  }

  /** Stores a message whose row somebody has deleted and whose key is still there. */
  private void restore(Incoming incoming) throws SQLException {
    Message message = incoming.message();
    if (!Keys.move(connection, message) || !storing.store(List.of(incoming)).isEmpty()) {
      throw gone();
    }
  }

  /** Another transaction was faster; the batch is tried again. */
  private static IllegalStateException gone() {
    return new IllegalStateException("a key or a row has gone while its message was stored");
  }

  private record Comparison(@Nullable Instant ackTs, boolean same) {}

  private @Nullable Comparison compare(Message message, Instant time) throws SQLException {
    Query query =
        new Query()
            .add(
                SAME,
                message.originTs(),
                message.messageData(),
                message.sourceSubjectId(),
                new Query.Texts(message.destinationSubjectIds()),
                message.topic(),
                message.messageType(),
                message.messageMetadata())
            .add(layout.row(message.messageUuid(), time))
            .add(") AS stored");
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? new Comparison(Rows.instant(rows, 1), rows.getBoolean(2)) : null;
    }
  }

  private void acknowledge(Message message, Instant time) throws SQLException {
    int updated = 0;
    for (Query row : layout.update("ack_ts = ?", message.ackTs(), message.messageUuid(), time)) {
      updated += row.add(" AND ack_ts IS NULL").update(connection);
    }
    if (updated != 1) {
      throw gone();
    }
  }

  private static DeadLetter conflict(Incoming incoming) {
    return new DeadLetter(
        incoming.position(),
        incoming.payload(),
        DeadLetter.Kind.CONFLICT,
        "conflict: another message with the uuid %s is stored already"
            .formatted(incoming.message().messageUuid()),
        null,
        1);
  }
}
