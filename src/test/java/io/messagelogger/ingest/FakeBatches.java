package io.messagelogger.ingest;

import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.PieceSource;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A writer without a database. Used by one thread. */
final class FakeBatches extends BatchWriter {
  /** The positions of each transaction that was committed, dead letters as negative numbers - 1. */
  final List<List<Integer>> committed = new ArrayList<>();

  final List<DeadLetter> buried = new ArrayList<>();

  /** What the next transactions fail with, one each. */
  final Deque<SQLException> failures = new ArrayDeque<>();

  /** Positions that the database refuses. */
  final Set<Integer> poison = new HashSet<>();

  /** Positions whose messages were stored before. */
  final Set<Integer> known = new HashSet<>();

  /** What refuses everything, the canary too; null when nothing does. */
  SQLException refusal;

  int transactions;
  long largeBytes;

  FakeBatches() {
    super(new Database(new Connections(Settings.from(name -> null))));
  }

  @Override
  public Outcome write(String claim, List<Incoming> messages, List<DeadLetter> refused)
      throws SQLException {
    transactions++;
    fail();
    Set<Integer> positions =
        messages.stream().map(Incoming::position).collect(Collectors.toCollection(TreeSet::new));
    if (positions.stream().anyMatch(poison::contains)) {
      throw new SQLException("a check is violated\n  Detail: the row", "23514");
    }
    List<Integer> all = new ArrayList<>(positions);
    refused.forEach(letter -> all.add(-letter.position() - 1));
    committed.add(all);
    buried.addAll(refused);
    Set<Integer> fresh = new TreeSet<>(positions);
    fresh.removeAll(known);
    positions.retainAll(known);
    return new Outcome(
        fresh,
        positions,
        refused.stream().map(DeadLetter::position).collect(Collectors.toSet()),
        Set.of());
  }

  @Override
  public void bury(String claim, PieceSource payload, String reason) throws SQLException {
    transactions++;
    fail();
    largeBytes = payload.read(0, (int) payload.length()).length;
  }

  private void fail() throws SQLException {
    if (refusal != null) {
      throw refusal;
    }
    if (!failures.isEmpty()) {
      throw failures.remove();
    }
  }

  /** The canary of this database. */
  Canary canary() {
    return new Canary(this);
  }
}
