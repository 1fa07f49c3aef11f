package io.messagelogger.ops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Says when Redis' clock disagrees with this server's, once, and when it agrees again. Leases go by
 * Redis' clock alone and survive its steps, so nothing waits for it; but one of the two is wrong,
 * and so may be the times of messages. Used by one thread.
 */
final class RedisClock {
  private static final Logger LOG = Logger.getLogger(RedisClock.class.getName());

  /** More than a clock that is kept right ever differs, with a slow answer on top. */
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  private final Clock clock;
  private boolean differs;

  /** Compares with this clock. */
  RedisClock(Clock clock) {
    this.clock = clock;
  }

  /** Takes into account what Redis' clock said a moment ago. */
  void saw(Instant theirs) {
    Duration ahead = Duration.between(clock.instant(), theirs);
    boolean before = differs;
    differs = ahead.abs().compareTo(TOLERANCE) > 0;
    if (differs && !before) {
      LOG.log(
          Level.WARNING,
          "Redis'' clock is {0} minutes {1} this server''s; one of them is wrong",
          new Object[] {ahead.abs().toMinutes(), ahead.isNegative() ? "behind" : "ahead of"});
    } else if (before && !differs) {
      LOG.info("Redis' clock agrees with this server's again");
    }
  }
}
