package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Condition;
import io.messagelogger.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The work of one writer: claims and processes one batch after the other until the server stops.
 * Takes over the claims of owners that have gone at its start and four times per lease. An
 * exception, or even an error, costs the batch its owner and not the loop its life.
 */
final class DrainLoop implements Runnable {
  private static final Logger LOG = Logger.getLogger(DrainLoop.class.getName());
  private static final long WAIT_MILLIS = 1_000;

  private final Tools tools;
  private final Database database;
  private final Writer writer;
  private final ClaimProcessor processor;
  private final NextBatch batches;
  private final Duration reapEvery;

  /** When to look for claims to take over, in the time of System.nanoTime. */
  private long reapAt = System.nanoTime();

  DrainLoop(Tools tools, Database database, Writer writer, NextBatch batches, Duration lease) {
    this.tools = tools;
    this.database = database;
    this.writer = writer;
    this.processor = new ClaimProcessor(tools, writer);
    this.batches = batches;
    this.reapEvery = lease.dividedBy(4);
  }

  @Override
  public void run() {
    String end = "the server stops";
    try {
      writer.pulse().beat();
      while (!writer.pauses().stopping()
          && !database.awaitReady(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        writer.pulse().beat();
      }
      boolean refused = false;
      while (!writer.pauses().stopping()) {
        writer.pulse().beat();
        if (!refused && database.condition().state().up()) {
          writer.work().up(); // nothing is in hand that could not be stored
        }
        refused = !step();
      }
    } catch (InterruptedException e) {
      end = "it was interrupted";
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      end = e.toString();
      LOG.log(Level.SEVERE, "A writer ends; what it claimed will be taken over", e);
      throw e;
    } finally {
      writer.pulse().end(end);
    }
  }

  /** One batch, if there is one; false when it could be neither claimed nor stored. */
  private boolean step() throws InterruptedException {
    Condition.State clocks = database.clocks().state();
    if (!clocks.up()) { // no message is judged by its time until they agree
      writer.work().down(clocks.reason());
      writer.pauses().pauseOrStop();
      return false;
    }
    try {
      Optional<Claim> claim = orphan();
      if (claim.isEmpty()) {
        claim = batches.claim(() -> !writer.pauses().stopping() && !reapDue());
      }
      if (claim.isPresent()) {
        processor.process(claim.get());
      }
      writer.pauses().reset();
      return true;
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "Redis did not answer", e);
      boolean refused = tools.queue().answers();
      if (refused) { // that it is down, the condition "redis" says
        writer.work().down(e.getMessage());
      }
      writer.pauses().pauseOrStop();
      return !refused;
    } catch (RuntimeException | Error e) { // a fault of ours: the claim is reaped, the loop goes on
      LOG.log(Level.SEVERE, "A batch failed unexpectedly; it will be tried again", e);
      writer.work().down("unexpected failure: " + e);
      writer.pauses().pauseOrStop();
      return false;
    }
  }

  private boolean reapDue() {
    return System.nanoTime() - reapAt >= 0;
  }

  private Optional<Claim> orphan() {
    if (!reapDue()) {
      return Optional.empty();
    }
    Optional<Claim> orphan = tools.queue().reap();
    if (orphan.isPresent()) {
      Claim claim = orphan.get();
      tools.events().tell(Incident.REAP);
      LOG.log(
          Level.INFO,
          "Took over {0} messages of a server that has gone (claim {1})",
          new Object[] {claim.size(), claim.id()});
    } else {
      reapAt = System.nanoTime() + reapEvery.toNanos();
    }
    return orphan;
  }
}
