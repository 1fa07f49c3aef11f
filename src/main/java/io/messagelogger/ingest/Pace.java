package io.messagelogger.ingest;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.time.Duration;

/**
 * In which steps a batch is acknowledged. What is acknowledged is published, and what others
 * publish directly waits behind it in the live feed: a whole batch at once is 25 ms of frames. So a
 * batch that has waited for company is acknowledged over the fifth part of that time, 50 ms at
 * most; it is no later than the first of its messages for that. A full batch, behind which more
 * wait, goes in one step. Immutable.
 *
 * @param full messages in a full batch
 * @param steps in which any other is acknowledged, at most
 */
record Pace(int full, int steps) {
  /** Between two steps. */
  static final Duration PAUSE = Duration.ofMillis(2);

  private static final Duration LONGEST = Duration.ofMillis(50);

  /** The pace that goes with the settings. */
  static Pace of(Settings settings) {
    Duration fifth = settings.duration(Setting.BATCH_INTERVAL).dividedBy(5);
    Duration time = fifth.compareTo(LONGEST) < 0 ? fifth : LONGEST;
    return new Pace(settings.count(Setting.BATCH_SIZE), Math.max(1, (int) time.dividedBy(PAUSE)));
  }

  /**
   * How many messages a step has.
   *
   * @param size messages in the batch
   * @param published how many of them are published
   */
  int step(int size, int published) {
    int parts = size < full && published > 0 ? steps : 1;
    return (size + parts - 1) / parts;
  }
}
