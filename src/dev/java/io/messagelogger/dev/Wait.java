package io.messagelogger.dev;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waiting with a bound for what can only be asked, such as a port or another's process. Stateless.
 */
public final class Wait {
  private static final long FIRST_STEP_MILLIS = 5;
  private static final long LONGEST_STEP_MILLIS = 100;

  private Wait() {}

  /**
   * Asks until the condition holds or the time is over, at first often, then ten times a second.
   *
   * @return whether it holds
   * @throws InterruptedIOException when the thread is interrupted; its flag stays set
   */
  public static boolean until(Duration limit, Condition condition) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    long millis = FIRST_STEP_MILLIS;
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      step(millis);
      millis = Math.min(2 * millis, LONGEST_STEP_MILLIS);
    }
    return true;
  }

  private static void step(long millis) throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  /** What is waited for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether the wait is over. */
    boolean holds() throws IOException;
  }
}
