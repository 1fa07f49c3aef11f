package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.ingest.tracing.BatchSpan;
import io.messagelogger.queue.Claim;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.Sample;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the messages of a claim, whatever the database says. */
class AttemptTest {
  private final Stage stage = new Stage();

  private Attempt attempt(Claim claim) {
    stage.leases.hold(claim);
    return new Attempt(claim, stage.tools, stage.writer, BatchSpan.NONE);
  }

  private static SQLException connectionLost() {
    return new SQLException("connection lost", "08006");
  }

  private static Outcome done(Verdict.End end) {
    assertThat(end).isInstanceOf(Verdict.Done.class);
    return ((Verdict.Done) end).outcome();
  }

  @Test
  void allMessagesAreWrittenInOneTransaction() throws Exception {
    try (Attempt attempt = attempt(Stage.claim(5))) {
      Outcome outcome = done(attempt.writeAll());
      assertThat(outcome.stored()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
      assertThat(stage.batches.committed).containsExactly(List.of(0, 1, 2, 3, 4));
      assertThat(attempt.silent(outcome)).isEmpty();
    }
    assertThat(stage.incidents).isEmpty();
  }

  @Test
  void whatIsNotAMessageIsBuriedInTheSameTransaction() throws Exception {
    List<byte[]> payloads =
        List.of(
            Stage.message(),
            Stage.bytes("{}"),
            new byte[Stage.MAX_MESSAGE_BYTES + 1],
            Stage.bytes(Sample.seed().with("more", "1").with("and_more", "2").json()));
    try (Attempt attempt = attempt(Stage.claim(0, 0, payloads))) {
      Outcome outcome = done(attempt.writeAll());
      assertThat(stage.batches.committed).containsExactly(List.of(0, 3, -2, -3));
      assertThat(stage.batches.buried)
          .extracting(DeadLetter::kind)
          .containsExactly(DeadLetter.Kind.INVALID, DeadLetter.Kind.TOO_LARGE);
      assertThat(attempt.silent(outcome)).containsExactlyInAnyOrder(1, 2);
      assertThat(attempt.report(outcome, Duration.ZERO))
          .isEqualTo(new BatchReport(4, 2, 0, 2, 0, 0, 2, Duration.ZERO));
    }
  }

  /** A commit of which nothing was heard may have stored what is then found to be known. */
  @Test
  void anOutageIsWaitedOutAndWhatIsKnownThenIsPublished() throws Exception {
    stage.batches.failures.add(connectionLost());
    stage.batches.failures.add(connectionLost());
    stage.batches.known.add(1);
    try (Attempt attempt = attempt(Stage.claim(2))) {
      Outcome outcome = done(attempt.writeAll());
      assertThat(outcome.duplicates()).containsExactly(1);
      assertThat(attempt.silent(outcome)).isEmpty();
    }
    assertThat(stage.incidents).containsExactly(Incident.RETRY, Incident.RETRY);
    assertThat(stage.writer.work().state().reason()).contains("waits for the database");
  }

  @Test
  void whatWasStoredBeforeIsNotPublishedAgain() throws Exception {
    stage.batches.known.add(1);
    try (Attempt attempt = attempt(Stage.claim(2))) {
      assertThat(attempt.silent(done(attempt.writeAll()))).containsExactly(1);
    }
  }

  @Test
  void aMisconfigurationWaitsForAnOperator() throws Exception {
    stage.batches.failures.add(new SQLException("no such table", "42P01"));
    try (Attempt attempt = attempt(Stage.claim(2))) {
      done(attempt.writeAll());
    }
    assertThat(stage.batches.committed).hasSize(1);
    assertThat(stage.batches.buried).isEmpty();
    assertThat(stage.writer.work().state().reason())
        .contains("waits for an operator")
        .contains("42P01");
  }

  @Test
  void whatTheDatabaseRefusesIsFoundByHalving() throws Exception {
    stage.batches.poison.addAll(List.of(2, 13));
    List<byte[]> payloads = Collections.nCopies(16, Stage.message());
    try (Attempt attempt = attempt(Stage.claim(0, 0, payloads))) {
      Outcome outcome = done(attempt.writeAll());
      assertThat(outcome.total()).isEqualTo(16);
      assertThat(outcome.deadLetters()).containsExactlyInAnyOrder(2, 13);
    }
    assertThat(stage.batches.buried)
        .allSatisfy(
            letter -> {
              assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.REFUSED);
              assertThat(letter.sqlState()).isEqualTo("23514");
              assertThat(letter.reason()).isEqualTo("the database refused it: a check is violated");
              assertThat(letter.attempts()).isEqualTo(5);
            });
    assertThat(stage.incidents).contains(Incident.BISECTION);
  }

  @Test
  void deadLettersOfAHalvedBatchAreWrittenOnce() throws Exception {
    stage.batches.poison.add(1);
    List<byte[]> payloads = List.of(Stage.bytes("no"), Stage.message(), Stage.message());
    try (Attempt attempt = attempt(Stage.claim(0, 0, payloads))) {
      assertThat(done(attempt.writeAll()).deadLetters()).containsExactlyInAnyOrder(0, 1);
    }
    assertThat(stage.batches.buried)
        .extracting(DeadLetter::position)
        .containsExactlyInAnyOrder(0, 1);
  }

  /** A constraint that refuses everything is no message's fault. */
  @Test
  void nothingIsBuriedWhileTheDatabaseRefusesTheCanaryToo() throws Exception {
    stage.batches.refusal = new SQLException("a check is violated", "23514");
    Thread operator =
        new Thread(
            () -> {
              while (stage.writer.work().state().reason().indexOf("refuses every message") < 0) {
                Thread.onSpinWait();
              }
              stage.batches.refusal = null;
            });
    operator.start();
    try (Attempt attempt = attempt(Stage.claim(1))) {
      assertThat(done(attempt.writeAll()).stored()).containsExactly(0);
    }
    operator.join();
    assertThat(stage.batches.buried).isEmpty();
  }

  /** A transient failure in the middle of isolating a bad row is never dead-lettered. */
  @Test
  void anOutageWhileHalvingBuriesNobodyElse() throws Exception {
    stage.batches.failures.add(new SQLException("a check is violated", "23514"));
    stage.batches.failures.add(connectionLost());
    stage.batches.poison.add(3);
    try (Attempt attempt = attempt(Stage.claim(4))) {
      Outcome outcome = done(attempt.writeAll());
      assertThat(outcome.deadLetters()).containsExactly(3);
      assertThat(outcome.stored()).containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  /** A limit is nobody's fault: no dead letter, no outage. */
  @Test
  void whatIsTooMuchAtOnceIsHalvedAndTold() throws Exception {
    stage.batches.failures.add(new SQLException("out of shared memory", "53200"));
    try (Attempt attempt = attempt(Stage.claim(4))) {
      assertThat(done(attempt.writeAll()).stored()).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
    assertThat(stage.batches.committed).containsExactly(List.of(0, 1), List.of(2, 3));
    assertThat(stage.incidents).containsExactly(Incident.HALVING);
    assertThat(stage.writer.work().state().reason()).doesNotContain("53200");
    assertThat(stage.tools.halving().state())
        .hasValueSatisfying(
            state -> assertThat(state.reason()).isEqualTo("out of shared memory (SQLSTATE 53200)"));
  }

  @Test
  void theStopEndsTheWaitAndLeavesTraces() throws Exception {
    stage.batches.failures.add(connectionLost());
    stage.stopping.countDown();
    try (Attempt attempt = attempt(Stage.claim(2))) {
      assertThat(attempt.writeAll()).isEqualTo(new Verdict.GivenUp());
      assertThat(attempt.leftTraces()).isTrue();
    }
    assertThat(stage.batches.committed).isEmpty();
  }

  @Test
  void aClaimThatWasLostIsNotWritten() throws Exception {
    Claim claim = Stage.claim(2);
    try (Attempt attempt = attempt(claim)) {
      stage.leases.drop(claim);
      assertThat(attempt.writeAll()).isEqualTo(new Verdict.GivenUp());
      assertThat(attempt.leftTraces()).isFalse();
    }
    assertThat(stage.batches.transactions).isZero();
  }

  /** What was taken over may have been stored by its former owner. */
  @Test
  void ofAClaimThatWasTakenOverWhatIsKnownIsPublished() throws Exception {
    stage.batches.known.add(0);
    Claim claim = Stage.claim(1, 0, List.of(Stage.message(), Stage.message()));
    try (Attempt attempt = attempt(claim)) {
      assertThat(attempt.silent(done(attempt.writeAll()))).isEmpty();
    }
    assertThat(stage.queue.asked)
        .containsExactly("note risk of claim.1", "take back risk of claim.1");
  }

  @Test
  void moreThanATransactionHasMemoryForTakesSeveral() throws Exception {
    byte[] megabyte = new byte[Stage.MAX_MESSAGE_BYTES];
    try (Attempt attempt = attempt(Stage.claim(0, 0, Collections.nCopies(70, megabyte)))) {
      assertThat(done(attempt.writeAll()).total()).isEqualTo(70);
    }
    assertThat(stage.batches.committed)
        .hasSize(3)
        .allSatisfy(part -> assertThat(part).hasSizeLessThan(33));
  }

  @Test
  void aLargeMessageIsBuriedAndAnOutageOfRedisWaitedOut() throws Exception {
    stage.queue.outages = 1;
    try (Attempt attempt = attempt(Stage.large(5_000_000))) {
      assertThat(done(attempt.writeAll()).deadLetters()).containsExactly(0);
    }
    assertThat(stage.batches.largeBytes).isEqualTo(5_000_000);
    assertThat(stage.incidents).containsExactly(Incident.RETRY);
  }
}
