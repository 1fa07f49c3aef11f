package io.messagelogger.ingest;

import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.writing.Canary;
import io.messagelogger.store.writing.Incoming;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What is done when the database refuses messages: looks by halving for those that are to blame,
 * and makes dead letters of them. Used by one thread.
 */
final class Refusal {
  private static final Logger LOG = Logger.getLogger(Refusal.class.getName());

  private final Tools tools;
  private final UntilDone untilDone;
  private final WhyDead why;
  private final PartWriter writer;

  /** Writes a part of a claim, until that is done. */
  @FunctionalInterface
  interface PartWriter {
    Verdict.End write(ClaimContents.Part part) throws InterruptedException;
  }

  Refusal(Tools tools, UntilDone untilDone, WhyDead why, PartWriter writer) {
    this.tools = tools;
    this.untilDone = untilDone;
    this.why = why;
    this.writer = writer;
  }

  /** The answer to a failure of the transaction that wrote this part. */
  Verdict answer(ClaimContents.Part part, SqlFailure failure, Exception cause)
      throws InterruptedException {
    if (failure.kind() == SqlFailure.Kind.LIMIT && part.messages().size() > 1) {
      boolean news = tools.halving().seen(failure.explanation());
      LOG.log(
          news ? Level.WARNING : Level.FINE,
          "{0} messages at once are too much for the database; they are written in halves: {1}",
          new Object[] {part.messages().size(), failure.explanation()});
      tools.events().tell(Incident.HALVING);
      return halve(part);
    }
    if (failure.kind() != SqlFailure.Kind.DATA || part.messages().isEmpty()) {
      return untilDone.pause(failure, cause);
    }
    if (part.single()) {
      return single(part.messages().get(0), failure);
    }
    tools.events().tell(Incident.BISECTION);
    return halve(part);
  }

  private Verdict.End halve(ClaimContents.Part part) throws InterruptedException {
    Verdict.End first = writer.write(part.firstHalf());
    if (!(first instanceof Verdict.Done done)) {
      return first;
    }
    Verdict.End second = writer.write(part.secondHalf());
    return second instanceof Verdict.Done rest
        ? new Verdict.Done(done.outcome().and(rest.outcome()))
        : second;
  }

  /**
   * A single message was refused. It is poison only if the database takes another: a constraint
   * that somebody has added by mistake must not turn every message into a dead letter.
   */
  private Verdict single(Incoming message, SqlFailure failure) throws InterruptedException {
    try {
      tools.canary().fly();
    } catch (Canary.Survived e) {
      why.count(DeadLetter.Kind.REFUSED, "SQLSTATE " + failure.sqlState(), 1);
      return writer.write(ClaimContents.Part.of(letter(message, failure)));
    } catch (Exception e) {
      SqlFailure general = SqlFailure.of(e);
      return general.kind() == SqlFailure.Kind.DATA
          ? untilDone.pause(
              "a batch waits for an operator: the database refuses every message: "
                  + general.explanation(),
              e)
          : untilDone.pause(general, e);
    }
    throw new IllegalStateException("a canary that neither survived nor died");
  }

  private DeadLetter letter(Incoming message, SqlFailure failure) {
    return new DeadLetter(
        message.position(),
        message.payload(),
        DeadLetter.Kind.REFUSED,
        "the database refused it: " + failure.reason(),
        failure.sqlState(),
        untilDone.tries(message.position()));
  }
}
