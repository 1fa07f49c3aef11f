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
 * The claims that this server holds, and which of them it has noted as a risk. {@link #renew} is
 * called several times per lease, by a thread that no batch can hold up. A claim that cannot be
 * renewed because Redis does not answer is still held: if its lease ends and another server takes
 * it over, the next renewal tells. Thread-safe.
 */
final class Leases {
  private static final Logger LOG = Logger.getLogger(Leases.class.getName());

  private final ClaimQueue queue;
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  /** A claim, and whether it is noted in Redis that this server may crash over it. */
  private record Held(Claim claim, boolean risking) {}

  Leases(ClaimQueue queue) {
    this.queue = queue;
  }

  void hold(Claim claim) {
    held.put(claim.id(), new Held(claim, false));
  }

  void drop(Claim claim) {
    held.remove(claim.id());
  }

  /** Whether the claim is this server's as far as is known. */
  boolean holds(Claim claim) {
    return held.containsKey(claim.id());
  }

  /**
   * Records, for a claim that was taken over, that this server may crash over it. Without the note
   * the claim is only blamed less, so a Redis that does not answer does not matter.
   */
  void noteRisk(Claim claim) {
    if (claim.reaps() > 0
        && held.replace(claim.id(), new Held(claim, false), new Held(claim, true))) {
      try {
        queue.noteRisk(claim);
      } catch (QueueUnavailableException e) { // it may have been noted all the same
        LOG.log(Level.FINE, "A risk could not be noted", e);
      }
    }
  }

  /** Takes the note back: this server has survived. */
  void takeBackRisk(Claim claim) {
    try {
      takeBack(claim);
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "A risk could not be taken back", e);
    }
  }

  private void takeBack(Claim claim) {
    if (held.replace(claim.id(), new Held(claim, true), new Held(claim, false))) {
      queue.takeBackRisk(claim);
    }
  }

  void renew() {
    for (Held one : List.copyOf(held.values())) {
      Claim claim = one.claim();
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

  /**
   * Gives up what is still held when the server has no more time: its end is no death, and whoever
   * comes next need not wait for the leases. Ends at the first claim that Redis does not answer
   * about.
   */
  void giveUp() {
    List<Held> rest = List.copyOf(held.values());
    try {
      for (Held one : rest) {
        takeBack(one.claim());
        queue.abandon(one.claim());
      }
    } catch (QueueUnavailableException e) {
      LOG.log(Level.INFO, "Not all claims could be given up; they are reaped: {0}", e.getMessage());
    }
    rest.forEach(one -> drop(one.claim()));
  }
}
