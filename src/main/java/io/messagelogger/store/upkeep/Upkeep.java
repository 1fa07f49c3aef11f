package io.messagelogger.store.upkeep;

import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What goes on in the database beside the messages' way, a small transaction at a time: taking over
 * the Python service's rows, removing messages that have expired, folding in what became known
 * later, and counting messages by the hour. Says how far it is every few seconds, and what fails.
 * Thread-safe.
 */
@ApplicationScoped
public class Upkeep implements Part {
  private static final Logger LOG = Logger.getLogger(Upkeep.class.getName());
  private static final Duration REPORT = Duration.ofSeconds(5);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration RETENTION_PERIOD = Duration.ofSeconds(10);
  private static final Duration COUNTING_PERIOD = Duration.ofSeconds(10);
  private static final Duration FOLDING_PERIOD = Duration.ofSeconds(30);

  private final Database database;
  private final Takeover takeover;
  private final Retention retention;
  private final Folding folding;
  private final Refresh refresh;
  private final AtomicLong expired = new AtomicLong();
  private final AtomicLong counted = new AtomicLong();
  private final Condition takingOver = new Condition("takeover");
  private final Condition expiring = new Condition("retention");
  private final Condition foldingIn = new Condition("erasure");
  private final Condition counting = new Condition("statistics");
  private final CountDownLatch ends = new CountDownLatch(1);
  private volatile Takeover.Progress progress = new Takeover.Progress(true, 100, 0);
  private volatile boolean stopped;
  private volatile List<Repeating> tasks = List.of();

  @Resource private ManagedScheduledExecutorService scheduler;

  /** Upkeep that starts with the application. */
  @Inject
  public Upkeep(
      Database database, Takeover takeover, Retention retention, Folding folding, Refresh refresh) {
    this.database = database;
    this.takeover = takeover;
    this.retention = retention;
    this.folding = folding;
    this.refresh = refresh;
    conditions().forEach(Condition::up); // nothing has failed
  }

  /** Whether each of the tasks succeeded the last time. */
  public List<Condition> conditions() {
    return List.of(takingOver, expiring, foldingIn, counting);
  }

  @Override
  public String name() {
    return "upkeep";
  }

  @Override
  public void start() {
    tasks =
        List.of(
            Repeating.start(
                scheduler,
                "taking over rows of the Python service",
                SECOND,
                SECOND,
                this::takeOver),
            Repeating.start(
                scheduler, "removing expired messages", SECOND, RETENTION_PERIOD, this::expire),
            Repeating.start(
                scheduler,
                "folding in what became known later",
                SECOND,
                FOLDING_PERIOD,
                this::fold),
            Repeating.start(
                scheduler, "counting messages by the hour", SECOND, COUNTING_PERIOD, this::count));
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    stopped = true;
    ends.countDown();
    boolean inTime = true;
    for (Repeating task : tasks) {
      inTime &= task.stop(limit.dividedBy(tasks.size()));
    }
    return inTime;
  }

  /** How far the takeover is, as last seen. */
  public Takeover.Progress takeover() {
    return progress;
  }

  /** How many messages this server has removed since it started. */
  public long expired() {
    return expired.get();
  }

  private void takeOver() {
    guard(
        takingOver,
        () -> {
          Optional<Takeover.Progress> start = takeover.progress();
          start.ifPresent(now -> progress = now);
          if (start.isEmpty() || start.get().finished()) {
            return;
          }
          long began = System.nanoTime();
          long reported = began;
          while (!stopped && takeover.step()) {
            if (System.nanoTime() - reported > REPORT.toNanos()) {
              reported = System.nanoTime();
              progress = takeover.progress().orElseThrow();
              LOG.log(
                  Level.INFO,
                  "Taking over the rows of the Python service: {0} %, {1} rows, {2} rows a second",
                  new Object[] {
                    progress.percent(),
                    progress.taken(),
                    rate(progress.taken() - start.get().taken(), began)
                  });
            }
          }
          progress = takeover.progress().orElseThrow();
          if (progress.finished()) {
            LOG.log(
                Level.INFO,
                "The rows of the Python service are taken over: {0} rows",
                progress.taken());
          }
        });
  }

  private void expire() {
    guard(
        expiring,
        () -> {
          if (database.expiry().isEmpty()) {
            return;
          }
          Condition clocks = database.clocks();
          if (!clocks.state().up()) { // a wrong clock would remove what has not expired
            throw new StoreUnavailableException(clocks.state().reason(), null);
          }
          Instant cutoff = database.expiry().get();
          long began = System.nanoTime();
          long reported = began;
          long messages = 0;
          int chunks = 0;
          boolean more = true;
          while (more && !stopped) {
            Retention.Step step = retention.step(cutoff);
            more = step.more();
            messages += step.messages();
            chunks += step.chunks();
            expired.addAndGet(step.messages());
            if (more && System.nanoTime() - reported > REPORT.toNanos()) {
              reported = System.nanoTime();
              LOG.log(
                  Level.INFO,
                  "Removing expired messages: {0} so far, {1} a second",
                  new Object[] {messages, rate(messages, began)});
            }
          }
          if (messages + chunks > 0) {
            LOG.log(
                Level.INFO,
                "Removed {0} messages older than {1}, and {2} chunks",
                new Object[] {messages, cutoff, chunks});
          }
        });
  }

  private static long rate(long count, long began) {
    return count * 1_000_000_000L / Math.max(1, System.nanoTime() - began);
  }

  private void fold() {
    guard(
        foldingIn,
        () -> {
          boolean more = true;
          while (more && !stopped) {
            more = folding.step();
          }
        });
  }

  /** How many messages this server has counted for statistics since it started. */
  public long counted() {
    return counted.get();
  }

  private void count() {
    guard(
        counting,
        () -> {
          long began = System.nanoTime();
          long reported = began;
          long messages = 0;
          boolean more = true;
          while (more && !stopped) {
            long start = System.nanoTime();
            Refresh.Step step = refresh.step();
            more = step.more();
            messages += step.messages();
            counted.addAndGet(step.messages());
            if (System.nanoTime() - reported > REPORT.toNanos()) {
              reported = System.nanoTime();
              LOG.log(
                  Level.INFO,
                  "Counting messages by the hour: {0} so far, {1} a second; back to {2}",
                  new Object[] {messages, rate(messages, began), step.from()});
            }
            if (more) {
              rest(System.nanoTime() - start);
            }
          }
        });
  }

  /** Leaves others as much time as was taken, unless this server stops. */
  private void rest(long nanoseconds) {
    try {
      stopped |= ends.await(nanoseconds, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  private void guard(Condition condition, Runnable work) {
    if (stopped || !database.condition().state().up()) {
      return;
    }
    try {
      work.run();
      condition.up();
    } catch (StoreUnavailableException e) { // tried again
      condition.down(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      condition.down(e.toString());
      throw e; // logged by the repeated task
    }
  }
}
