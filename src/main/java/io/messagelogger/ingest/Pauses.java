package io.messagelogger.ingest;

import io.messagelogger.running.Backoff;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The pauses of one drainer thread between its tries, which the end of the server cuts short. Used
 * by one thread.
 */
final class Pauses {
  private final CountDownLatch stopping;
  private final Pulse pulse;
  private final Backoff backoff = new Backoff();

  /**
   * @param stopping counted down when no more tries are to be made
   */
  Pauses(CountDownLatch stopping, Pulse pulse) {
    this.stopping = stopping;
    this.pulse = pulse;
  }

  /** Whether the server stops. */
  boolean stopping() {
    return stopping.getCount() == 0;
  }

  /** Waits longer than the time before; true when the server stops. */
  boolean pauseOrStop() throws InterruptedException {
    pulse.beat();
    return stopping.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits so long, less when the server stops. */
  void rest(Duration time) throws InterruptedException {
    stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Something has worked: the next pause is short again. */
  void reset() {
    backoff.reset();
  }

  /** Gives a sign of life. */
  void beat() {
    pulse.beat();
  }
}
