package io.messagelogger.ingest;

import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The claims that this server holds. {@link #renew} is to be called several times a lease, by a
 * thread that no batch can hold up. A claim that cannot be renewed because Redis does not answer is
 * still held: if its lease ends and another server takes it over, the next renewal tells.
 * Thread-safe.
 */
final class Leases {
  private static final Logger LOG = Logger.getLogger(Leases.class.getName());

  private final ClaimQueue queue;
  private final Map<String, Claim> held = new ConcurrentHashMap<>();

  Leases(ClaimQueue queue) {
    this.queue = queue;
  }

  void hold(Claim claim) {
    held.put(claim.id(), claim);
  }

  void drop(Claim claim) {
    held.remove(claim.id());
  }

  /** Whether the claim is this server's as far as is known. */
  boolean holds(Claim claim) {
    return held.containsKey(claim.id());
  }

  void renew() {
    for (Claim claim : List.copyOf(held.values())) {
      try {
        if (!queue.renew(claim) && held.remove(claim.id()) != null) {
          LOG.log(
              Level.WARNING,
              "Claim {0} was taken over: this server did not renew its lease in time",
              claim.id());
        }
      } catch (QueueUnavailableException e) {
        LOG.log(Level.FINE, "A lease could not be renewed", e); // the condition "redis" says so
        return;
      }
    }
  }
}
