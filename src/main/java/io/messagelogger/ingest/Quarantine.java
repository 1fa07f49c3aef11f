package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps a claim over which an owner has died apart from all others of this server: it is tried when
 * nothing else is under way, so that, if the server dies again, only this claim is to blame.
 * Thread-safe.
 */
final class Quarantine {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  /** What to hold while the claim is tried. */
  Lock lock(Claim claim) {
    return claim.deaths() > 0 ? lock.writeLock() : lock.readLock();
  }
}
