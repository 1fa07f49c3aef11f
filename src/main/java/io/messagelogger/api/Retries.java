package io.messagelogger.api;

import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.DeadLetters;
import io.messagelogger.store.StoreUnavailableException;
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
public class Retries {
  private static final Logger LOG = Logger.getLogger(Retries.class.getName());
  private static final int PAGE = 1000;
  private static final Duration SAY_EVERY = Duration.ofSeconds(5);
  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(1);

  private final DeadLetters letters;
  private final ClaimQueue queue;
  private final AtomicReference<@Nullable Run> current = new AtomicReference<>();

  @Resource private ManagedExecutorService executor;

  /** For CDI's proxies. */
  protected Retries() {
    this.letters = null;
    this.queue = null;
  }

  /** Retries from the store into the queue. */
  @Inject
  public Retries(DeadLetters letters, ClaimQueue queue) {
    this.letters = letters;
    this.queue = queue;
  }

  /**
   * How far a selection has come. Immutable.
   *
   * @param selected how many letters there were at the start
   * @param retried how many of them are in the queue now
   * @param skipped how many were not open any more, or are larger than a message may be
   * @param rate messages a second at most
   * @param finished when it ended; null while it runs
   * @param reason why it ended early, or waits; null when all is in order
   */
  public record Progress(
      long selected,
      long retried,
      long skipped,
      int rate,
      Instant started,
      @Nullable Instant finished,
      @Nullable String reason) {

    private Progress retriedOne() {
      return new Progress(selected, retried + 1, skipped, rate, started, null, null);
    }

    private Progress skippedOne() {
      return new Progress(selected, retried, skipped + 1, rate, started, null, null);
    }

    private Progress waiting(String why) {
      return new Progress(selected, retried, skipped, rate, started, null, why);
    }

    private Progress finished(@Nullable String why) {
      return new Progress(selected, retried, skipped, rate, started, Instant.now(), why);
    }
  }

  /** Starts; empty when a selection is being retried already. */
  public Optional<Progress> start(DeadLetters.Selection selection, int rate) {
    Instant started = Instant.now();
    Run run =
        new Run(
            selection,
            new Progress(
                letters.countToRetry(selection, started), 0, 0, rate, started, null, null));
    Run before = current.get();
    if ((before != null && before.progress.finished() == null)
        || !current.compareAndSet(before, run)) {
      return Optional.empty();
    }
    executor.execute(run);
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

  void stop(@Observes Shutdown event) {
    stop("the server stopped");
  }

  /** One selection. */
  private final class Run implements Runnable {
    private final DeadLetters.Selection selection;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Progress progress;
    private volatile @Nullable String stopReason;
    private long saidAt = System.nanoTime();

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
      long start = System.nanoTime();
      long last = 0;
      for (List<Long> ids = next(last); !ids.isEmpty(); ids = next(last)) {
        for (long id : ids) {
          long due = start + TimeUnit.SECONDS.toNanos(progress.retried()) / progress.rate();
          if (stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return;
          }
          retry(id);
          last = id;
          if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
            saidAt = System.nanoTime();
            say();
          }
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
          DeadLetters.Retry result =
              letters.retry(id, payload -> queue.push(List.of(payload)), false);
          progress =
              result == DeadLetters.Retry.QUEUED ? progress.retriedOne() : progress.skippedOne();
          return;
        } catch (StoreUnavailableException | QueueUnavailableException | TransactionalException e) {
          await(e);
        }
      }
    }

    private void await(RuntimeException outage) throws InterruptedException {
      LOG.log(Level.FINE, "Retrying waits", outage);
      progress = progress.waiting(String.valueOf(outage.getMessage()));
      stopped.await(OUTAGE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void say() {
      Progress now = progress;
      double seconds = Duration.between(now.started(), Instant.now()).toMillis() / 1000.0;
      long done = now.retried() + now.skipped();
      LOG.log(
          Level.INFO,
          "Retried {0} of {1} dead letters ({2} %), {3} a second{4}",
          new Object[] {
            now.retried(),
            now.selected(),
            now.selected() == 0 ? 100 : Math.min(100, 100 * done / now.selected()),
            Math.round(now.retried() / Math.max(0.001, seconds)),
            now.reason() == null ? "" : "; " + now.reason()
          });
    }
  }
}
