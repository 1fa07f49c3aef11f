package io.messagelogger.ingest;

import io.messagelogger.condition.Condition;
import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.BatchWriter;
import io.messagelogger.store.Database;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Drains the queue into the database: WRITERS loops on the server's managed executor, each claiming
 * and storing one batch at a time, from the start of the application to its end. Thread-safe.
 *
 * <p>Stopping: no loop claims any more; what is claimed is finished, or handed back when the
 * database does not take it, within {@link #STOP_SECONDS}; what is left then stays claimed in Redis
 * and is reaped by whoever runs next.
 */
@ApplicationScoped
public class Drainer {
  private static final Logger LOG = Logger.getLogger(Drainer.class.getName());
  private static final int STOP_SECONDS = 20;
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** How often a loop looks whether a batch has filled up while it waits for company. */
  private static final Duration LOOK = Duration.ofMillis(5);

  private final ClaimQueue queue;
  private final Database database;
  private final BatchWriter writer;
  private final Event<BatchReport> reports;
  private final MessageReader reader;
  private final int batchSize;
  private final Duration interval;
  private final Duration lease;
  private final Leases leases;
  private final List<Condition> conditions = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended;
  private final AtomicInteger alive = new AtomicInteger();

  @Resource private ManagedExecutorService executor;
  @Resource private ManagedScheduledExecutorService scheduler;
  private volatile ScheduledFuture<?> renewal;

  /** For CDI's proxies. */
  protected Drainer() {
    this.queue = null;
    this.database = null;
    this.writer = null;
    this.reports = null;
    this.reader = null;
    this.batchSize = 0;
    this.interval = null;
    this.lease = null;
    this.leases = null;
    this.ended = null;
  }

  /** A drainer that starts with the application. */
  @Inject
  public Drainer(
      ClaimQueue queue,
      Database database,
      BatchWriter writer,
      Event<BatchReport> reports,
      Settings settings) {
    this.queue = queue;
    this.database = database;
    this.writer = writer;
    this.reports = reports;
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.batchSize = settings.count(Setting.BATCH_SIZE);
    this.interval = settings.duration(Setting.BATCH_INTERVAL);
    this.lease = settings.duration(Setting.CLAIM_LEASE);
    this.leases = new Leases(queue);
    int writers = settings.count(Setting.WRITERS);
    this.ended = new CountDownLatch(writers);
    for (int i = 1; i <= writers; i++) {
      conditions.add(new Condition("drainer " + i));
    }
  }

  void start(@Observes Startup event) {
    long renewMillis = Math.max(100, lease.toMillis() / 4);
    renewal =
        scheduler.scheduleWithFixedDelay(
            this::renew, renewMillis, renewMillis, TimeUnit.MILLISECONDS);
    for (Condition condition : conditions) {
      alive.incrementAndGet();
      executor.execute(() -> run(condition));
    }
  }

  void stop(@Observes Shutdown event) throws InterruptedException {
    LOG.info("Stopping: finishing the batches under way");
    stopping.countDown();
    boolean inTime = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    renewal.cancel(true);
    LOG.info(
        inTime
            ? "Stopped: nothing is claimed by this server any more"
            : "Stopped: what is still claimed will be reaped");
  }

  /** Whether every loop runs; one that has ended before the stop never comes back. */
  public boolean alive() {
    return alive.get() == conditions.size();
  }

  /** Whether each loop can store what it claims. */
  public List<Condition> conditions() {
    return List.copyOf(conditions);
  }

  private void renew() {
    try {
      leases.renew();
    } catch (RuntimeException e) { // a scheduled task that throws is not run again
      LOG.log(Level.SEVERE, "Leases could not be renewed", e);
    }
  }

  private void run(Condition condition) {
    try {
      ClaimProcessor processor =
          new ClaimProcessor(reader, queue, writer, leases, condition, stopping, reports::fire);
      Backoff backoff = new Backoff();
      long reapAt = System.nanoTime();
      while (!awaitDatabase()) {
        if (stopping.getCount() == 0) {
          return;
        }
      }
      boolean refused = false;
      while (stopping.getCount() > 0) {
        if (!refused && database.condition().state().up()) {
          condition.up(); // nothing is in hand that could not be stored
        }
        try {
          Optional<Claim> claim = Optional.empty();
          if (System.nanoTime() - reapAt >= 0) {
            claim = queue.reap();
            claim.ifPresent(Drainer::sayReaped);
            if (claim.isEmpty()) {
              reapAt = System.nanoTime() + lease.toNanos() / 4;
            }
          }
          if (claim.isEmpty()) {
            claim = nextBatch();
          }
          if (claim.isPresent()) {
            processor.process(claim.get());
          }
          backoff.reset();
          refused = false;
        } catch (QueueUnavailableException e) {
          LOG.log(Level.FINE, "Redis did not answer", e);
          refused = queue.answers();
          if (refused) { // what is refused is ours to say; that it is away, the condition "redis"
            // says
            condition.down(e.getMessage());
          }
          stopping.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RuntimeException e) { // a fault of ours: the claim is reaped, the loop goes on
          LOG.log(Level.SEVERE, "A batch failed in an unforeseen way; it will be tried again", e);
          condition.down("unforeseen: " + e);
          stopping.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // an Error: said, shown by /health/live, and left to the supervisor
      LOG.log(Level.SEVERE, "A drainer thread has died", e);
      condition.down("its thread has died: " + e);
      throw e;
    } finally {
      alive.decrementAndGet();
      ended.countDown();
    }
  }

  private static void sayReaped(Claim claim) {
    LOG.log(
        Level.INFO,
        "Took over {0} messages of a server that has gone (claim {1})",
        new Object[] {claim.payloads().size(), claim.id()});
  }

  private boolean awaitDatabase() throws InterruptedException {
    return database.awaitReady(WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * A full batch at once when as much waits; otherwise what is there when the longest waiting
   * message has waited for the interval since this loop saw it. Messages wait in the queue, not in
   * a claim.
   */
  private Optional<Claim> nextBatch() {
    Optional<Claim> full = queue.claim(batchSize);
    if (full.isPresent() || !queue.awaitMessage(WAIT)) {
      return full;
    }
    long end = System.nanoTime() + interval.toNanos();
    while (stopping.getCount() > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return queue.claim(1);
      }
      LockSupport.parkNanos(Math.min(left, LOOK.toNanos()));
      full = queue.claim(batchSize);
      if (full.isPresent()) {
        return full;
      }
    }
    return Optional.empty();
  }
}
