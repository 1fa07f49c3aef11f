package io.messagelogger.api.messages;

import java.time.Duration;

/**
 * Whether a body arrives fast enough: in every stretch of ten seconds so many bytes at least. Used
 * by one thread at a time.
 */
final class ArrivalPace {
  /** A stall that a lost packet on a poor line explains is shorter. */
  static final Duration STRETCH = Duration.ofSeconds(10);

  private final long bytesPerStretch;
  private static final Duration IDLE = Duration.ofSeconds(3);

  private long since;
  private long seen;
  private long last;

  /**
   * A body that begins to arrive.
   *
   * @param bytesPerSecond what must arrive
   * @param now in the time of System.nanoTime
   */
  ArrivalPace(int bytesPerSecond, long now) {
    this.bytesPerStretch = bytesPerSecond * STRETCH.toSeconds();
    this.since = now;
    this.last = now;
  }

  /** Some of the body has arrived. */
  void arrived(int bytes, long now) {
    last = now;
    seen += bytes;
    if (seen >= bytesPerStretch) {
      restart(now);
    }
  }

  /** Begins to count anew: the time before was not the sender's. */
  void restart(long now) {
    since = now;
    last = now;
    seen = 0;
  }

  /** Whether nothing has arrived for some seconds. */
  boolean idle(long now) {
    return now - last > IDLE.toNanos();
  }

  boolean tooSlow(long now) {
    return now - since > STRETCH.toNanos();
  }
}
