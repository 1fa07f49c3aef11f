package io.messagelogger.live;

import io.messagelogger.message.Fingerprint;

/**
 * The fingerprints of the last messages, between {@code capacity} and twice as many, in a fixed
 * amount of memory: two tables of which the older is dropped when the newer is full. Keeps 64 bits
 * of each fingerprint. Used by one thread.
 */
final class RecentFingerprints {
  private final int capacity;
  private long[] newer;
  private long[] older;
  private int size;

  /**
   * @param capacity a power of two
   */
  RecentFingerprints(int capacity) {
    this.capacity = capacity;
    this.newer = new long[capacity * 2];
    this.older = new long[capacity * 2];
  }

  /** Adds a fingerprint; false when it was there. */
  boolean add(Fingerprint fingerprint) {
    long key =
        fingerprint.content()
            ^ fingerprint.messageUuid().getMostSignificantBits() * 0x9e3779b97f4a7c15L
            ^ Long.rotateLeft(fingerprint.messageUuid().getLeastSignificantBits(), 29);
    if (key == 0) {
      key = 1; // 0 marks a free place
    }
    if (older[place(older, key)] == key) {
      return false;
    }
    int place = place(newer, key);
    if (newer[place] == key) {
      return false;
    }
    newer[place] = key;
    size++;
    if (size == capacity) {
      older = newer;
      newer = new long[capacity * 2];
      size = 0;
    }
    return true;
  }

  private static int place(long[] table, long key) {
    int place = (int) (key ^ (key >>> 32)) & (table.length - 1);
    while (table[place] != 0 && table[place] != key) {
      place = (place + 1) & (table.length - 1);
    }
    return place;
  }
}
