package io.messagelogger.bench;

import java.time.Instant;
import java.util.UUID;

/**
 * Where a message is in the order of all, as a layout's list tells it. Immutable.
 *
 * @param time of the message
 * @param uuid all of it, or its first four bytes with zeros behind
 */
record Spot(Instant time, UUID uuid) implements Comparable<Spot> {
  /** The first four bytes of the uuid. */
  int prefix() {
    return (int) (uuid.getMostSignificantBits() >>> Integer.SIZE);
  }

  @Override
  public int compareTo(Spot other) {
    int byTime = time.compareTo(other.time);
    return byTime != 0 ? byTime : Integer.compareUnsigned(prefix(), other.prefix());
  }
}
