package io.messagelogger.store.finding;

import io.messagelogger.store.rollup.Cell;
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
  private final Group unwanted = new Group();
  private long rest;

  /** What a group may lack at most of which no count has anything. */
  private long absent;

  private boolean renamed;

  /** One of the groups, while messages are added to it. */
  final class Group {
    private long read;
    private long counted;

    /** By how much less than {@link #absent} the group may lack. */
    private long known;

    /** Adds messages that were read. */
    void read(long messages) {
      read += messages;
    }

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

  /** The group of a name, to add messages to that were counted. */
  Group group(Term term) {
    return groups.computeIfAbsent(term, t -> new Group());
  }

  /** What is meant by the filter, but no group that is wanted. */
  Group unwanted() {
    return unwanted;
  }

  /**
   * Adds messages that were counted.
   *
   * @param missing how many a group may have in those counts that is not among them
   */
  void add(Group group, Cell cell, long missing) {
    group.counted += cell.messages();
    group.known += missing - cell.lacking();
  }

  /**
   * Adds the rest of counts whose groups are added.
   *
   * @param missing how many messages a group may have there that is not among them
   * @param pairs whether a group is added up of several counts
   */
  void rest(long messages, long missing, boolean pairs) {
    absent += missing;
    rest += messages;
    renamed |= pairs;
  }

  /** The largest groups, in order. */
  List<Term> largest(int top) {
    long least = least(top);
    List<Term> large = new ArrayList<>();
    groups.forEach(
        (term, group) -> {
          if (group.messages() >= least) {
            large.add(term);
          }
        });
    Map<Term, String> texts = new HashMap<>();
    large.sort(
        Comparator.comparingLong(this::messages)
            .reversed()
            .thenComparing(term -> texts.computeIfAbsent(term, Term::toString)));
    return List.copyOf(large.subList(0, Math.min(top, large.size())));
  }

  private long messages(Term term) {
    return group(term).messages();
  }

  /** How many messages the last of the largest has; the least of all when there are not so many. */
  private long least(int top) {
    if (groups.size() < top) {
      return Long.MIN_VALUE;
    }
    long[] messages = groups.values().stream().mapToLong(Group::messages).sorted().toArray();
    return messages[messages.length - top];
  }

  /** How many groups there are beside the largest; null when that is not known. */
  @Nullable Long others(int top) {
    return absent > 0 ? null : (long) Math.max(0, groups.size() - top);
  }

  /** The messages of all groups together. */
  long all() {
    return rest + known();
  }

  /**
   * The same where counts are of others too: what they have not kept is of what is meant only as
   * far as something of that is missing.
   *
   * @param meant how many messages the filter means, each of which is in some group
   */
  long all(long meant) {
    return known() + Math.min(rest, Math.max(0, meant - known() - unwanted.messages()));
  }

  private long known() {
    return groups.values().stream().mapToLong(Group::messages).sum();
  }

  /** Whether one of the largest may lack something, or another may be larger. */
  boolean estimated(int top) {
    if (absent == 0) {
      return false;
    }
    if (renamed || groups.size() < top) {
      return true;
    }
    long least = least(top);
    for (Group group : groups.values()) {
      long lacking = group.lacking();
      if (lacking > 0 && group.messages() + lacking >= least) { // as those shown have
        return true;
      }
    }
    return absent >= least;
  }
}
