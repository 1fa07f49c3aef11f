package io.messagelogger.requeue;

import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Backoff;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.transaction.TransactionalException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Works through one selection of dead letters, at a rate, and waits out outages. Runs on one
 * thread; {@link #progress} and {@link #stop} are for others.
 */
final class Round implements Runnable {
  private static final Logger LOG = Logger.getLogger(Round.class.getName());
  private static final int PAGE = 1000;
  private static final Duration SAY_EVERY = Duration.ofSeconds(5);

  /** What a hiccup may delay without being made up for; an outage is not made up for at all. */
  private static final Duration CATCH_UP = Duration.ofMillis(100);

  private final Work work;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Backoff backoff = new Backoff();
  private final long begun = System.nanoTime();
  private volatile Progress progress;
  private volatile @Nullable String stopReason;
  private long saidAt = begun;

  Round(Work work, Progress progress) {
    this.work = work;
    this.progress = progress;
  }

  Progress progress() {
    return progress;
  }

  void stop(String reason) {
    if (stopReason == null) {
      stopReason = reason;
    }
    stopped.countDown();
  }

  boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    String end = null;
    try {
      workThrough();
      end = stopReason;
    } catch (InterruptedException e) {
      end = "it was interrupted";
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      end = "it failed unexpectedly: " + e;
      LOG.log(Level.SEVERE, "A selection of dead letters could not be worked through", e);
    } finally {
      progress = progress.finished(end);
      say();
      ended.countDown();
    }
  }

  private void workThrough() throws InterruptedException {
    double nanosPerLetter = 1e9 / progress.rate();
    int groupSize = work.groupSize(progress.rate());
    long due = System.nanoTime();
    long last = 0;
    for (List<Long> ids = next(last); !ids.isEmpty(); ids = next(last)) {
      for (int from = 0; from < ids.size(); from += groupSize) {
        if (stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return;
        }
        List<Long> group = ids.subList(from, Math.min(ids.size(), from + groupSize));
        long before = progress.done();
        Optional<Progress> after = untilDone(() -> work.on(group, progress));
        if (after.isEmpty()) {
          return;
        }
        progress = after.get();
        last = group.get(group.size() - 1);
        long done = progress.done() - before;
        if (done > 0) {
          due =
              Math.max(
                  due + Math.round(done * nanosPerLetter), System.nanoTime() - CATCH_UP.toNanos());
        }
        sayNowAndThen();
      }
    }
  }

  /** The next letters; none when it was stopped. */
  private List<Long> next(long last) throws InterruptedException {
    return untilDone(() -> work.next(progress.started(), last, PAGE)).orElse(List.of());
  }

  /** Tries until there is no outage; empty when it was stopped. */
  private <T> Optional<T> untilDone(Supplier<T> step) throws InterruptedException {
    while (stopped.getCount() > 0) {
      try {
        T result = step.get();
        backoff.reset();
        return Optional.of(result);
      } catch (StoreUnavailableException | QueueUnavailableException | TransactionalException e) {
        LOG.log(Level.FINE, "Dead letters wait", e);
        progress = progress.waiting("it waits: " + e.getMessage());
        sayNowAndThen();
        stopped.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return Optional.empty();
  }

  private void sayNowAndThen() {
    if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
      saidAt = System.nanoTime();
      say();
    }
  }

  private void say() {
    Progress now = progress;
    double seconds = (System.nanoTime() - begun) / 1e9;
    LOG.log(
        Level.INFO,
        "{0} {1} of {2} dead letters ({3} %), {4} per second{5}",
        new Object[] {
          work.verb(),
          now.done(),
          now.selected(),
          now.percent(),
          Math.round(now.done() / Math.max(0.001, seconds)),
          now.reason() == null ? "" : "; " + now.reason()
        });
  }
}
