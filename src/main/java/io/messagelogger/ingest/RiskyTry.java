package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * The times in which a claim is tried, which may crash the server: the quarantine is observed, and
 * the risk is noted. No lock is held between tries, so one claim's outage does not delay the
 * others. Used by one thread.
 */
final class RiskyTry implements AutoCloseable {
  /** Longer than most batches take: who gives up waiting loses its turn. */
  private static final int LOCK_SECONDS = 5;

  private final Claim claim;
  private final Lock quarantine;
  private final Leases leases;
  private final Pauses pauses;
  private boolean running;

  RiskyTry(Claim claim, Quarantine quarantine, Leases leases, Pauses pauses) {
    this.claim = claim;
    this.quarantine = quarantine.lock(claim);
    this.leases = leases;
    this.pauses = pauses;
  }

  /**
   * Waits until nothing stands against trying the claim, unless it is being tried. False when the
   * claim is lost, or the server stops meanwhile.
   */
  boolean begin() throws InterruptedException {
    pauses.beat();
    while (leases.holds(claim)) {
      if (running) {
        return true;
      }
      if (quarantine.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
        running = true;
        leases.noteRisk(claim);
      } else if (pauses.stopping()) {
        return false;
      }
      pauses.beat();
    }
    return false;
  }

  /** The server has survived it. */
  void end() {
    if (running) {
      leases.takeBackRisk(claim);
      close();
    }
  }

  /** Ends one that was left by an error, which counts as a death: it may be the message's doing. */
  @Override
  public void close() {
    if (running) {
      running = false;
      quarantine.unlock();
    }
  }
}
