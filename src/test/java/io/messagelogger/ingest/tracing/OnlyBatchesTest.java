package io.messagelogger.ingest.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.Test;

/** No span but those of batches is sent. */
class OnlyBatchesTest {

  private static InMemorySpanExporter sent(Sampler sampler) {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    Tracer tracer =
        SdkTracerProvider.builder()
            .setSampler(new OnlyBatches.Batches(sampler))
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()
            .get("test");
    tracer
        .spanBuilder("GET /")
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("url.query", "ticket=secret")
        .startSpan()
        .end();
    tracer.spanBuilder("inner").startSpan().end();
    new SentSpan(tracer, "MESSAGES", 1).close();
    return exporter;
  }

  @Test
  void aSpanOfARequestIsDropped() {
    assertThat(sent(Sampler.alwaysOn()).getFinishedSpanItems())
        .singleElement()
        .satisfies(span -> assertThat(span.getName()).isEqualTo("store MESSAGES"));
  }

  @Test
  void theSamplerThatIsSetIsAskedAboutBatches() {
    assertThat(sent(Sampler.alwaysOff()).getFinishedSpanItems()).isEmpty();
  }
}
