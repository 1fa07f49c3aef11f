package io.messagelogger.ops;

import io.messagelogger.queue.ClaimQueue;
import java.time.Duration;

/**
 * What was seen of a queue, or of all of them.
 *
 * @param queued messages that waited
 * @param claims claims that were neither acknowledged nor released
 * @param claimed messages in them
 * @param oldest how long the longest waiting message had waited, as far back as this server has
 *     seen
 */
record Look(long queued, long claims, long claimed, Duration oldest) {
  static final Look NOTHING = new Look(0, 0, 0, Duration.ZERO);

  static Look of(ClaimQueue.Measure measure, Duration oldest) {
    return new Look(measure.queued(), measure.claims(), measure.claimed(), oldest);
  }

  /** Both together. */
  Look and(Look other) {
    return new Look(
        queued + other.queued,
        claims + other.claims,
        claimed + other.claimed,
        oldest.compareTo(other.oldest) > 0 ? oldest : other.oldest);
  }
}
