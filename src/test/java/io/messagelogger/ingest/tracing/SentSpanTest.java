package io.messagelogger.ingest.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.message.Message;
import io.messagelogger.store.writing.Incoming;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A span is never in the way of its batch. */
class SentSpanTest {

  /** No message that is read has such metadata; if one had, its batch would come again for ever. */
  @Test
  void metadataThatCannotBeReadCostNothingButTheirLinks() {
    Spans spans = new Spans();
    try (BatchSpan span = Tracing.of(spans.telemetry()).begin("MESSAGES", 1)) {
      span.read(List.of(incoming("{\"traceparent\": ")));
      span.stored(1, 0, 0);
    }
    assertThat(spans.ended())
        .singleElement()
        .satisfies(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
  }

  private static Incoming incoming(String metadata) {
    return new Incoming(
        0,
        new byte[0],
        new Message(UUID.randomUUID(), Instant.EPOCH, null, null, "a", null, null, null, metadata));
  }
}
