package io.messagelogger.running;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between tries: doubling from a tenth of a second to five, each shortened by up to a half
 * at random, so that several servers do not come back in step. Used by one thread.
 */
public final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;

  private long millis = FIRST_MILLIS;

  /** The pause before the next try. */
  public Duration next() {
    long pause = millis - ThreadLocalRandom.current().nextLong(millis / 2);
    millis = Math.min(LONGEST_MILLIS, millis * 2);
    return Duration.ofMillis(pause);
  }

  /** Starts again with the shortest pause. */
  public void reset() {
    millis = FIRST_MILLIS;
  }
}
