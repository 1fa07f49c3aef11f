package io.messagelogger.store.rollup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of some time, counted by one kind of group. Of many groups the largest are kept, and
 * the others are one rest; how much a count may lack for that is known. Used by one thread.
 */
public final class Cells {
  /** Groups that are kept of a time. */
  static final int MOST = 1_000;

  /** Groups that are kept while a time is counted. */
  private static final int MOST_MEANWHILE = 50_000;

  /** Longer names belong to the rest. */
  private static final int LONGEST = 500;

  final Kind kind;
  final Map<Term, Cell> groups = new HashMap<>();

  /** What groups that are not kept have together. */
  long restMessages;

  /** How many messages a group may have that is not kept. */
  long absent;

  /** Nothing counted yet. */
  public Cells(Kind kind) {
    this.kind = kind;
  }

  /** Counts a message. */
  public void add(Fact fact) {
    kind.terms(fact).forEach(term -> cell(term).add(fact));
    if (groups.size() > MOST_MEANWHILE) {
      keep(MOST_MEANWHILE / 2);
    }
  }

  /** One that is not there may have been, and not been kept. */
  private Cell cell(Term term) {
    return groups.computeIfAbsent(
        term,
        t -> {
          Cell cell = new Cell();
          cell.lacking = absent;
          return cell;
        });
  }

  /**
   * Counts what was counted of another time.
   *
   * @param othersRest what groups have there that are not kept
   * @param othersAbsent how many messages a group may have there that is not kept
   * @return who takes the groups that are kept
   */
  Rollups.Each<Term> adding(long othersRest, long othersAbsent) {
    groups.values().forEach(cell -> cell.lacking += othersAbsent);
    restMessages += othersRest;
    absent += othersAbsent;
    return (term, cell) -> {
      Cell sum = cell(term);
      sum.add(cell);
      sum.lacking += cell.lacking - othersAbsent;
    };
  }

  /** Leaves the largest groups. To be called once, when all is counted. */
  public void cut() {
    keep(MOST);
  }

  private void keep(int most) {
    List<Map.Entry<Term, Cell>> sorted = new ArrayList<>(groups.entrySet());
    sorted.removeIf(group -> length(group.getKey()) > LONGEST);
    sorted.sort(
        Comparator.comparingLong((Map.Entry<Term, Cell> group) -> group.getValue().messages())
            .reversed());
    Map<Term, Cell> kept = new HashMap<>();
    sorted.stream().limit(most).forEach(group -> kept.put(group.getKey(), group.getValue()));
    for (Map.Entry<Term, Cell> group : groups.entrySet()) {
      if (!kept.containsKey(group.getKey())) {
        Cell cell = group.getValue();
        absent = Math.max(absent, cell.messages() + cell.lacking);
        restMessages += cell.messages();
      }
    }
    groups.keySet().retainAll(kept.keySet());
  }

  private static int length(Term term) {
    String first = term.first();
    String second = term.second();
    return Math.max(first == null ? 0 : first.length(), second == null ? 0 : second.length());
  }
}
