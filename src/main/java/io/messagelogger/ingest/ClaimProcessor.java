package io.messagelogger.ingest;

import io.messagelogger.condition.Condition;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.BatchWriter;
import io.messagelogger.store.DeadLetter;
import io.messagelogger.store.Incoming;
import io.messagelogger.store.Outcome;
import io.messagelogger.store.SqlFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Brings one claim after the other to its end: all of its messages committed and the claim
 * acknowledged, or the claim handed back or lost. Between those there is only trying again. Used by
 * one thread.
 */
final class ClaimProcessor {
  private static final Logger LOG = Logger.getLogger(ClaimProcessor.class.getName());

  /**
   * Bytes of memory that the messages of one transaction take, about; four times what a claim has
   * by default.
   */
  private static final long MAX_WEIGHT = 32L << 20;

  private static final long SUBJECT_WEIGHT = 200;
  private static final int SUSPICIOUS_REAPS = 2;

  private final MessageReader reader;
  private final ClaimQueue queue;
  private final BatchWriter writer;
  private final Leases leases;
  private final Condition condition;
  private final CountDownLatch stopping;
  private final Consumer<BatchReport> reports;
  private final Backoff backoff = new Backoff();

  /**
   * @param stopping counted down when no more tries are to be made
   */
  ClaimProcessor(
      MessageReader reader,
      ClaimQueue queue,
      BatchWriter writer,
      Leases leases,
      Condition condition,
      CountDownLatch stopping,
      Consumer<BatchReport> reports) {
    this.reader = reader;
    this.queue = queue;
    this.writer = writer;
    this.leases = leases;
    this.condition = condition;
    this.stopping = stopping;
    this.reports = reports;
  }

  /** Processes a claim to its end. */
  void process(Claim claim) throws InterruptedException {
    long start = System.nanoTime();
    leases.hold(claim);
    try {
      Attempt attempt = new Attempt(claim);
      Optional<Outcome> outcome = attempt.writeAll();
      if (outcome.isPresent()) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        condition.up();
        acknowledge(claim, attempt.silent(outcome.get()));
        reports.accept(attempt.report(outcome.get(), time));
      } else if (leases.holds(claim)) {
        release(claim);
      }
    } finally {
      leases.drop(claim);
    }
  }

  private void acknowledge(Claim claim, Set<Integer> silent) throws InterruptedException {
    while (true) {
      try {
        if (!queue.acknowledge(claim, silent)) {
          LOG.log(
              Level.INFO,
              "Claim {0} was acknowledged before or taken over; its messages are stored",
              claim.id());
        }
        backoff.reset();
        return;
      } catch (QueueUnavailableException e) {
        LOG.log(Level.FINE, "A claim could not be acknowledged", e);
        if (pauseOrStop()) {
          return; // whoever reaps the claim finds its messages stored
        }
      }
    }
  }

  private void release(Claim claim) {
    try {
      queue.release(claim);
      LOG.log(Level.INFO, "Handed {0} messages back to the queue", claim.payloads().size());
    } catch (QueueUnavailableException e) {
      LOG.log(Level.INFO, "Claim {0} stays in Redis until it is reaped", claim.id());
    }
  }

  /** True when the server stops. */
  private boolean pauseOrStop() throws InterruptedException {
    return stopping.await(backoff.next().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The messages of one claim on their way into the database. Used by one thread. */
  private final class Attempt {
    private final Claim claim;
    private int ignoredKeys;

    /** Some of the messages may have been committed by a try of which nothing was heard. */
    private boolean uncertain;

    Attempt(Claim claim) {
      this.claim = claim;
      this.uncertain = claim.reaps() > 0;
    }

    /**
     * Writes the whole claim: one transaction, or several when its messages take too much memory
     * for one.
     */
    Optional<Outcome> writeAll() throws InterruptedException {
      Optional<Outcome> outcome = Optional.empty();
      int position = 0;
      do {
        List<Incoming> messages = new ArrayList<>();
        List<DeadLetter> refused = new ArrayList<>();
        long weight = 0;
        while (position < claim.payloads().size() && weight < limit()) {
          weight += read(position, messages, refused);
          position++;
        }
        Optional<Outcome> before = outcome;
        outcome = write(messages, refused).map(part -> before.map(part::and).orElse(part));
      } while (outcome.isPresent() && position < claim.payloads().size());
      return outcome;
    }

    /**
     * A claim that has been taken over again and again may have ended its owners: one message at a
     * time then.
     */
    private long limit() {
      return claim.reaps() < SUSPICIOUS_REAPS ? MAX_WEIGHT : 1;
    }

    /** Reads one message; answers about how many bytes it takes while it is written. */
    private long read(int position, List<Incoming> messages, List<DeadLetter> refused) {
      byte[] payload = claim.payloads().get(position);
      try {
        MessageReader.Reading reading = reader.read(payload);
        messages.add(new Incoming(position, payload, reading.message()));
        ignoredKeys += reading.ignoredKeys();
        List<String> destinations = reading.message().destinationSubjectIds();
        return payload.length + (destinations == null ? 0 : destinations.size() * SUBJECT_WEIGHT);
      } catch (RejectedMessageException e) {
        DeadLetter.Kind kind = e.tooLarge() ? DeadLetter.Kind.TOO_LARGE : DeadLetter.Kind.INVALID;
        refused.add(new DeadLetter(position, payload, kind, e.explanation(), null, 1));
        return payload.length;
      }
    }

    /** Writes these of the claim's messages; empty when the server stops or the claim is lost. */
    Optional<Outcome> write(List<Incoming> some, List<DeadLetter> dead)
        throws InterruptedException {
      while (leases.holds(claim)) {
        try {
          Outcome outcome = writer.write(claim.origin(), some, dead);
          backoff.reset();
          return Optional.of(outcome);
        } catch (Exception e) { // whatever it is, the claim is kept and nothing is acknowledged
          SqlFailure failure = SqlFailure.of(e);
          if (failure.kind() == SqlFailure.Kind.DATA && !some.isEmpty()) {
            return isolate(some, dead, failure);
          }
          uncertain = true;
          LOG.log(Level.FINE, "A batch could not be written", e);
          condition.down(
              failure.kind() == SqlFailure.Kind.OUTAGE
                  ? "a batch waits for the database: " + failure.explanation()
                  : "a batch waits for an operator: " + failure.explanation());
          if (pauseOrStop()) {
            return Optional.empty();
          }
        }
      }
      return Optional.empty();
    }

    /** Finds the messages that the database refuses, by halving. */
    private Optional<Outcome> isolate(
        List<Incoming> some, List<DeadLetter> dead, SqlFailure failure)
        throws InterruptedException {
      if (some.size() == 1 && dead.isEmpty()) {
        Incoming poison = some.get(0);
        String reason = "the database refused it: " + failure.reason();
        return write(
            List.of(),
            List.of(
                new DeadLetter(
                    poison.position(),
                    poison.payload(),
                    DeadLetter.Kind.REFUSED,
                    reason,
                    failure.sqlState(),
                    1)));
      }
      int half = some.size() / 2;
      Optional<Outcome> first = write(some.subList(0, half), dead);
      if (first.isEmpty()) {
        return first;
      }
      return write(some.subList(half, some.size()), List.of())
          .map(second -> first.get().and(second));
    }

    /**
     * The positions that are not published: whatever is no new row. When it is uncertain whether a
     * try of ours stored a message and never came to publish it, it is published again; the feed
     * drops what it has shown.
     */
    Set<Integer> silent(Outcome outcome) {
      Set<Integer> silent = new HashSet<>(outcome.deadLetters());
      if (!uncertain) {
        silent.addAll(outcome.duplicates());
      }
      return silent;
    }

    BatchReport report(Outcome outcome, Duration time) {
      return new BatchReport(
          claim.payloads().size(),
          outcome.stored().size(),
          outcome.duplicates().size(),
          outcome.deadLetters().size(),
          ignoredKeys,
          time);
    }
  }
}
