package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.letters.Burial;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.log.LogEntries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
 * One transaction of messages and dead letters. Chooses whether messages are copied or inserted,
 * and tells what became of each. Used by one thread, once.
 */
final class Batch {
  /** What the service wrote itself, it finds by its keys; rows of others have none. */
  private static final String FIND_OLD =
      "SELECT message_uuid FROM message_exchange_old WHERE message_uuid = ANY (?)";

  /** Duplicates come in runs: after one, this many batches are inserted instead of copied. */
  private static final int INSERTS_AFTER_DUPLICATE = 8;

  private final Connection connection;
  private final @Nullable Copying copying;
  private final Layout layout;
  private final String claim;
  private final AtomicInteger insertsLeft;
  private final Instant expiry;
  private final Set<Integer> stored = new TreeSet<>();
  private final Set<@Nullable Instant> changed = new HashSet<>();

  /**
   * @param copies whether rows may be copied in binary
   * @param claim where the messages came in
   * @param insertsLeft batches that are still to be inserted, shared by all batches of a server
   * @param expiry messages that are older will be removed
   */
  Batch(
      Connection connection,
      Layout layout,
      boolean copies,
      String claim,
      AtomicInteger insertsLeft,
      Instant expiry) {
    this.connection = connection;
    this.copying = copies ? new Copying(connection) : null;
    this.layout = layout;
    this.claim = claim;
    this.insertsLeft = insertsLeft;
    this.expiry = expiry;
  }

  Outcome write(List<Incoming> messages, List<DeadLetter> refused) throws SQLException {
    layout.change(connection);
    Map<UUID, Incoming> first = new TreeMap<>(Keys::compare);
    List<Incoming> again = new ArrayList<>();
    for (Incoming incoming : messages) {
      if (first.putIfAbsent(incoming.message().messageUuid(), incoming) != null) {
        again.add(incoming);
      }
    }
    List<Incoming> known = copy(first.values()) ? new ArrayList<>() : insert(first.values());
    known.addAll(again);
    // Rows too are changed in ascending order; of copies, the one that waited longest is first.
    known.sort(Comparator.comparing(i -> i.message().messageUuid(), Keys::compare));
    Reconciliation reconciliation = new Reconciliation(connection, layout, this::store);
    reconciliation.reconcile(known);
    changed.addAll(reconciliation.acknowledged());
    List<DeadLetter> letters = new ArrayList<>(reconciliation.conflicts());
    letters.addAll(refused);
    new Burial(connection, claim).bury(letters);
    log(messages);
    return new Outcome(
        stored,
        reconciliation.duplicates(),
        positions(letters),
        positions(reconciliation.conflicts()),
        expired(messages));
  }

  /** The times of messages that were stored, or of which something became known. */
  Set<@Nullable Instant> changed() {
    return changed;
  }

  private boolean isExpired(@Nullable Instant originTs) {
    return originTs != null && originTs.isBefore(expiry);
  }

  private int expired(List<Incoming> messages) {
    return (int)
        messages.stream()
            .filter(incoming -> isExpired(incoming.message().originTs()))
            .filter(incoming -> stored.contains(incoming.position()))
            .count();
  }

  /** Appends what is stored to the log, in the order in which it was pushed. */
  private void log(List<Incoming> messages) throws SQLException {
    LogEntries entries = new LogEntries(stored.size());
    for (Incoming incoming : messages) {
      if (stored.contains(incoming.position())) {
        Message message = incoming.message();
        changed.add(message.originTs());
        entries.add(message.messageUuid(), message.originTs(), incoming.payload());
      }
    }
    entries.append(connection);
  }

  private static Set<Integer> positions(List<DeadLetter> letters) {
    Set<Integer> positions = new TreeSet<>();
    letters.forEach(letter -> positions.add(letter.position()));
    return positions;
  }

  /**
   * Copies all of them, as if none were known, unless that has just turned out to be wrong.
   *
   * @return false, and nothing is done, when one of them is known, or they may not be copied
   */
  private boolean copy(Collection<Incoming> sorted) throws SQLException {
    if (copying == null
        || sorted.isEmpty()
        || insertsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return false;
    }
    if ((layout == Layout.HYPERTABLE && !old(sorted).isEmpty()) || !copying.all(sorted)) {
      insertsLeft.set(INSERTS_AFTER_DUPLICATE);
      return false;
    }
    sorted.forEach(incoming -> stored.add(incoming.position()));
    return true;
  }

  /** Takes the keys that are free and stores what belongs to them; answers with the others. */
  private List<Incoming> insert(Collection<Incoming> sorted) throws SQLException {
    Set<UUID> taken = Keys.take(connection, sorted);
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
    if (!found.isEmpty()) { // counted by the times of their rows
      changed.addAll(Keys.times(connection, layout, found, false).values());
    }
    known.addAll(found);
    return known;
  }

  /** Those of which the Python service's table, being taken over, has a row. */
  private List<Incoming> old(Collection<Incoming> fresh) throws SQLException {
    if (fresh.isEmpty()) {
      return new ArrayList<>();
    }
    Set<UUID> old = Keys.uuids(connection, new Query().add(FIND_OLD, Keys.uuidsOf(fresh)));
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

  /**
   * Stores rows whose keys are taken: copies them, unless one of them turns out to be there, which
   * a free key makes rare.
   *
   * @return those of which there is a row already
   */
  private List<Incoming> store(List<Incoming> fresh) throws SQLException {
    if (fresh.isEmpty()) {
      return new ArrayList<>();
    }
    boolean copied = copying != null && copying.rows(fresh);
    List<Incoming> left = copied ? new ArrayList<>() : new Insertion(connection).insert(fresh);
    fresh.forEach(incoming -> stored.add(incoming.position()));
    left.forEach(incoming -> stored.remove(incoming.position()));
    return left;
  }
}
