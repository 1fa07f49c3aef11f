package io.messagelogger.ingest;

import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Condition;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.PieceSource;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The messages of one claim on their way into the database. Tries until they are there, until the
 * claim is lost, or until the server stops. Used by one thread.
 */
final class Attempt implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Attempt.class.getName());

  /**
   * Bytes of memory that the messages of one transaction take, about; four times what a claim has
   * by default.
   */
  private static final long MAX_WEIGHT = 32L << 20;

  private static final long MESSAGE_WEIGHT = 500;
  private static final long SUBJECT_WEIGHT = 200;

  private final Claim claim;
  private final Stores stores;
  private final MessageReader reader;
  private final Trial trial;
  private final Condition condition;
  private final Pauses pauses;
  private final Event<Object> events;
  private final int[] tries;
  private int ignoredKeys;

  /** Some of the messages may have been committed by a try of which nothing was heard. */
  private boolean uncertain;

  /** A part of the messages is committed. */
  private boolean begun;

  /** What writes to the database, and what large messages are read from. */
  record Stores(BatchWriter writer, Canary canary, ClaimQueue queue) {}

  Attempt(
      Claim claim,
      Stores stores,
      MessageReader reader,
      Quarantine quarantine,
      Leases leases,
      Condition condition,
      Pauses pauses,
      Event<Object> events) {
    this.claim = claim;
    this.stores = stores;
    this.reader = reader;
    this.trial = new Trial(claim, quarantine, leases, pauses);
    this.condition = condition;
    this.pauses = pauses;
    this.events = events;
    this.tries = new int[claim.size()];
    this.uncertain = claim.reaps() > 0;
  }

  /**
   * Writes the whole claim: one transaction, or several when its messages take too much memory for
   * one. Empty when the server stops or the claim is lost.
   */
  Optional<Outcome> writeAll() throws InterruptedException {
    if (claim.large()) {
      return buryLarge();
    }
    Optional<Outcome> outcome = Optional.empty();
    int position = 0;
    do {
      if (!trial.begin()) {
        return Optional.empty();
      }
      List<Incoming> messages = new ArrayList<>();
      List<DeadLetter> refused = new ArrayList<>();
      long weight = 0;
      while (position < claim.size() && weight < MAX_WEIGHT) {
        weight += read(position, messages, refused);
        position++;
      }
      Optional<Outcome> before = outcome;
      outcome = write(messages, refused).map(part -> before.map(part::and).orElse(part));
    } while (outcome.isPresent() && position < claim.size());
    return outcome;
  }

  /** Buries a message that has ended its owners, at last alone, without looking at it. */
  Optional<Outcome> buryFatal() throws InterruptedException {
    String reason =
        "%d servers in a row ended while they stored the message, at last with nothing else under"
            + " way";
    return write(
        List.of(),
        List.of(
            new DeadLetter(
                0,
                claim.payloads().get(0),
                DeadLetter.Kind.FATAL,
                reason.formatted(claim.reaps()),
                null,
                claim.reaps())));
  }

  private Optional<Outcome> buryLarge() throws InterruptedException {
    PieceSource payload =
        new PieceSource() {
          @Override
          public long length() {
            return claim.largeBytes();
          }

          @Override
          public byte[] read(long from, int length) {
            pauses.beat();
            return stores.queue().read(claim, from, length);
          }
        };
    String reason = reader.tooLarge(claim.largeBytes()).explanation();
    return untilDone(
        () -> {
          stores.writer().bury(claim.origin(), payload, reason);
          return new Outcome(Set.of(), Set.of(), Set.of(0), Set.of());
        },
        List.of(),
        this::keepTrying);
  }

  /** Reads one message; answers about how many bytes it takes while it is written. */
  private long read(int position, List<Incoming> messages, List<DeadLetter> refused) {
    byte[] payload = claim.payloads().get(position);
    long weight = MESSAGE_WEIGHT + payload.length;
    try {
      MessageReader.Reading reading = reader.read(payload);
      messages.add(new Incoming(position, payload, reading.message()));
      ignoredKeys += reading.ignoredKeys();
      List<String> destinations = reading.message().destinationSubjectIds();
      return weight + (destinations == null ? 0 : destinations.size() * SUBJECT_WEIGHT);
    } catch (RejectedMessageException e) {
      DeadLetter.Kind kind = e.tooLarge() ? DeadLetter.Kind.TOO_LARGE : DeadLetter.Kind.INVALID;
      refused.add(new DeadLetter(position, payload, kind, e.explanation(), null, 1));
      return weight;
    }
  }

  /** Writes these of the claim's messages; empty when the server stops or the claim is lost. */
  private Optional<Outcome> write(List<Incoming> some, List<DeadLetter> dead)
      throws InterruptedException {
    return untilDone(
        () -> stores.writer().write(claim.origin(), some, dead),
        some,
        (failure, cause) -> {
          if (failure.kind() != SqlFailure.Kind.DATA || some.isEmpty()) {
            return keepTrying(failure, cause);
          }
          if (some.size() > 1 || !dead.isEmpty()) {
            return halve(some, dead);
          }
          return refused(some.get(0), failure);
        });
  }

  private Optional<Outcome> untilDone(
      Transaction transaction, List<Incoming> messages, Answer answer) throws InterruptedException {
    while (trial.begin()) {
      Optional<Verdict> verdict;
      try {
        Outcome outcome = transaction.commit();
        pauses.reset();
        begun = true;
        trial.end();
        return Optional.of(outcome);
      } catch (QueueUnavailableException e) { // a large message is read while it is written
        verdict = keepTrying("a batch waits for Redis: " + e.getMessage(), e);
      } catch (Exception e) { // whatever it is, the claim is kept and nothing is acknowledged
        messages.forEach(incoming -> tries[incoming.position()]++);
        verdict = answer.to(SqlFailure.of(e), e);
      }
      if (verdict.isPresent()) {
        return verdict.get().outcome();
      }
    }
    return Optional.empty();
  }

  /** Waits; the verdict is that the server stops, or there is none yet. */
  private Optional<Verdict> keepTrying(SqlFailure failure, Exception cause)
      throws InterruptedException {
    return keepTrying(
        failure.kind() == SqlFailure.Kind.OUTAGE
            ? "a batch waits for the database: " + failure.explanation()
            : "a batch waits for an operator: " + failure.explanation(),
        cause);
  }

  /** The reason is said once, by the condition; where it came from is for whoever looks closer. */
  private Optional<Verdict> keepTrying(String reason, Exception cause) throws InterruptedException {
    uncertain = true;
    trial.end();
    condition.down(reason);
    LOG.log(Level.FINE, reason, cause);
    events.fire(Incident.RETRY);
    return pauses.pauseOrStop() ? Optional.of(new Verdict(Optional.empty())) : Optional.empty();
  }

  /** Looks for what the database refuses, by halving. */
  private Optional<Verdict> halve(List<Incoming> some, List<DeadLetter> dead)
      throws InterruptedException {
    events.fire(Incident.BISECTION);
    int half = some.size() / 2;
    Optional<Outcome> outcome = write(some.subList(0, half), dead);
    if (outcome.isPresent()) {
      Outcome first = outcome.get();
      outcome = write(some.subList(half, some.size()), List.of()).map(first::and);
    }
    return Optional.of(new Verdict(outcome));
  }

  /**
   * A single message was refused. It is poison only if the database takes another: a constraint
   * that somebody has added by mistake must not turn every message into a dead letter.
   */
  private Optional<Verdict> refused(Incoming message, SqlFailure failure)
      throws InterruptedException {
    try {
      stores.canary().fly();
    } catch (Canary.Survived e) {
      DeadLetter letter =
          new DeadLetter(
              message.position(),
              message.payload(),
              DeadLetter.Kind.REFUSED,
              "the database refused it: " + failure.reason(),
              failure.sqlState(),
              tries[message.position()]);
      return Optional.of(new Verdict(write(List.of(), List.of(letter))));
    } catch (Exception e) {
      SqlFailure general = SqlFailure.of(e);
      return general.kind() == SqlFailure.Kind.DATA
          ? keepTrying(
              "a batch waits for an operator: the database refuses every message: "
                  + general.explanation(),
              e)
          : keepTrying(general, e);
    }
    throw new IllegalStateException("a canary that neither survived nor died");
  }

  @Override
  public void close() {
    trial.close();
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

  /** Whether some of the messages may be stored without having been published. */
  boolean leftTraces() {
    return uncertain || begun;
  }

  BatchReport report(Outcome outcome, Duration time) {
    return new BatchReport(
        claim.size(),
        outcome.stored().size(),
        outcome.duplicates().size(),
        outcome.deadLetters().size(),
        outcome.conflicts().size(),
        ignoredKeys,
        time);
  }

  /**
   * What came of a failure in the end.
   *
   * @param outcome empty when the server stops or the claim is lost
   */
  private record Verdict(Optional<Outcome> outcome) {}

  /** Writes and commits, or throws. */
  @FunctionalInterface
  private interface Transaction {
    Outcome commit() throws Exception;
  }

  /** What to do about a failure; empty means to try the same again. */
  @FunctionalInterface
  private interface Answer {
    Optional<Verdict> to(SqlFailure failure, Exception cause) throws InterruptedException;
  }
}
