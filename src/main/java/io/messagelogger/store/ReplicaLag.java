package io.messagelogger.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * How long a replica has been behind its primary, from positions in the write-ahead log that were
 * seen of both: the age of the oldest position of the primary that the replica has not replayed.
 * That needs no clocks that agree, is nothing while the primary is idle, and grows while the
 * replica hears nothing from it. Used by one thread.
 */
final class ReplicaLag {
  /** More are thinned, evenly: after a day two in row are some minutes apart. */
  private static final int MOST = 1_000;

  private final Deque<Sample> missing = new ArrayDeque<>();
  private long apart;
  private long primary = -1;
  private long replayed = -1;
  private boolean compared;

  private record Sample(long position, long nanos) {}

  /** The primary had written to this position at this time. */
  void primaryAt(long position, long nanos) {
    if (position < primary) { // it was restored, or another one has taken its place
      missing.clear();
      replayed = -1;
    }
    primary = position;
    if (missing.isEmpty()) {
      apart = 0;
      if (position > replayed) {
        missing.add(new Sample(position, nanos));
      }
    } else if (position > missing.getLast().position()
        && nanos - missing.getLast().nanos() >= apart) {
      missing.add(new Sample(position, nanos));
    }
    if (missing.size() > MOST) {
      thin();
    }
  }

  private void thin() {
    Iterator<Sample> samples = missing.iterator();
    for (int i = 0; samples.hasNext(); i++) {
      samples.next();
      if (i % 2 == 1) { // the oldest stays
        samples.remove();
      }
    }
    apart = (missing.getLast().nanos() - missing.getFirst().nanos()) / missing.size();
  }

  /**
   * How far behind a replica is that has replayed to this position at this time; empty before
   * anything is known of the primary.
   *
   * @param age of the last transaction that it has replayed, by its clock: all that tells at first
   *     how long a replica has stood still that did so before we looked
   */
  Optional<Lag> replayedTo(long position, long nanos, Duration age) {
    if (primary < 0) {
      return Optional.empty();
    }
    replayed = position;
    while (!missing.isEmpty() && missing.getFirst().position() <= position) {
      missing.removeFirst();
    }
    if (!compared && !missing.isEmpty()) {
      Sample first = missing.removeFirst();
      missing.addFirst(
          new Sample(first.position(), Math.min(first.nanos(), nanos - age.toNanos())));
    }
    compared = true;
    Duration time =
        missing.isEmpty() ? Duration.ZERO : Duration.ofNanos(nanos - missing.getFirst().nanos());
    return Optional.of(new Lag(time, Math.max(0, primary - position)));
  }

  /**
   * How far behind.
   *
   * @param time since what the primary has that the replica has not; to a second or two
   * @param bytes of the write-ahead log
   */
  record Lag(Duration time, long bytes) {}
}
