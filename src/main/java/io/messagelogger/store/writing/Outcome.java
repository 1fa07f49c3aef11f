package io.messagelogger.store.writing;

import java.util.Set;
import java.util.TreeSet;

/**
 * What became of the messages of a batch: the positions of each kind. Every message of the batch is
 * in exactly one of the first three. Immutable.
 *
 * @param stored new rows
 * @param duplicates came before with the same content
 * @param deadLetters cannot be stored, the conflicts included
 * @param conflicts those of the dead letters under whose uuid another message is stored
 * @param expired how many of the stored are older than messages are kept, and will be removed soon
 */
public record Outcome(
    Set<Integer> stored,
    Set<Integer> duplicates,
    Set<Integer> deadLetters,
    Set<Integer> conflicts,
    int expired) {

  /** An outcome in which nothing was stored that has expired. */
  public Outcome(
      Set<Integer> stored,
      Set<Integer> duplicates,
      Set<Integer> deadLetters,
      Set<Integer> conflicts) {
    this(stored, duplicates, deadLetters, conflicts, 0);
  }

  /** How many messages the outcome accounts for. */
  public int total() {
    return stored.size() + duplicates.size() + deadLetters.size();
  }

  /** The outcome of two parts of a claim together. */
  public Outcome and(Outcome other) {
    return new Outcome(
        union(stored, other.stored),
        union(duplicates, other.duplicates),
        union(deadLetters, other.deadLetters),
        union(conflicts, other.conflicts),
        expired + other.expired);
  }

  private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
    Set<Integer> union = new TreeSet<>(a);
    union.addAll(b);
    return union;
  }
}
