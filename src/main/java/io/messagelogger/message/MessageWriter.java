package io.messagelogger.message;

import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes messages as JSON: the nine keys of the seed in its order and nothing else, times in UTC
 * ending in Z. What is absent is null. Flushes to the stream in pieces and never closes it. Used by
 * one thread.
 */
public final class MessageWriter implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .build();

  private final JsonGenerator json;

  /** Writes to this stream, as UTF-8. */
  public MessageWriter(OutputStream out) {
    this.json = FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
  }

  /** Opens an array of messages. */
  public void startArray() {
    json.writeStartArray();
  }

  /** Closes the array. */
  public void endArray() {
    json.writeEndArray();
  }

  /** Writes one message. */
  public void write(Message message) {
    json.writeStartObject();
    json.writeStringProperty("message_uuid", message.messageUuid().toString());
    text("origin_ts", utc(message.originTs()));
    text("ack_ts", utc(message.ackTs()));
    raw("message_data", message.messageData());
    text("source_subject_id", message.sourceSubjectId());
    json.writeName("destination_subject_ids");
    if (message.destinationSubjectIds() == null) {
      json.writeNull();
    } else {
      json.writeStartArray();
      message.destinationSubjectIds().forEach(json::writeString);
      json.writeEndArray();
    }
    text("topic", message.topic());
    text("message_type", message.messageType());
    raw("message_metadata", message.messageMetadata());
    json.writeEndObject();
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
    json.writeName(key);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value);
    }
  }

  private void raw(String key, @Nullable String value) {
    json.writeName(key);
    json.writeRawValue(value == null ? "null" : value);
  }

  private static @Nullable String utc(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
