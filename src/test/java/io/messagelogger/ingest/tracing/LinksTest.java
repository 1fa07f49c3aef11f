package io.messagelogger.ingest.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which spans the messages of a batch name. */
class LinksTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private final Links links = new Links();

  private static String metadata(int span) {
    return "{\"a\":1,\"traceparent\":\"00-%s-%016x-01\"}".formatted(TRACE, span);
  }

  @Test
  void aTraceparentIsALinkWithItsState() {
    links.add(
        "{\"traceparent\":\"00-%s-00f067aa0ba902b7-01\",\"tracestate\":\"rojo=1,congo=2\"}"
            .formatted(TRACE));
    assertThat(links.contexts())
        .singleElement()
        .satisfies(
            context -> {
              assertThat(context.getTraceId()).isEqualTo(TRACE);
              assertThat(context.getSpanId()).isEqualTo("00f067aa0ba902b7");
              assertThat(context.isSampled()).isTrue();
              assertThat(context.getTraceState().get("congo")).isEqualTo("2");
            });
  }

  @Test
  void metadataWithoutOneIsNoFault() {
    links.add(null);
    links.add("{}");
    links.add("null");
    links.add("[\"traceparent\"]");
    links.add("\"traceparent\"");
    links.add("{\"inner\":{\"traceparent\":\"no\"}}");
    assertThat(links.contexts()).isEmpty();
    assertThat(links.malformed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"no\"",
        "null",
        "17",
        "[\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"]",
        "\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"",
        "\"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01\"",
        "\"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"",
        "\"00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01\"",
        "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more\"",
        "\"00-4bf92f3577b34da6a3ce929d0e0e4736\\u0000-0f067aa0ba902b7-01\""
      })
  void whatIsNoneIsCountedAndLeftOut(String value) {
    links.add("{\"traceparent\":" + value + "}");
    assertThat(links.contexts()).isEmpty();
    assertThat(links.malformed()).isEqualTo(1);
  }

  @Test
  void aLongOneIsNoneToo() {
    links.add("{\"traceparent\":\"" + "0".repeat(100_000) + "\"}");
    assertThat(links.malformed()).isEqualTo(1);
  }

  @Test
  void eachSpanIsLinkedOnceAndOnlySoMany() {
    for (int round = 0; round < 2; round++) {
      for (int span = 1; span <= Links.LIMIT + 3; span++) {
        links.add(metadata(span));
      }
    }
    assertThat(links.contexts())
        .hasSize(Links.LIMIT)
        .extracting(SpanContext::getSpanId)
        .doesNotHaveDuplicates();
    assertThat(links.leftOut()).isEqualTo(6);
  }
}
