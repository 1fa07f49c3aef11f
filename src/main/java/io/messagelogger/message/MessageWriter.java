package io.messagelogger.message;

import java.io.OutputStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes messages as JSON: the nine keys of the seed in its order and nothing else, times in UTC
 * ending in Z. What is absent is null. Flushes to the stream in pieces and never closes it. Used by
 * one thread.
 */
public final class MessageWriter implements AutoCloseable {
  /** The nine keys in order. */
  public static final List<String> KEYS =
      List.of(
          "message_uuid",
          "origin_ts",
          "ack_ts",
          "message_data",
          "source_subject_id",
          "destination_subject_ids",
          "topic",
          "message_type",
          "message_metadata");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .rootValueSeparator("\n")
          .build();

  private final JsonGenerator json;
  private final @Nullable Set<String> keys;

  /** Writes all of each message to this stream, as UTF-8. */
  public MessageWriter(OutputStream out) {
    this(out, null);
  }

  /**
   * Writes to this stream, as UTF-8.
   *
   * @param keys those that are written; null for all
   */
  public MessageWriter(OutputStream out, @Nullable List<String> keys) {
    this.json = FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
    this.keys = keys == null || keys.containsAll(KEYS) ? null : new HashSet<>(keys);
  }

  /** Texts as a JSON array. */
  static String array(List<@Nullable String> texts) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartArray();
      texts.forEach(json::writeString);
      json.writeEndArray();
    }
    return text.toString();
  }

  /** Opens an array of messages. */
  public void startArray() {
    json.writeStartArray();
  }

  /** Closes the array. */
  public void endArray() {
    json.writeEndArray();
  }

  /** Ends lines of messages with one that says how many there are, and that these are all. */
  public void endLine(long messages) {
    json.writeStartObject();
    json.writeName("_end");
    json.writeStartObject();
    json.writeBooleanProperty("complete", true);
    json.writeNumberProperty("messages", messages);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Ends the last of several lines. */
  public void newLine() {
    json.writeRaw('\n');
  }

  /** Writes one message: an element of the array, or a line where there is none. */
  public void write(Message message) {
    json.writeStartObject();
    if (wanted("message_uuid")) {
      json.writeStringProperty("message_uuid", message.messageUuid().toString());
    }
    text("origin_ts", utc(message.originTs()));
    text("ack_ts", utc(message.ackTs()));
    raw("message_data", message.messageData());
    text("source_subject_id", message.sourceSubjectId());
    destinations(message.destinationSubjectIds());
    text("topic", message.topic());
    text("message_type", message.messageType());
    raw("message_metadata", message.messageMetadata());
    json.writeEndObject();
  }

  private boolean wanted(String key) {
    return keys == null || keys.contains(key);
  }

  private void destinations(@Nullable List<String> destinations) {
    if (!wanted("destination_subject_ids")) {
      return;
    }
    json.writeName("destination_subject_ids");
    if (destinations == null) {
      json.writeNull();
    } else {
      json.writeStartArray();
      destinations.forEach(json::writeString);
      json.writeEndArray();
    }
  }

  /** Hands what is written so far to the stream. */
  public void flush() {
    json.flush();
  }

  @Override
  public void close() {
    json.close();
  }

  private void text(String key, @Nullable String value) {
    if (!wanted(key)) {
      return;
    }
    json.writeName(key);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value);
    }
  }

  private void raw(String key, @Nullable String value) {
    if (!wanted(key)) {
      return;
    }
    json.writeName(key);
    json.writeRawValue(value == null ? "null" : value);
  }

  private static @Nullable String utc(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
