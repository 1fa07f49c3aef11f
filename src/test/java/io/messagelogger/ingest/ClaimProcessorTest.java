package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.queue.Claim;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.testing.Sample;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

  @Test
  void aBatchIsASpanThatLinksToWhatItsMessagesName() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String parent = "\"00-" + trace + "-00f067aa0ba902b7-01\"";
    stage.batches.known.add(0);
    processor.process(
        Stage.claim(
            0,
            0,
            List.of(
                message("{\"traceparent\":" + parent + "}"),
                message("{\"traceparent\":" + parent + "}"),
                message("{\"traceparent\":\"no\"}"),
                Stage.message(),
                Stage.bytes("{}"))));
    assertThat(stage.spans.ended())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.getName()).isEqualTo("store MESSAGES");
              assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
              assertThat(span.getLinks())
                  .singleElement()
                  .satisfies(
                      link -> assertThat(link.getSpanContext().getTraceId()).isEqualTo(trace));
              assertThat(span.getAttributes().asMap())
                  .containsEntry(AttributeKey.stringKey("messaging.system"), "redis")
                  .containsEntry(AttributeKey.stringKey("messaging.operation.type"), "process")
                  .containsEntry(AttributeKey.stringKey("messaging.destination.name"), "MESSAGES")
                  .containsEntry(AttributeKey.longKey("messaging.batch.message_count"), 5L)
                  .containsEntry(AttributeKey.longKey("message_logger.stored"), 3L)
                  .containsEntry(AttributeKey.longKey("message_logger.duplicates"), 1L)
                  .containsEntry(AttributeKey.longKey("message_logger.dead_letters"), 1L)
                  .containsEntry(AttributeKey.longKey("message_logger.links.malformed"), 1L)
                  .containsEntry(AttributeKey.longKey("message_logger.failures"), 0L);
            });
  }

  @Test
  void aBatchThatIsNotStoredIsAnErrorAndQuotesNothing() throws Exception {
    stage.batches.failures.add(new SQLException("the row is secret", "08006"));
    stage.stopping.countDown();
    processor.process(Stage.claim(2));
    assertThat(stage.spans.ended())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
              assertThat(span.getEvents())
                  .singleElement()
                  .satisfies(
                      event ->
                          assertThat(event.getAttributes().asMap())
                              .containsExactly(
                                  Map.entry(AttributeKey.stringKey("error.type"), "08006")));
              assertThat(span.toString()).doesNotContain("secret");
            });
  }

  @Test
  void aBatchThatIsStoredAtLastTellsItsFailures() throws Exception {
    stage.batches.failures.add(new SQLException("connection lost", "08006"));
    processor.process(Stage.claim(2));
    assertThat(stage.spans.ended())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
              assertThat(span.getAttributes().get(AttributeKey.longKey("message_logger.failures")))
                  .isEqualTo(1);
            });
  }

  private static byte[] message(String metadata) {
    return Stage.bytes(
        Sample.seed()
            .with("message_uuid", "\"" + UUID.randomUUID() + "\"")
            .with("message_metadata", metadata)
            .json());
  }
}
