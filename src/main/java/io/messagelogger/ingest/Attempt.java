package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.BatchSpan;
import io.messagelogger.queue.Claim;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.PieceSource;
import io.messagelogger.store.writing.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The messages of one claim on their way into the database. Tries until they are there, until the
 * claim is lost, or until the server stops. Used by one thread.
 */
final class Attempt implements AutoCloseable {
  private final Claim claim;
  private final Tools tools;
  private final Writer writer;
  private final BatchSpan span;
  private final WhyDead why = new WhyDead();
  private final ClaimContents contents;
  private final RiskyTry risk;
  private final UntilDone untilDone;
  private final Refusal refusal;

  /**
   * @param span told what is read and what fails
   */
  Attempt(Claim claim, Tools tools, Writer writer, BatchSpan span) {
    this.claim = claim;
    this.tools = tools;
    this.writer = writer;
    this.span = span;
    this.contents = new ClaimContents(claim, tools.reader(), why);
    this.risk = new RiskyTry(claim, tools.quarantine(), tools.leases(), writer.pauses());
    this.untilDone = new UntilDone(claim, risk, writer, tools.events(), span);
    this.refusal = new Refusal(tools, untilDone, why, this::write);
  }

  /**
   * Writes the whole claim: one transaction, or several when its messages take too much memory for
   * one.
   */
  Verdict.End writeAll() throws InterruptedException {
    if (claim.large()) {
      return buryLarge();
    }
    Outcome written = new Outcome(Set.of(), Set.of(), Set.of(), Set.of());
    do {
      if (!risk.begin()) {
        return new Verdict.GivenUp();
      }
      ClaimContents.Part part = contents.next();
      span.read(part.messages());
      if (!(write(part) instanceof Verdict.Done done)) {
        return new Verdict.GivenUp();
      }
      written = written.total() == 0 ? done.outcome() : written.and(done.outcome());
    } while (contents.hasNext());
    return new Verdict.Done(written);
  }

  /** Buries a message that has ended its owners, at last alone, without looking at it. */
  Verdict.End buryFatal() throws InterruptedException {
    String reason =
        "%d servers in a row ended while they stored the message, at last with nothing else under"
            + " way";
    why.count(DeadLetter.Kind.FATAL, "", 1);
    return write(
        ClaimContents.Part.of(
            new DeadLetter(
                0,
                claim.payloads().get(0),
                DeadLetter.Kind.FATAL,
                reason.formatted(claim.reaps()),
                null,
                claim.reaps())));
  }

  private Verdict.End buryLarge() throws InterruptedException {
    PieceSource payload =
        new PieceSource() {
          @Override
          public long length() {
            return claim.largeBytes();
          }

          @Override
          public byte[] read(long from, int length) {
            writer.pulse().beat();
            return tools.queue().read(claim, from, length);
          }
        };
    String reason = tools.reader().tooLarge(claim.largeBytes()).explanation();
    why.count(DeadLetter.Kind.TOO_LARGE, "", 1);
    return untilDone.run(
        () -> {
          tools.batches().bury(claim.origin(), payload, reason);
          return new Outcome(Set.of(), Set.of(), Set.of(0), Set.of());
        },
        List.of(),
        untilDone::pause);
  }

  private Verdict.End write(ClaimContents.Part part) throws InterruptedException {
    return untilDone.run(
        () -> tools.batches().write(claim.origin(), part.messages(), part.dead()),
        part.messages(),
        (failure, cause) -> refusal.answer(part, failure, cause));
  }

  @Override
  public void close() {
    risk.close();
  }

  /**
   * The positions that are not published: whatever is no new row. When it is uncertain whether a
   * try of ours stored a message and never came to publish it, it is published again; the feed
   * drops what it has shown.
   */
  Set<Integer> silent(Outcome outcome) {
    Set<Integer> silent = new HashSet<>(outcome.deadLetters());
    if (!untilDone.uncertain()) {
      silent.addAll(outcome.duplicates());
    }
    return silent;
  }

  /** Whether some of the messages may be stored without having been published. */
  boolean leftTraces() {
    return untilDone.uncertain() || untilDone.begun();
  }

  /** Why messages became dead letters, without what they hold. */
  String whyDead(Outcome outcome) {
    why.count(DeadLetter.Kind.CONFLICT, "", outcome.conflicts().size());
    return why.text();
  }

  BatchReport report(Outcome outcome, Duration time) {
    return new BatchReport(
        claim.size(),
        outcome.stored().size(),
        outcome.duplicates().size(),
        outcome.deadLetters().size(),
        outcome.conflicts().size(),
        outcome.expired(),
        contents.ignoredKeys(),
        time);
  }
}
