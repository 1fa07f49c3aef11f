package io.messagelogger.ingest;

import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Condition;
import io.messagelogger.store.writing.Outcome;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Brings one claim after the other to its end: all of its messages committed and the claim
 * acknowledged, or the claim split, handed back or lost. Between those there is only trying again.
 * Used by one thread.
 *
 * <p>A claim over which owners die again and again holds a message that ends servers (exhausts
 * their memory, say). From the first death that was noted on it is tried with nothing else under
 * way; after the second it is split; a message that is left alone with two deaths becomes a dead
 * letter. A death is noted only while the claim is tried, never while it waits for an outage to
 * pass.
 */
final class ClaimProcessor {
  private static final Logger LOG = Logger.getLogger(ClaimProcessor.class.getName());

  /** With the one before the claim was first taken over, which is not noted, three. */
  private static final int DEADLY = 2;

  /** A batch of a thousand comes down to a single message in two steps. */
  private static final int PARTS = 32;

  private final MessageReader reader;
  private final ClaimQueue queue;
  private final Attempt.Stores stores;
  private final Leases leases;
  private final Quarantine quarantine;
  private final Condition condition;
  private final Pace pace;
  private final Pauses pauses;
  private final Event<Object> events;

  ClaimProcessor(
      MessageReader reader,
      ClaimQueue queue,
      Attempt.Stores stores,
      Leases leases,
      Quarantine quarantine,
      Condition condition,
      Pace pace,
      Pauses pauses,
      Event<Object> events) {
    this.reader = reader;
    this.queue = queue;
    this.stores = stores;
    this.leases = leases;
    this.quarantine = quarantine;
    this.condition = condition;
    this.pace = pace;
    this.pauses = pauses;
    this.events = events;
  }

  /** Processes a claim to its end. */
  void process(Claim claim) throws InterruptedException {
    if (claim.large() && reader.fits(claim.largeBytes())) { // the limit was raised meanwhile
      handBack(claim, false);
      return;
    }
    boolean deadly = claim.deaths() >= DEADLY && !claim.large();
    if (deadly && claim.size() > 1) {
      split(claim);
      return;
    }
    leases.hold(claim);
    try (Attempt attempt =
        new Attempt(claim, stores, reader, quarantine, leases, condition, pauses, events)) {
      long start = System.nanoTime();
      Optional<Outcome> outcome = deadly ? attempt.buryFatal() : attempt.writeAll();
      if (outcome.isPresent()) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        acknowledge(claim, attempt.silent(outcome.get()));
        events.fire(attempt.report(outcome.get(), time));
      } else if (leases.holds(claim)) {
        handBack(claim, attempt.leftTraces());
      }
    } finally {
      leases.drop(claim);
    }
  }

  private void split(Claim claim) {
    if (queue.split(claim, PARTS, DEADLY - 1)) {
      LOG.log(
          Level.WARNING,
          "{0} servers in a row have ended while they stored claim {1}; its {2} messages are split"
              + " to find which is to blame",
          new Object[] {claim.reaps(), claim.id(), claim.size()});
      events.fire(Incident.SPLIT);
    }
  }

  private void acknowledge(Claim claim, Set<Integer> silent) throws InterruptedException {
    leases.drop(claim); // a renewal from now on would find it gone; and its messages are stored
    int size = claim.size();
    int step = pace.step(claim, size - silent.size());
    for (int from = 0; from < size; from += step) {
      if (from > 0) {
        pauses.rest(Pace.PAUSE);
      }
      if (!acknowledgePart(claim, from, Math.min(size, from + step), silent)) {
        return;
      }
    }
  }

  /** False when the claim is not this server's any more, or the server stops. */
  private boolean acknowledgePart(Claim claim, int from, int to, Set<Integer> silent)
      throws InterruptedException {
    while (true) {
      try {
        boolean there = queue.acknowledge(claim, from, to, silent);
        if (!there) {
          LOG.log(
              Level.INFO,
              "Claim {0} was acknowledged before or taken over; its messages are stored",
              claim.id());
        }
        condition.up();
        pauses.reset();
        return there;
      } catch (QueueUnavailableException e) {
        LOG.log(Level.FINE, "A claim could not be acknowledged", e);
        events.fire(Incident.RETRY);
        if (queue.answers()) { // that it is away, the condition "redis" says
          condition.down("what is stored cannot be acknowledged: " + e.getMessage());
        }
        if (pauses.pauseOrStop()) {
          return false; // whoever reaps the claim finds its messages stored
        }
      }
    }
  }

  /**
   * Gives up a claim because the server stops. Messages that may have been stored without being
   * published stay a claim: in the queue they would be plain duplicates, which are not published.
   */
  private void handBack(Claim claim, boolean traces) {
    leases.drop(claim);
    try {
      if (traces) {
        queue.abandon(claim);
        LOG.log(Level.INFO, "Left claim {0} to whoever runs next", claim.id());
      } else {
        queue.release(claim);
        LOG.log(Level.INFO, "Handed {0} messages back to the queue", claim.size());
      }
      events.fire(Incident.RETURN);
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "A claim could not be given back", e);
      LOG.log(Level.INFO, "Claim {0} stays in Redis until it is reaped", claim.id());
    }
  }
}
