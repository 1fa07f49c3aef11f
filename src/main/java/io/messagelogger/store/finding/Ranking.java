package io.messagelogger.store.finding;

import io.messagelogger.store.rollup.Cell;
import io.messagelogger.store.rollup.Cells;
import io.messagelogger.store.rollup.Term;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the largest groups, and whether they are surely the largest and completely counted: counts
 * of a time know how many messages a group may have there that is not among those kept. Used by one
 * thread.
 */
final class Ranking {
  private final double weight;
  private final Map<Term, Group> groups = new HashMap<>();
  private long rest;

  /** What a group may lack at most of which no count has anything. */
  private long absent;

  private boolean renamed;
  private @Nullable List<Map.Entry<Term, Group>> sorted;

  private final class Group {
    private long read;
    private long counted;

    /** By how much less than {@link #absent} the group may lack. */
    private long known;

    long messages() {
      return counted + Math.round(read * weight);
    }

    long lacking() {
      return absent - known;
    }
  }

  /**
   * @param weight how many messages one that was read stands for
   */
  Ranking(double weight) {
    this.weight = weight;
  }

  /** Adds messages that were read. */
  void add(Term term, long messages) {
    groups.computeIfAbsent(term, t -> new Group()).read += messages;
  }

  /** Adds messages that were counted. */
  void add(Term term, Cell cell, Cells cells) {
    Group group = groups.computeIfAbsent(term, t -> new Group());
    group.counted += cell.messages();
    group.known += cells.absent() - cell.lacking();
  }

  /**
   * Adds the rest of counts whose groups are added.
   *
   * @param pairs whether a group was added up of several counts
   */
  void end(Cells cells, boolean pairs) {
    absent += cells.absent();
    rest += cells.restMessages();
    renamed |= pairs;
  }

  private List<Map.Entry<Term, Group>> sorted() {
    List<Map.Entry<Term, Group>> known = sorted;
    if (known == null) {
      known = new ArrayList<>(groups.entrySet());
      known.sort(
          Comparator.comparing(
                  (Map.Entry<Term, Group> group) -> group.getValue().messages(),
                  Comparator.reverseOrder())
              .thenComparing(group -> String.valueOf(group.getKey())));
      sorted = known;
    }
    return known;
  }

  /** The largest groups, in order. */
  List<Term> largest(int top) {
    return sorted().stream().limit(top).map(Map.Entry::getKey).toList();
  }

  /** How many groups there are beside the largest; null when that is not known. */
  @Nullable Long others(int top) {
    return absent > 0 ? null : (long) Math.max(0, groups.size() - top);
  }

  /** The messages of all groups together. */
  long all() {
    return rest + groups.values().stream().mapToLong(Group::messages).sum();
  }

  /** Whether one of the largest may lack something, or another may be larger. */
  boolean estimated(int top) {
    if (absent == 0) {
      return false;
    }
    if (renamed || groups.size() < top) {
      return true;
    }
    long least = sorted().get(top - 1).getValue().messages();
    for (int i = 0; i < groups.size(); i++) {
      Group group = sorted().get(i).getValue();
      long lacking = group.lacking();
      if (lacking > 0 && (i < top || group.messages() + lacking >= least)) {
        return true;
      }
    }
    return absent >= least;
  }
}
