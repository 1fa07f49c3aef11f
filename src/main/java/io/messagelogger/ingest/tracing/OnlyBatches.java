package io.messagelogger.ingest.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Keeps everything but the spans of batches from being sent, whichever sampler is set. The server
 * makes a span of each request of its own accord, with the query: tickets of the live feed are in
 * it, and what people ask for. Nor does the command line leave.
 */
public final class OnlyBatches implements AutoConfigurationCustomizerProvider {

  @Override
  public void customize(AutoConfigurationCustomizer configuration) {
    configuration.addSamplerCustomizer((sampler, properties) -> new Batches(sampler));
    configuration.addResourceCustomizer(
        (resource, properties) -> resource.toBuilder().removeIf(OnlyBatches::mayBeSecret).build());
  }

  /** What a JVM is started with may be passwords, as -D. */
  private static boolean mayBeSecret(AttributeKey<?> key) {
    return key.getKey().startsWith("process.command");
  }

  /** Asks another sampler about spans of batches, and drops all others. */
  record Batches(Sampler sampler) implements Sampler {

    @Override
    public SamplingResult shouldSample(
        Context parent,
        String trace,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      return kind == SpanKind.CONSUMER && SentSpan.REDIS.equals(attributes.get(SentSpan.SYSTEM))
          ? sampler.shouldSample(parent, trace, name, kind, attributes, links)
          : SamplingResult.drop();
    }

    @Override
    public String getDescription() {
      return "only batches, " + sampler.getDescription();
    }
  }
}
