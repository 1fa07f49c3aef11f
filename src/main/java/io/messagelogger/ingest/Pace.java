package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.time.Duration;

/**
 * In which steps a claim is acknowledged. What is acknowledged is published, and what others
 * publish directly waits behind it in the live feed: 250 messages at once are 25 ms of frames. So a
 * claim behind which nothing waits is acknowledged over the fifth part of the time that messages
 * wait for company, 50 ms at most; it is no later than the first of its messages for that. Any
 * other goes in one step, as the next is waiting. Immutable.
 *
 * @param steps in which a claim is acknowledged, at most
 */
record Pace(int steps) {
  /** Between two steps. */
  static final Duration PAUSE = Duration.ofMillis(2);

  private static final Duration LONGEST = Duration.ofMillis(50);

  /** The pace that goes with the settings. */
  static Pace of(Settings settings) {
    Duration fifth = settings.duration(Setting.BATCH_INTERVAL).dividedBy(5);
    Duration time = fifth.compareTo(LONGEST) < 0 ? fifth : LONGEST;
    return new Pace(Math.max(1, (int) time.dividedBy(PAUSE)));
  }

  /**
   * How many messages a step has.
   *
   * @param published how many messages of the claim are published
   */
  int step(Claim claim, int published) {
    int parts = claim.last() && published > 0 ? steps : 1;
    return (claim.size() + parts - 1) / parts;
  }
}
