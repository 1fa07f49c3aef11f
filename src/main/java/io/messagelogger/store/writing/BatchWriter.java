package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.letters.Burial;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.PieceSource;
import io.messagelogger.store.log.LogEntries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch in one transaction: keys, rows, edges, dead letters. Thread-safe: any number of
 * batches at the same time, on any number of servers.
 *
 * <p>The key table arbitrates. Inserting a key either takes it or finds that it is taken; whoever
 * takes it stores the row, so that a row that is there already is the exception: one that somebody
 * else has written. Most batches hold nothing that is known, so a batch is first copied whole; when
 * a key or a row of it is there, that is taken back and the keys are taken one by one. A writer
 * that meets a key of a transaction still open waits for its end. All writers take keys in
 * ascending order, so they cannot wait for each other in a circle.
 */
@ApplicationScoped
public class BatchWriter {
  private static final String TAKE_KEYS =
      """
      INSERT INTO message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)
      SELECT * FROM unnest(?, ?::timestamptz[], ?, ?, ?)
      ON CONFLICT (message_uuid) DO NOTHING
      RETURNING message_uuid
      """;

  private static final String FIND_KEYS =
      "SELECT message_uuid, origin_ts FROM message_key WHERE message_uuid = ANY (?)";

  private static final String MOVE_KEY =
      """
      UPDATE message_key SET origin_ts = ?, source_subject_id = ?, topic = ?, message_type = ?
       WHERE message_uuid = ?
      """;

  /** What the service wrote itself, it finds by its keys; rows of others have none. */
  private static final String FIND_OLD =
      "SELECT message_uuid FROM message_exchange_old WHERE message_uuid = ANY (?)";

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

  /** Copies of what is stored seldom come alone: so many batches are not copied after one. */
  private static final int WARY = 8;

  private final Database database;

  /** Batches that are not to be copied whole, as one before had messages that were stored. */
  private final AtomicInteger wary = new AtomicInteger();

  /** Writes to this database. */
  @Inject
  public BatchWriter(Database database) {
    this.database = database;
  }

  /**
   * Stores messages and dead letters. When it returns, they are committed and accounted for.
   *
   * @param claim the claim that they came in, the same for every try
   * @throws SQLException when the database refused or failed; nothing of the batch is stored then,
   *     unless the failure was the commit's own, when it may be
   */
  @Transactional(rollbackOn = Exception.class)
  public Outcome write(String claim, List<Incoming> messages, List<DeadLetter> refused)
      throws SQLException {
    try (Connection connection = database.connection()) {
      Batch batch = new Batch(connection, database.layout(), database.copies(), claim, wary);
      Outcome outcome = batch.write(messages, refused);
      int claimed = messages.size() + refused.size();
      if (outcome.total() != claimed) {
        throw new IllegalStateException(
            "%d messages were claimed, but %d are accounted for"
                .formatted(claimed, outcome.total()));
      }
      return outcome;
    }
  }

  /**
   * Makes a dead letter of a message that is too large, in bounded memory.
   *
   * @param claim the claim that it came in alone, the same for every try
   * @throws SQLException when the database refused or failed
   */
  @Transactional(rollbackOn = Exception.class)
  public void bury(String claim, PieceSource payload, String reason) throws SQLException {
    try (Connection connection = database.connection()) {
      new Burial(connection, claim).bury(payload, reason);
    }
  }

  /** One transaction. Used by one thread. */
  private static final class Batch {
    private final Connection connection;
    private final @Nullable Copying copying;
    private final Insertion insertion;
    private final Layout layout;
    private final String claim;
    private final AtomicInteger wary;
    private final Set<Integer> stored = new TreeSet<>();
    private final Set<Integer> duplicates = new TreeSet<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();

    Batch(Connection connection, Layout layout, boolean copies, String claim, AtomicInteger wary) {
      this.connection = connection;
      this.copying = copies ? new Copying(connection) : null;
      this.insertion = new Insertion(connection, copying);
      this.layout = layout;
      this.claim = claim;
      this.wary = wary;
    }

    Outcome write(List<Incoming> messages, List<DeadLetter> refused) throws SQLException {
      Map<UUID, Incoming> first = new TreeMap<>(BatchWriter::compareAsPostgres);
      List<Incoming> again = new ArrayList<>();
      for (Incoming incoming : messages) {
        if (first.putIfAbsent(incoming.message().messageUuid(), incoming) != null) {
          again.add(incoming);
        }
      }
      List<Incoming> known = copy(first.values()) ? new ArrayList<>() : insert(first.values());
      known.addAll(again);
      // Rows too are changed in ascending order; of copies, the one that waited longest is first.
      known.sort(
          Comparator.comparing(i -> i.message().messageUuid(), BatchWriter::compareAsPostgres));
      reconcile(known);
      deadLetters.addAll(refused);
      new Burial(connection, claim).bury(deadLetters);
      Set<Integer> dead = new TreeSet<>();
      Set<Integer> conflicts = new TreeSet<>();
      for (DeadLetter letter : deadLetters) {
        dead.add(letter.position());
        if (letter.kind() == DeadLetter.Kind.CONFLICT) {
          conflicts.add(letter.position());
        }
      }
      log(messages);
      return new Outcome(stored, duplicates, dead, conflicts);
    }

    /** Appends what is stored to the log, in the order in which it was pushed. */
    private void log(List<Incoming> messages) throws SQLException {
      LogEntries entries = new LogEntries(stored.size());
      for (Incoming incoming : messages) {
        if (stored.contains(incoming.position())) {
          Message message = incoming.message();
          entries.add(message.messageUuid(), message.originTs(), incoming.payload());
        }
      }
      entries.append(connection);
    }

    /**
     * Copies all of them, as if none were known, unless that has just turned out to be wrong.
     *
     * @return false, and nothing is done, when one of them is known, or they may not be copied
     */
    private boolean copy(Collection<Incoming> sorted) throws SQLException {
      if (copying == null
          || sorted.isEmpty()
          || wary.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return false;
      }
      if ((layout == Layout.HYPERTABLE && !old(sorted).isEmpty()) || !copying.all(sorted)) {
        wary.set(WARY);
        return false;
      }
      sorted.forEach(incoming -> stored.add(incoming.position()));
      return true;
    }

    /** Takes the keys that are free and stores what belongs to them; answers with the others. */
    private List<Incoming> insert(Collection<Incoming> sorted) throws SQLException {
      Set<UUID> taken = takeKeys(sorted);
      List<Incoming> fresh = new ArrayList<>(taken.size());
      List<Incoming> known = new ArrayList<>();
      for (Incoming incoming : sorted) {
        (taken.contains(incoming.message().messageUuid()) ? fresh : known).add(incoming);
      }
      List<Incoming> found = layout == Layout.HYPERTABLE ? old(fresh) : new ArrayList<>();
      fresh.removeAll(found);
      found.addAll(store(fresh));
      for (Incoming incoming : found) {
        adopt(incoming.message());
      }
      known.addAll(found);
      return known;
    }

    private Set<UUID> takeKeys(Collection<Incoming> sorted) throws SQLException {
      if (sorted.isEmpty()) {
        return Set.of();
      }
      List<Message> messages = sorted.stream().map(Incoming::message).toList();
      return uuids(
          new Query()
              .add(
                  TAKE_KEYS,
                  uuidsOf(sorted),
                  new Query.Texts(
                      messages.stream().map(m -> String.valueOf(m.originTs())).toList()),
                  new Query.Texts(messages.stream().map(Message::sourceSubjectId).toList()),
                  new Query.Texts(messages.stream().map(Message::topic).toList()),
                  new Query.Texts(messages.stream().map(Message::messageType).toList())));
    }

    /** Those of which the Python service's table, being taken over, has a row. */
    private List<Incoming> old(Collection<Incoming> fresh) throws SQLException {
      if (fresh.isEmpty()) {
        return new ArrayList<>();
      }
      Set<UUID> old = uuids(new Query().add(FIND_OLD, uuidsOf(fresh)));
      return new ArrayList<>(
          fresh.stream().filter(i -> old.contains(i.message().messageUuid())).toList());
    }

    /** Makes the key that was just taken the one of the row that was found. */
    private void adopt(Message message) throws SQLException {
      if (Keys.adopt(connection, layout.row(message.messageUuid(), message.originTs())) != 1) {
        throw new SQLException(
            "a row was not inserted, without an error; a trigger may have dropped it",
            SqlFailure.DROPPED);
      }
    }

    private Set<UUID> uuids(Query query) throws SQLException {
      Set<UUID> uuids = new HashSet<>();
      try (PreparedStatement statement = query.prepare(connection);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          uuids.add(rows.getObject(1, UUID.class));
        }
      }
      return uuids;
    }

    /** Returns those of which there is a row already. */
    private List<Incoming> store(List<Incoming> fresh) throws SQLException {
      List<Incoming> left = insertion.store(fresh);
      fresh.forEach(incoming -> stored.add(incoming.position()));
      left.forEach(incoming -> stored.remove(incoming.position()));
      return left;
    }

    /** Tells copies from conflicts, and fills in what a copy knows and the stored row does not. */
    private void reconcile(List<Incoming> known) throws SQLException {
      if (known.isEmpty()) {
        return;
      }
      Map<UUID, @Nullable Instant> times = new HashMap<>();
      try (PreparedStatement statement =
              new Query().add(FIND_KEYS, uuidsOf(known)).prepare(connection);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          times.put(rows.getObject(1, UUID.class), Rows.instant(rows, 2));
        }
      }
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
          deadLetters.add(conflict(incoming));
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
      int moved =
          new Query()
              .add(
                  MOVE_KEY,
                  message.originTs(),
                  message.sourceSubjectId(),
                  message.topic(),
                  message.messageType(),
                  message.messageUuid())
              .update(connection);
      if (moved != 1 || !store(List.of(incoming)).isEmpty()) {
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

    private static Query.Uuids uuidsOf(Collection<Incoming> messages) {
      return new Query.Uuids(messages.stream().map(i -> i.message().messageUuid()).toList());
    }
  }

  /**
   * Unsigned, as PostgreSQL orders them; UUID's own order is signed. Any order would do that all
   * writers share.
   */
  private static int compareAsPostgres(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
