package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.BatchSpan;
import io.messagelogger.queue.Claim;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tries the transactions of one claim until they are committed, or nothing is left to try. An
 * outage is waited out for as long as it takes. Used by one thread.
 */
final class UntilDone {
  private static final Logger LOG = Logger.getLogger(UntilDone.class.getName());

  private final RiskyTry risk;
  private final Writer writer;
  private final Events events;
  private final BatchSpan span;
  private final int[] tries;
  private boolean uncertain;
  private boolean begun;

  /** Writes and commits, or throws. */
  @FunctionalInterface
  interface Transaction {
    Outcome commit() throws Exception;
  }

  /** What to do about a failure. */
  @FunctionalInterface
  interface Answer {
    Verdict to(SqlFailure failure, Exception cause) throws InterruptedException;
  }

  UntilDone(Claim claim, RiskyTry risk, Writer writer, Events events, BatchSpan span) {
    this.risk = risk;
    this.writer = writer;
    this.events = events;
    this.span = span;
    this.tries = new int[claim.size()];
    this.uncertain = claim.reaps() > 0;
  }

  /**
   * Tries a transaction.
   *
   * @param messages those of the claim that it writes
   * @param answer asked about a failure of the database
   */
  Verdict.End run(Transaction transaction, List<Incoming> messages, Answer answer)
      throws InterruptedException {
    while (risk.begin()) {
      Verdict verdict;
      try {
        Outcome outcome = transaction.commit();
        writer.pauses().reset();
        begun = true;
        risk.end();
        return new Verdict.Done(outcome);
      } catch (QueueUnavailableException e) { // a large message is read while it is written
        verdict = pause("a batch waits for Redis: " + e.getMessage(), e);
      } catch (Exception e) { // whatever it is, the claim is kept and nothing is acknowledged
        messages.forEach(incoming -> tries[incoming.position()]++);
        verdict = answer.to(SqlFailure.of(e), e);
      }
      if (verdict instanceof Verdict.End end) {
        return end;
      }
    }
    return new Verdict.GivenUp();
  }

  /** An answer to every failure for which the messages are not to blame: waits. */
  Verdict pause(SqlFailure failure, Exception cause) throws InterruptedException {
    if (failure.kind() == SqlFailure.Kind.CONTENTION) { // no outage, so nobody has to know
      return pause(cause);
    }
    return pause(
        failure.kind() == SqlFailure.Kind.OUTAGE || failure.kind() == SqlFailure.Kind.LIMIT
            ? "a batch waits for the database: " + failure.explanation()
            : "a batch waits for an operator: " + failure.explanation(),
        cause);
  }

  /**
   * Waits; then it is tried again, unless the server stops. The reason is said once, by the
   * condition; where it came from is for whoever looks closer.
   */
  Verdict pause(String reason, Exception cause) throws InterruptedException {
    writer.work().down(reason);
    LOG.log(Level.FINE, reason, cause);
    return pause(cause);
  }

  private Verdict pause(Exception cause) throws InterruptedException {
    uncertain = true;
    risk.end();
    LOG.log(Level.FINE, "A batch is tried again", cause);
    events.tell(Incident.RETRY);
    span.failed(cause, SqlFailure.of(cause).sqlState());
    return writer.pauses().pauseOrStop() ? new Verdict.GivenUp() : new Verdict.TryAgain();
  }

  /** How often the message at this position was tried without success. */
  int tries(int position) {
    return tries[position];
  }

  /**
   * Whether some of the messages may have been committed by a try of which nothing was heard, ours
   * or that of a former owner.
   */
  boolean uncertain() {
    return uncertain;
  }

  /** Whether a part of the messages is committed. */
  boolean begun() {
    return begun;
  }
}
