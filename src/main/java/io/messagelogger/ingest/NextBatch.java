package io.messagelogger.ingest;

import io.messagelogger.queue.Arrivals;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims batches for one writer: a full one at once when as many messages wait; otherwise what is
 * there when the longest waiting message has waited for company for as long as it may, counted from
 * when the queue was last seen empty, and from 50 ms ago at most: while the writers were busy,
 * messages did not wait for company. Messages wait in the queue, not in a claim. Used by one
 * thread.
 */
final class NextBatch {
  /** How long to wait for a first message. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** How often to look whether a batch has filled up. */
  private static final Duration LOOK = Duration.ofMillis(5);

  /** What another server keeps this one from seeing makes no batch smaller than by so much. */
  private static final Duration UNSEEN = Duration.ofMillis(50);

  private final ClaimQueue queue;
  private final Arrivals arrivals;
  private final Pulse pulse;
  private final int size;
  private final Duration fillTime;

  /** Since when a message that was seen has waited for company; null when none was seen. */
  private @Nullable Long waitingSince;

  /**
   * @param size messages in a full batch
   * @param fillTime how long a message waits for company
   */
  NextBatch(ClaimQueue queue, Pulse pulse, int size, Duration fillTime) {
    this.queue = queue;
    this.arrivals = queue.arrivals();
    this.pulse = pulse;
    this.size = size;
    this.fillTime = fillTime;
  }

  /**
   * The next batch; empty when the other writers have taken what this one has seen, when nothing
   * has come for a second, or when waiting is to end.
   *
   * @param goOn whether to go on waiting for company
   */
  Optional<Claim> claim(BooleanSupplier goOn) throws InterruptedException {
    Optional<Claim> full = queue.claim(size);
    if (full.isEmpty() && waitingSince == null && arrivals.awaitMessage(WAIT)) {
      long now = System.nanoTime();
      waitingSince = now - Math.min(now - arrivals.emptyAt(), UNSEEN.toNanos());
    }
    Long since = waitingSince;
    while (full.isEmpty() && since != null && goOn.getAsBoolean()) {
      pulse.beat(); // the interval may be an hour
      if (arrivals.emptyAt() - since > 0) {
        waitingSince = null;
        return full;
      }
      long left = since + fillTime.toNanos() - System.nanoTime();
      if (left <= 0) {
        waitingSince = null;
        return queue.claim(1);
      }
      LockSupport.parkNanos(Math.min(left, LOOK.toNanos()));
      full = queue.claim(size);
    }
    if (full.isPresent()) {
      waitingSince = null;
    }
    return full;
  }
}
