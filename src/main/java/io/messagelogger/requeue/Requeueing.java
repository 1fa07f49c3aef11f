package io.messagelogger.requeue;

import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionalException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of many dead letters back into the queue, at a rate, in the background: one
 * selection at a time on each server. Letters that come while it runs, also those that come back,
 * are left alone. An outage is waited out. Ends with the server; what is left stays a dead letter.
 * Thread-safe.
 */
@ApplicationScoped
public class Requeueing {
  private static final Logger LOG = Logger.getLogger(Requeueing.class.getName());
  private static final int PAGE = 1000;
  private static final Duration SAY_EVERY = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** What a hiccup may delay without being made up for; an outage is not made up for at all. */
  private static final Duration CATCH_UP = Duration.ofMillis(100);

  private final DeadLetters letters;
  private final ClaimQueue queue;
  private final AtomicReference<@Nullable Run> current = new AtomicReference<>();

  @Resource private ManagedExecutorService executor;

  /** Requeueing from the store into the queue. */
  @Inject
  public Requeueing(DeadLetters letters, ClaimQueue queue) {
    this.letters = letters;
    this.queue = queue;
  }

  /**
   * How far a selection has come. Immutable.
   *
   * @param selected how many letters there were at the start
   * @param retried how many of them are in the queue now
   * @param skipped how many were not open any more when their turn came
   * @param failed how many are larger than a message may be
   * @param rate messages a second at most
   * @param started when, by the database's clock
   * @param finished when it ended; null while it runs
   * @param reason why it ended early, or waits; null when all is in order
   */
  public record Progress(
      long selected,
      long retried,
      long skipped,
      long failed,
      int rate,
      Instant started,
      @Nullable Instant finished,
      @Nullable String reason) {

    private Progress after(DeadLetters.Retry result) {
      boolean queued = result == DeadLetters.Retry.QUEUED;
      boolean tooLarge = result == DeadLetters.Retry.TOO_LARGE;
      return new Progress(
          selected,
          queued ? retried + 1 : retried,
          queued || tooLarge ? skipped : skipped + 1,
          tooLarge ? failed + 1 : failed,
          rate,
          started,
          null,
          null);
    }

    private Progress waiting(String why) {
      return new Progress(selected, retried, skipped, failed, rate, started, null, why);
    }

    private Progress finished(@Nullable String why) {
      return new Progress(selected, retried, skipped, failed, rate, started, Instant.now(), why);
    }

    private long done() {
      return retried + skipped + failed;
    }
  }

  /** Starts; empty when a selection is being retried already. */
  public Optional<Progress> start(DeadLetters.Selection selection, int rate) {
    Run before = current.get();
    if (before != null && before.progress.finished() == null) {
      return Optional.empty();
    }
    Instant started = letters.time();
    long selected = letters.countToRetry(selection, started);
    Run run = new Run(selection, new Progress(selected, 0, 0, 0, rate, started, null, null));
    if (!current.compareAndSet(before, run)) {
      return Optional.empty();
    }
    try {
      executor.execute(run);
    } catch (RejectedExecutionException e) {
      current.set(before);
      throw e;
    }
    return Optional.of(run.progress);
  }

  /** The selection that is being retried, or was last. */
  public Optional<Progress> progress() {
    return Optional.ofNullable(current.get()).map(run -> run.progress);
  }

  /** Stops; the letters that were not retried stay open. */
  public void stop(String reason) {
    Run run = current.get();
    if (run != null) {
      run.stop(reason);
    }
  }

  public void stop(@Observes Shutdown event) {
    stop("the server stopped");
  }

  /** One selection. */
  private final class Run implements Runnable {
    private final DeadLetters.Selection selection;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Progress progress;
    private volatile @Nullable String stopReason;
    private final long begun = System.nanoTime();
    private long saidAt = begun;
    private Duration pause = FIRST_PAUSE;

    Run(DeadLetters.Selection selection, Progress progress) {
      this.selection = selection;
      this.progress = progress;
    }

    void stop(String reason) {
      stopReason = reason;
      stopped.countDown();
    }

    @Override
    public void run() {
      String end = null;
      try {
        retryAll();
        end = stopReason;
      } catch (InterruptedException e) {
        end = "it was interrupted";
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        end = "it failed in an unforeseen way: " + e;
        LOG.log(Level.SEVERE, "Dead letters could not be retried", e);
      } finally {
        progress = progress.finished(end);
        say();
      }
    }

    private void retryAll() throws InterruptedException {
      long step = TimeUnit.SECONDS.toNanos(1) / progress.rate();
      long due = System.nanoTime();
      long last = 0;
      for (List<Long> ids = next(last); !ids.isEmpty(); ids = next(last)) {
        for (long id : ids) {
          if (stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return;
          }
          long retried = progress.retried();
          retry(id);
          last = id;
          if (progress.retried() > retried) {
            due = Math.max(due + step, System.nanoTime() - CATCH_UP.toNanos());
          }
          sayNowAndThen();
        }
      }
    }

    private List<Long> next(long last) throws InterruptedException {
      while (stopped.getCount() > 0) {
        try {
          return letters.toRetry(selection, progress.started(), last, PAGE);
        } catch (StoreUnavailableException e) {
          await(e);
        }
      }
      return List.of();
    }

    private void retry(long id) throws InterruptedException {
      while (stopped.getCount() > 0) {
        try {
          progress =
              progress.after(letters.retry(id, payload -> queue.push(List.of(payload)), false));
          pause = FIRST_PAUSE;
          return;
        } catch (StoreUnavailableException | QueueUnavailableException | TransactionalException e) {
          await(e);
        }
      }
    }

    private void await(RuntimeException outage) throws InterruptedException {
      LOG.log(Level.FINE, "Retrying waits", outage);
      progress = progress.waiting("it waits: " + outage.getMessage());
      sayNowAndThen();
      stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
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
          "Retried {0} of {1} dead letters ({2} %), {3} a second{4}",
          new Object[] {
            now.retried(),
            now.selected(),
            now.selected() == 0 ? 100 : Math.min(100, 100 * now.done() / now.selected()),
            Math.round(now.retried() / Math.max(0.001, seconds)),
            now.reason() == null ? "" : "; " + now.reason()
          });
    }
  }
}
