package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.BatchSpan;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.QueueUnavailableException;
import java.time.Duration;
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

  private final Tools tools;
  private final Writer writer;

  ClaimProcessor(Tools tools, Writer writer) {
    this.tools = tools;
    this.writer = writer;
  }

  /** Processes a claim to its end. */
  void process(Claim claim) throws InterruptedException {
    if (claim.large()
        && tools.reader().fits(claim.largeBytes())) { // the limit was raised meanwhile
      handBack(claim, false);
      return;
    }
    boolean deadly = claim.deaths() >= DEADLY && !claim.large();
    if (deadly && claim.size() > 1) {
      split(claim);
      return;
    }
    tools.leases().hold(claim);
    try (BatchSpan span = tools.tracing().begin(tools.queue().name(), claim.size());
        Attempt attempt = new Attempt(claim, tools, writer, span)) {
      long start = System.nanoTime();
      Verdict.End end = deadly ? attempt.buryFatal() : attempt.writeAll();
      if (end instanceof Verdict.Done done) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        span.stored(
            done.outcome().stored().size(),
            done.outcome().duplicates().size(),
            done.outcome().deadLetters().size());
        acknowledge(claim, attempt.silent(done.outcome()));
        if (!done.outcome().deadLetters().isEmpty()) {
          LOG.log(
              Level.WARNING,
              "{0} of {1} messages became dead letters: {2}; GET /dead-letters shows them",
              new Object[] {
                done.outcome().deadLetters().size(), claim.size(), attempt.whyDead(done.outcome())
              });
        }
        tools.events().tell(attempt.report(done.outcome(), time));
      } else if (tools.leases().holds(claim)) {
        handBack(claim, attempt.leftTraces());
      }
    } finally {
      tools.leases().drop(claim);
    }
  }

  private void split(Claim claim) {
    if (tools.queue().split(claim, PARTS, DEADLY - 1)) {
      LOG.log(
          Level.WARNING,
          "{0} servers in a row have ended while they stored claim {1}; its {2} messages are split"
              + " to find which is to blame",
          new Object[] {claim.reaps(), claim.id(), claim.size()});
      tools.events().tell(Incident.SPLIT);
    }
  }

  private void acknowledge(Claim claim, Set<Integer> silent) throws InterruptedException {
    tools
        .leases()
        .drop(claim); // a renewal from now on would find it gone; and its messages are stored
    int size = claim.size();
    int step = tools.pace().messagesPerStep(claim, size - silent.size());
    for (int from = 0; from < size; from += step) {
      if (from > 0) {
        writer.pauses().rest(Pace.PAUSE);
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
        boolean there = tools.queue().acknowledge(claim, from, to, silent);
        if (!there) {
          LOG.log(
              Level.INFO,
              "Claim {0} was acknowledged before or taken over; its messages are stored",
              claim.id());
        }
        writer.work().up();
        writer.pauses().reset();
        return there;
      } catch (QueueUnavailableException e) {
        LOG.log(Level.FINE, "A claim could not be acknowledged", e);
        tools.events().tell(Incident.RETRY);
        if (tools.queue().answers()) { // that it is away, the condition "redis" says
          writer.work().down("what is stored cannot be acknowledged: " + e.getMessage());
        }
        if (writer.pauses().pauseOrStop()) {
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
    tools.leases().drop(claim);
    try {
      if (traces) {
        tools.queue().abandon(claim);
        LOG.log(Level.INFO, "Left claim {0} to whoever runs next", claim.id());
      } else {
        tools.queue().release(claim);
        LOG.log(Level.INFO, "Handed {0} messages back to the queue", claim.size());
      }
      tools.events().tell(Incident.RETURN);
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "A claim could not be given back", e);
      LOG.log(Level.INFO, "Claim {0} stays in Redis until it is reaped", claim.id());
    }
  }
}
