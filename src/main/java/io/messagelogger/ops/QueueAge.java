package io.messagelogger.ops;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * How long the longest waiting message has waited, going by how the queue has grown and been
 * drained: a list in Redis does not know when its elements came. As exact as the looks are
 * frequent; what was queued before the first look counts as queued then. Thread-safe.
 */
final class QueueAge {
  /**
   * With more marks than these, every second one is dropped and new ones are made half as often;
   * the age is then too high by no more than a thousandth of the time that the queue has not been
   * empty.
   */
  private static final int MOST_MARKS = 4096;

  /** At a time, so many messages had been pushed. */
  private record Mark(long nanos, long pushed) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long lastTaken;
  private long spacingNanos;

  /**
   * Takes a look into account and answers the age.
   *
   * @param nanos when it was, in the time of System.nanoTime
   * @param queued messages in the queue
   * @param taken messages taken from it so far
   */
  synchronized Duration look(long nanos, long queued, long taken) {
    if (queued == 0 || taken < lastTaken) {
      marks
          .clear(); // nothing waits; or the count starts anew, or a server has given back its claim
    }
    lastTaken = taken;
    mark(nanos, taken + queued);
    // The longest waiting message came with the first look that saw more pushed than are taken now.
    while (!marks.isEmpty() && marks.getFirst().pushed() <= taken) {
      marks.removeFirst();
    }
    return queued == 0 || marks.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(nanos - marks.getFirst().nanos());
  }

  private void mark(long nanos, long pushed) {
    if (marks.isEmpty()) {
      spacingNanos = 0;
    } else if (pushed <= marks.getLast().pushed()) {
      return;
    } else if (nanos - marks.getLast().nanos() < spacingNanos) {
      marks.addLast(new Mark(marks.removeLast().nanos(), pushed));
      return;
    }
    marks.addLast(new Mark(nanos, pushed));
    if (marks.size() > MOST_MARKS) {
      spacingNanos = 2 * (nanos - marks.getFirst().nanos()) / MOST_MARKS;
      thin();
    }
  }

  /** Joins neighbours: what came with the later of two counts as come with the earlier. */
  private void thin() {
    ArrayDeque<Mark> fewer = new ArrayDeque<>();
    while (marks.size() > 1) {
      Mark earlier = marks.removeFirst();
      fewer.addLast(new Mark(earlier.nanos(), marks.removeFirst().pushed()));
    }
    fewer.addAll(marks);
    marks.clear();
    marks.addAll(fewer);
  }
}
