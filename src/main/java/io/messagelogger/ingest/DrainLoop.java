package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Condition;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One of the drainer's threads: claims and processes one batch after the other until the server
 * stops. Takes over the claims of owners that have gone at its start and four times a lease. An
 * exception, or even an error, costs the batch its owner and not the loop its life.
 */
final class DrainLoop implements Runnable {
  private static final Logger LOG = Logger.getLogger(DrainLoop.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** How often the loop looks whether a batch has filled up while it waits for company. */
  private static final Duration LOOK = Duration.ofMillis(5);

  /** What another server keeps this one from seeing makes no batch smaller than by so much. */
  private static final Duration UNSEEN = Duration.ofMillis(50);

  private final ClaimQueue queue;
  private final Database database;
  private final ClaimProcessor processor;
  private final Condition condition;
  private final Pauses pauses;
  private final Pulse pulse;
  private final Event<Object> events;
  private final int batchSize;
  private final Duration patience;
  private final Duration reapEvery;

  /** Since when a message that was seen may wait for company; null when none was seen. */
  private @Nullable Long company;

  /** When to look for claims to take over, in the time of System.nanoTime. */
  private long reapAt = System.nanoTime();

  DrainLoop(
      ClaimQueue queue,
      Database database,
      ClaimProcessor processor,
      Condition condition,
      Pauses pauses,
      Pulse pulse,
      Event<Object> events,
      Pace pace,
      Settings settings) {
    this.queue = queue;
    this.database = database;
    this.processor = processor;
    this.condition = condition;
    this.pauses = pauses;
    this.pulse = pulse;
    this.events = events;
    this.batchSize = settings.count(Setting.BATCH_SIZE);
    this.patience = pace.patience();
    this.reapEvery = settings.duration(Setting.CLAIM_LEASE).dividedBy(4);
  }

  @Override
  public void run() {
    String end = "the server stops";
    try {
      pulse.beat();
      while (!pauses.stopping() && !database.awaitReady(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        pulse.beat();
      }
      boolean refused = false;
      while (!pauses.stopping()) {
        pulse.beat();
        if (!refused && database.condition().state().up()) {
          condition.up(); // nothing is in hand that could not be stored
        }
        refused = !step();
      }
    } catch (InterruptedException e) {
      end = "it was interrupted";
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      end = e.toString();
      LOG.log(Level.SEVERE, "A drainer ends; what it claimed is reaped", e);
      throw e;
    } finally {
      pulse.end(end);
    }
  }

  /** One batch, if there is one; false when it could be neither claimed nor stored. */
  private boolean step() throws InterruptedException {
    try {
      Optional<Claim> claim = orphan();
      if (claim.isEmpty()) {
        claim = nextBatch();
      }
      if (claim.isPresent()) {
        processor.process(claim.get());
      }
      pauses.reset();
      return true;
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "Redis did not answer", e);
      boolean refused = queue.answers();
      if (refused) { // that it is away, the condition "redis" says
        condition.down(e.getMessage());
      }
      pauses.pauseOrStop();
      return !refused;
    } catch (RuntimeException | Error e) { // a fault of ours: the claim is reaped, the loop goes on
      LOG.log(Level.SEVERE, "A batch failed in an unforeseen way; it will be tried again", e);
      condition.down("unforeseen: " + e);
      pauses.pauseOrStop();
      return false;
    }
  }

  private Optional<Claim> orphan() {
    if (System.nanoTime() - reapAt < 0) {
      return Optional.empty();
    }
    Optional<Claim> orphan = queue.reap();
    if (orphan.isPresent()) {
      Claim claim = orphan.get();
      events.fire(Incident.REAP);
      LOG.log(
          Level.INFO,
          "Took over {0} messages of a server that has gone (claim {1})",
          new Object[] {claim.size(), claim.id()});
    } else {
      reapAt = System.nanoTime() + reapEvery.toNanos();
    }
    return orphan;
  }

  /**
   * A full batch at once when as much waits; otherwise what is there when the longest waiting
   * message has waited for company for as long as it may, counted from when the queue was last seen
   * empty, and from 50 ms ago at most: while the loops were busy, messages did not wait for
   * company. Messages wait in the queue, not in a claim. Comes back without one when it is time to
   * look for orphans, and when the other loops have taken what this one has seen.
   */
  private Optional<Claim> nextBatch() throws InterruptedException {
    Optional<Claim> full = queue.claim(batchSize);
    if (full.isEmpty() && company == null && queue.awaitMessage(WAIT)) {
      long now = System.nanoTime();
      company = now - Math.min(now - queue.emptyAt(), UNSEEN.toNanos());
    }
    Long since = company;
    while (full.isEmpty()
        && since != null
        && !pauses.stopping()
        && System.nanoTime() - reapAt < 0) {
      pulse.beat(); // the interval may be an hour
      if (queue.emptyAt() - since > 0) {
        company = null;
        return full;
      }
      long left = since + patience.toNanos() - System.nanoTime();
      if (left <= 0) {
        company = null;
        return queue.claim(1);
      }
      LockSupport.parkNanos(Math.min(left, LOOK.toNanos()));
      full = queue.claim(batchSize);
    }
    if (full.isPresent()) {
      company = null;
    }
    return full;
  }
}
