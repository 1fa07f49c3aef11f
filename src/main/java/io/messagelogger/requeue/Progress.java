package io.messagelogger.requeue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the work on a selection of dead letters has come. Immutable.
 *
 * @param selected how many letters there were at the start
 * @param done how many of them were put back into the queue, or discarded
 * @param skipped how many were no longer selected when their turn came
 * @param failed how many are larger than a message may be
 * @param rate letters per second at most
 * @param started when, by the database's clock
 * @param finished when it ended; null while it runs
 * @param reason why it ended early, or waits; null when all is in order
 */
public record Progress(
    long selected,
    long done,
    long skipped,
    long failed,
    int rate,
    Instant started,
    @Nullable Instant finished,
    @Nullable String reason) {

  static Progress of(long selected, int rate, Instant started) {
    return new Progress(selected, 0, 0, 0, rate, started, null, null);
  }

  /** After some more letters. */
  Progress plus(long moreDone, long moreSkipped, long moreFailed) {
    return new Progress(
        selected,
        done + moreDone,
        skipped + moreSkipped,
        failed + moreFailed,
        rate,
        started,
        null,
        null);
  }

  Progress waiting(String why) {
    return new Progress(selected, done, skipped, failed, rate, started, null, why);
  }

  Progress finished(@Nullable String why) {
    return new Progress(selected, done, skipped, failed, rate, started, Instant.now(), why);
  }

  /** How much of it is behind, in percent. */
  long percent() {
    return selected == 0 ? 100 : Math.min(100, 100 * (done + skipped + failed) / selected);
  }
}
