package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.queue.Claim;
import io.messagelogger.store.letters.DeadLetter;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a claim ends. */
class ClaimProcessorTest {
  private final Stage stage = new Stage();
  private final ClaimProcessor processor = new ClaimProcessor(stage.tools, stage.writer);

  @Test
  void aClaimIsAcknowledgedWhenItIsCommitted() throws Exception {
    stage.batches.known.add(1);
    processor.process(Stage.claim(3));
    assertThat(stage.queue.asked).containsExactly("acknowledge 0 to 3 but [1] of claim.0");
    assertThat(stage.reports).singleElement().extracting(BatchReport::stored).isEqualTo(2);
    assertThat(stage.writer.work().state().up()).isTrue();
  }

  @Test
  void anAcknowledgementIsTriedUntilRedisAnswers() throws Exception {
    stage.queue.outages = 2;
    stage.queue.refuses = true;
    processor.process(Stage.claim(1));
    assertThat(stage.queue.asked)
        .hasSize(3)
        .last()
        .isEqualTo("acknowledge 0 to 1 but [] of claim.0");
    assertThat(stage.incidents).containsExactly(Incident.RETRY, Incident.RETRY);
    assertThat(stage.writer.work().state().up()).isTrue();
  }

  @Test
  void aClaimThatIsNotCommittedIsNeverAcknowledged() throws Exception {
    stage.batches.failures.add(new SQLException("connection lost", "08006"));
    stage.stopping.countDown();
    processor.process(Stage.claim(2));
    assertThat(stage.queue.asked).containsExactly("abandon claim.0");
    assertThat(stage.incidents).containsExactly(Incident.RETRY, Incident.RETURN);
    assertThat(stage.reports).isEmpty();
  }

  /** Two owners have died over it, with the one that was not noted three. */
  @Test
  void aDeadlyClaimIsSplit() throws Exception {
    processor.process(Stage.claim(3, 2, List.of(Stage.message(), Stage.message())));
    assertThat(stage.queue.asked).containsExactly("split into 32 with 1 deaths claim.3");
    assertThat(stage.incidents).containsExactly(Incident.SPLIT);
    assertThat(stage.batches.transactions).isZero();
  }

  @Test
  void aDeadlyMessageIsBuriedUnread() throws Exception {
    processor.process(Stage.claim(4, 2, List.of(Stage.message())));
    assertThat(stage.batches.buried)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.FATAL);
              assertThat(letter.attempts()).isEqualTo(4);
            });
    assertThat(stage.queue.asked)
        .containsExactly(
            "note risk of claim.4",
            "take back risk of claim.4",
            "acknowledge 0 to 1 but [0] of claim.4");
  }

  @Test
  void aClaimOfOneDeathIsTriedOnceMore() throws Exception {
    processor.process(Stage.claim(2, 1, List.of(Stage.message(), Stage.message())));
    assertThat(stage.batches.committed).hasSize(1);
  }

  @Test
  void aLargeMessageThatFitsMeanwhileGoesBack() throws Exception {
    Claim claim = Stage.large(1000);
    processor.process(claim);
    assertThat(stage.queue.asked).containsExactly("release claim.0");
    assertThat(stage.incidents).containsExactly(Incident.RETURN);
  }

  @Test
  void nothingIsHeldAfterwards() throws Exception {
    Claim claim = Stage.claim(1);
    processor.process(claim);
    assertThat(stage.leases.holds(claim)).isFalse();
  }
}
