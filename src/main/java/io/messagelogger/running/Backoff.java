package io.messagelogger.running;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between tries: doubling from the first to the longest, each shortened by up to a half at
 * random, so that several servers do not come back in step. Used by one thread.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final long firstMillis;
  private final long longestMillis;
  private long millis;

  /** Pauses of a tenth of a second to five seconds. */
  public Backoff() {
    this(FIRST, LONGEST);
  }

  /**
   * Pauses of these lengths.
   *
   * @param first at least two milliseconds
   * @param longest no shorter than the first
   */
  public Backoff(Duration first, Duration longest) {
    this.firstMillis = first.toMillis();
    this.longestMillis = longest.toMillis();
    this.millis = firstMillis;
  }

  /** The pause before the next try. */
  public Duration next() {
    long pause = millis - ThreadLocalRandom.current().nextLong(millis / 2);
    millis = Math.min(longestMillis, millis * 2);
    return Duration.ofMillis(pause);
  }

  /** Starts again with the shortest pause. */
  public void reset() {
    millis = firstMillis;
  }
}
