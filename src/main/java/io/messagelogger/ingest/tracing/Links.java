package io.messagelogger.ingest.tracing;

import io.messagelogger.message.JsonNode;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spans that the messages of a batch name, as W3C Trace Context does: by the keys {@code
 * traceparent} and {@code tracestate} of their metadata. Each once, and only so many. Used by one
 * thread.
 */
final class Links {
  /** What OpenTelemetry's SDK keeps by default, and most systems show. */
  static final int LIMIT = 128;

  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";

  /** Longer ones are no traceparent of any version to come; tracestate may have 512 characters. */
  private static final int MAX_LENGTH = 512;

  private static final TextMapGetter<Map<String, String>> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
          return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private final Map<String, SpanContext> contexts = new LinkedHashMap<>();
  private int malformed;
  private int leftOut;

  /** Adds what a message's metadata name; what is no traceparent is counted and left out. */
  void add(@Nullable String metadata) {
    if (metadata == null || !metadata.contains(TRACEPARENT)) {
      return;
    }
    JsonNode parsed = JsonNode.of(metadata);
    parsed
        .at(List.of(TRACEPARENT))
        .ifPresent(
            parent -> {
              JsonNode state = parsed.at(List.of(TRACESTATE)).orElse(JsonNode.Literal.NULL);
              SpanContext context = context(text(parent), text(state));
              if (!context.isValid()) {
                malformed++;
              } else {
                add(context);
              }
            });
  }

  private void add(SpanContext context) {
    String span = context.getTraceId() + context.getSpanId();
    if (contexts.size() < LIMIT) {
      contexts.putIfAbsent(span, context);
    } else if (!contexts.containsKey(span)) {
      leftOut++;
    }
  }

  private static SpanContext context(String parent, String state) {
    Map<String, String> carrier =
        state.isEmpty()
            ? Map.of(TRACEPARENT, parent)
            : Map.of(TRACEPARENT, parent, TRACESTATE, state);
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), carrier, GETTER);
    return Span.fromContext(context).getSpanContext();
  }

  private static String text(JsonNode node) {
    return node instanceof JsonNode.Text text && text.text().length() <= MAX_LENGTH
        ? text.text()
        : "";
  }

  /** Each span once, at most {@value #LIMIT}. */
  Collection<SpanContext> contexts() {
    return contexts.values();
  }

  /** How many messages have a traceparent that is none. */
  int malformed() {
    return malformed;
  }

  /** How many messages name a span beyond the limit. */
  int leftOut() {
    return leftOut;
  }
}
