package io.messagelogger.ingest.tracing;

import io.messagelogger.store.writing.Incoming;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A span that is sent: what is told is gathered, and the span made of it when it ends. Names follow
 * OpenTelemetry's conventions for messaging. No text of a message or an exception gets into it.
 */
final class SentSpan implements BatchSpan {
  private static final Logger LOG = Logger.getLogger(SentSpan.class.getName());

  /** An outage of hours has thousands of tries. */
  private static final int MAX_FAILURES = 16;

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final String REDIS = "redis";

  private final Tracer tracer;
  private final String queue;
  private final int messages;
  private final Instant begin = Instant.now();
  private final Links links = new Links();
  private final List<Failure> failures = new ArrayList<>();
  private long failureCount;
  private @Nullable Outcome outcome;

  private record Failure(Instant time, Attributes what) {}

  private record Outcome(int stored, int duplicates, int deadLetters) {}

  SentSpan(Tracer tracer, String queue, int messages) {
    this.tracer = tracer;
    this.queue = queue;
    this.messages = messages;
  }

  @Override
  public void read(List<Incoming> messages) {
    try {
      for (Incoming incoming : messages) {
        links.add(incoming.message().messageMetadata());
      }
    } catch (RuntimeException e) { // whatever it is, the batch goes its way
      LOG.log(Level.WARNING, "The traces that messages name could not be read", e);
    }
  }

  @Override
  public void failed(Exception cause, @Nullable String sqlState) {
    failureCount++;
    if (failures.size() < MAX_FAILURES) {
      Attributes what =
          Attributes.of(
              AttributeKey.stringKey("error.type"),
              sqlState == null ? cause.getClass().getName() : sqlState);
      failures.add(new Failure(Instant.now(), what));
    }
  }

  @Override
  public void stored(int stored, int duplicates, int deadLetters) {
    outcome = new Outcome(stored, duplicates, deadLetters);
  }

  @Override
  public void close() {
    try {
      send();
    } catch (RuntimeException e) { // whatever it is, the batch goes its way
      LOG.log(Level.WARNING, "A span could not be made", e);
    }
  }

  private void send() {
    SpanBuilder builder =
        tracer
            .spanBuilder("store " + queue)
            .setParent(Context.root())
            .setSpanKind(SpanKind.CONSUMER)
            .setStartTimestamp(begin)
            .setAttribute(SYSTEM, REDIS)
            .setAttribute("messaging.operation.name", "store")
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.destination.name", queue)
            .setAttribute("messaging.batch.message_count", messages);
    links.contexts().forEach(builder::addLink);
    Span span = builder.startSpan();
    span.setAttribute("message_logger.links.malformed", links.malformed());
    span.setAttribute("message_logger.links.left_out", links.leftOut());
    span.setAttribute("message_logger.failures", failureCount);
    failures.forEach(failure -> span.addEvent("failure", failure.what(), failure.time()));
    if (outcome == null) {
      span.setStatus(StatusCode.ERROR, "not stored: given back, or left to another server");
    } else {
      span.setAttribute("message_logger.stored", outcome.stored());
      span.setAttribute("message_logger.duplicates", outcome.duplicates());
      span.setAttribute("message_logger.dead_letters", outcome.deadLetters());
    }
    span.end();
  }
}
