package io.messagelogger.ingest.tracing;

import io.messagelogger.settings.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/**
 * Begins the spans of batches; off, it hands out one that does nothing, and nobody looks into
 * metadata. Thread-safe.
 */
@ApplicationScoped
public class Tracing {
  private final @Nullable Tracer tracer;

  /** Sends spans where the settings say. */
  @Inject
  public Tracing(Settings settings, Instance<OpenTelemetry> telemetry) {
    this(settings.tracing() ? telemetry.get() : null);
  }

  private Tracing(@Nullable OpenTelemetry telemetry) {
    this.tracer = telemetry == null ? null : telemetry.getTracer("io.messagelogger");
  }

  /** Gives spans to this. */
  public static Tracing of(OpenTelemetry telemetry) {
    return new Tracing(telemetry);
  }

  /** Makes no spans. */
  public static Tracing off() {
    return new Tracing(null);
  }

  /**
   * Begins the span of a batch.
   *
   * @param queue the queue that it is from
   * @param messages how many messages it has
   */
  public BatchSpan begin(String queue, int messages) {
    return tracer == null ? BatchSpan.NONE : new SentSpan(tracer, queue, messages);
  }
}
