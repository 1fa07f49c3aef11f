package io.messagelogger.running;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A task that is done again and again, with a pause after each time, until it is stopped. A failure
 * does not end it, as it would end a scheduled task of the platform without a word: it is logged,
 * once for as long as the task fails in the same way. Thread-safe.
 */
public final class Repeating {
  private static final Logger LOG = Logger.getLogger(Repeating.class.getName());

  private final String name;
  private final Runnable task;
  private final Lock busy = new ReentrantLock();
  private volatile @Nullable ScheduledFuture<?> schedule;

  /** Who runs the task now; guarded by this. */
  private @Nullable Thread runner;

  /** What the task failed with the last time, as text; null when it succeeded. */
  private @Nullable String failure;

  private Repeating(String name, Runnable task) {
    this.name = name;
    this.task = task;
  }

  /**
   * Starts a task.
   *
   * @param name what it does, as the log has it: "removing expired messages"
   * @param first the pause before the first time
   * @param pause the pause after each time
   */
  public static Repeating start(
      ScheduledExecutorService scheduler,
      String name,
      Duration first,
      Duration pause,
      Runnable task) {
    Repeating repeating = new Repeating(name, task);
    repeating.schedule =
        scheduler.scheduleWithFixedDelay(
            repeating::once, first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    return repeating;
  }

  private void once() {
    busy.lock();
    try {
      runner(Thread.currentThread());
      task.run();
      if (failure != null) {
        failure = null;
        LOG.log(Level.INFO, "Works again: {0}", name);
      }
    } catch (RuntimeException | Error e) {
      boolean news = !e.toString().equals(failure);
      failure = e.toString();
      LOG.log(
          news ? Level.SEVERE : Level.FINE,
          "A scheduled task failed; it will run again: " + name,
          e);
    } finally {
      runner(null);
      busy.unlock();
    }
  }

  private synchronized void runner(@Nullable Thread thread) {
    runner = thread;
    if (thread == null && Thread.interrupted()) {
      LOG.log(Level.FINE, "Interrupted: {0}", name); // meant this run, not the thread's next
    }
  }

  /** A scheduled task that is cancelled once cannot be cancelled again with an interrupt. */
  private synchronized void interrupt() {
    if (runner != null) {
      runner.interrupt();
    }
  }

  /**
   * Ends it. A run that is under way may finish; one that does not within the limit is interrupted.
   * False when it was.
   */
  public boolean stop(Duration limit) throws InterruptedException {
    ScheduledFuture<?> scheduled = schedule;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    if (busy.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      busy.unlock();
      return true;
    }
    interrupt();
    return false;
  }
}
