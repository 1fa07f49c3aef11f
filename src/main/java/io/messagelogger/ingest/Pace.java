package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.time.Duration;

/**
 * How the time is spent that a message may wait for company. Two fifths of it, 100 ms at most, are
 * left for storing what has come together, so that a message is stored, as a rule, when that time
 * is over. And a claim behind which nothing waits is acknowledged in steps over as long: what is
 * acknowledged is published, and what others publish directly waits behind it in the live feed,
 * where 150 messages at once are 15 ms of frames and more. Messages are no later than the first of
 * their claim for that. Any other claim goes in one step, as the next is waiting. Immutable.
 *
 * @param fillTime how long a message waits for company before its batch is claimed
 * @param maxSteps steps in which a claim is acknowledged, at most
 */
record Pace(Duration fillTime, int maxSteps) {
  /** Between two steps. */
  static final Duration PAUSE = Duration.ofMillis(3);

  private static final Duration LONGEST = Duration.ofMillis(100);

  /** The pace that goes with the settings. */
  static Pace of(Settings settings) {
    Duration interval = settings.duration(Setting.BATCH_INTERVAL);
    Duration part = interval.multipliedBy(2).dividedBy(5);
    Duration spare = part.compareTo(LONGEST) < 0 ? part : LONGEST;
    return new Pace(interval.minus(spare), Math.max(1, (int) spare.dividedBy(PAUSE)));
  }

  /**
   * How many messages a step has.
   *
   * @param published how many messages of the claim are published
   */
  int messagesPerStep(Claim claim, int published) {
    int parts = claim.last() && published > 0 ? maxSteps : 1;
    return (claim.size() + parts - 1) / parts;
  }
}
