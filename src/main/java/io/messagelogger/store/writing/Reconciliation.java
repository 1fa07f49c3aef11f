package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells copies of stored messages from conflicts, and fills in what a copy knows and the stored row
 * does not. Used by one thread, once.
 */
final class Reconciliation {
  private static final String COMPARE =
      """
      SELECT incoming.number, stored.ack_ts,
             stored.origin_ts IS NOT DISTINCT FROM incoming.origin_ts
             AND stored.message_data::jsonb IS NOT DISTINCT FROM incoming.message_data::jsonb
             AND stored.source_subject_id IS NOT DISTINCT FROM incoming.source_subject_id
             AND stored.destination_subject_ids::text[] IS NOT DISTINCT FROM incoming.destinations::text[]
             AND stored.topic IS NOT DISTINCT FROM incoming.topic
             AND stored.message_type IS NOT DISTINCT FROM incoming.message_type
             AND stored.message_metadata::jsonb IS NOT DISTINCT FROM incoming.message_metadata::jsonb
        FROM unnest(?, ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
             WITH ORDINALITY AS incoming (message_uuid, origin_ts, message_data, source_subject_id, destinations,
                                          topic, message_type, message_metadata, number)
        JOIN (
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
    layout.planForValues(connection);
    List<Incoming> left = known;
    while (!left.isEmpty()) {
      left = pass(left);
    }
  }

  /** Answers with copies of messages that it stored again: they are compared with these next. */
  private List<Incoming> pass(List<Incoming> known) throws SQLException {
    // Whoever fills in an acknowledgement is the only one who does, and nobody erases it meanwhile.
    boolean lock = known.stream().anyMatch(incoming -> incoming.message().ackTs() != null);
    Map<UUID, @Nullable Instant> times = Keys.times(connection, layout, known, lock);
    Map<Integer, Comparison> comparisons = compare(known, times);
    Map<UUID, Acknowledgements.Fact> facts = new LinkedHashMap<>();
    Set<UUID> restored = new HashSet<>();
    List<Incoming> again = new ArrayList<>();
    for (Incoming incoming : known) {
      Message message = incoming.message();
      UUID uuid = message.messageUuid();
      Comparison comparison = comparisons.get(incoming.position());
      Instant time = times.get(uuid);
      if (!times.containsKey(uuid)) {
        throw gone();
      } else if (time == null) {
        duplicates.add(incoming.position()); // it was erased, and stays so
      } else if (comparison != null) {
        Acknowledgements.Fact fact = facts.get(uuid);
        Instant ackTs = fact == null ? comparison.ackTs() : fact.ackTs();
        if (!comparison.same() || !agree(ackTs, message.ackTs())) {
          conflicts.add(conflict(incoming));
          continue;
        }
        if (ackTs == null && message.ackTs() != null) {
          facts.put(uuid, new Acknowledgements.Fact(new Position(time, uuid), message.ackTs()));
        }
        duplicates.add(incoming.position());
      } else if (restored.add(uuid)) {
        restore(incoming);
      } else {
        again.add(incoming);
      }
    }
    if (new Acknowledgements(connection, layout).fillIn(List.copyOf(facts.values()))
        != facts.size()) {
      throw gone();
    }
    return again;
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

  /** Compares messages with their rows; no entry for those that have none, by their positions. */
  private Map<Integer, Comparison> compare(List<Incoming> known, Map<UUID, @Nullable Instant> times)
      throws SQLException {
    List<Incoming> some = new ArrayList<>();
    Set<Position> rows = new LinkedHashSet<>();
    for (Incoming incoming : known) {
      UUID uuid = incoming.message().messageUuid();
      Instant time = times.get(uuid);
      if (time != null) {
        some.add(incoming);
        rows.add(new Position(time, uuid));
      }
    }
    Map<Integer, Comparison> comparisons = new HashMap<>();
    if (some.isEmpty()) {
      return comparisons;
    }
    Query query =
        new Query()
            .add(
                COMPARE,
                Keys.uuidsOf(some),
                texts(some, message -> String.valueOf(message.originTs())),
                texts(some, Message::messageData),
                texts(some, Message::sourceSubjectId),
                texts(some, message -> Rows.literal(message.destinationSubjectIds())),
                texts(some, Message::topic),
                texts(some, Message::messageType),
                texts(some, Message::messageMetadata))
            .add(layout.rows(List.copyOf(rows)))
            .add(") AS stored ON stored.message_uuid = incoming.message_uuid");
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet found = statement.executeQuery()) {
      while (found.next()) {
        comparisons.put(
            some.get(found.getInt(1) - 1).position(),
            new Comparison(Rows.instant(found, 2), found.getBoolean(3)));
      }
    }
    return comparisons;
  }

  private static Query.Texts texts(
      List<Incoming> messages, Function<Message, @Nullable String> text) {
    List<@Nullable String> texts = new ArrayList<>(messages.size());
    messages.forEach(incoming -> texts.add(text.apply(incoming.message())));
    return new Query.Texts(texts);
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
