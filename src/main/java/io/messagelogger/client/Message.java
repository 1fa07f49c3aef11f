package io.messagelogger.client;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message. Immutable.
 *
 * @param messageUuid its identity
 * @param originTs when it was created; null only in rows of the Python service
 * @param ackTs when it was acknowledged; null when that is not known
 * @param messageData the payload; null when there is none
 * @param sourceSubjectId who sent it; null only in rows of the Python service
 * @param destinationSubjectIds who receives it; null when not given
 * @param topic what it is about; null when not given
 * @param messageType what kind of message it is; null when not given
 * @param messageMetadata more about it; null when there is none
 */
public record Message(
    UUID messageUuid,
    @Nullable Instant originTs,
    @Nullable Instant ackTs,
    @Nullable JsonValue messageData,
    @Nullable String sourceSubjectId,
    @Nullable List<String> destinationSubjectIds,
    @Nullable String topic,
    @Nullable String messageType,
    @Nullable JsonValue messageMetadata) {

  /** Makes the list its own. */
  public Message {
    destinationSubjectIds =
        destinationSubjectIds == null ? null : List.copyOf(destinationSubjectIds);
  }

  /** A message with the required keys, of now. */
  public static Message of(String sourceSubjectId) {
    return new Message(
        UUID.randomUUID(), Instant.now(), null, null, sourceSubjectId, null, null, null, null);
  }

  /** A message as the service writes it. */
  public static Message of(JsonObject json) {
    return new Message(
        UUID.fromString(json.getString("message_uuid")),
        Json.time(json, "origin_ts"),
        Json.time(json, "ack_ts"),
        Json.value(json, "message_data"),
        Json.text(json, "source_subject_id"),
        json.isNull("destination_subject_ids")
            ? null
            : Json.texts(json.getJsonArray("destination_subject_ids")),
        Json.text(json, "topic"),
        Json.text(json, "message_type"),
        Json.value(json, "message_metadata"));
  }

  /** The same message to these recipients. */
  public Message to(String... subjects) {
    return new Message(
        messageUuid,
        originTs,
        ackTs,
        messageData,
        sourceSubjectId,
        List.of(subjects),
        topic,
        messageType,
        messageMetadata);
  }

  /** The same message about a topic. */
  public Message about(String newTopic) {
    return new Message(
        messageUuid,
        originTs,
        ackTs,
        messageData,
        sourceSubjectId,
        destinationSubjectIds,
        newTopic,
        messageType,
        messageMetadata);
  }

  /** The same message with a payload. */
  public Message with(JsonValue data) {
    return new Message(
        messageUuid,
        originTs,
        ackTs,
        data,
        sourceSubjectId,
        destinationSubjectIds,
        topic,
        messageType,
        messageMetadata);
  }

  /** The same message, created at this time. */
  public Message at(Instant time) {
    return new Message(
        messageUuid,
        time,
        ackTs,
        messageData,
        sourceSubjectId,
        destinationSubjectIds,
        topic,
        messageType,
        messageMetadata);
  }

  /** The same message, acknowledged. */
  public Message acknowledged(Instant time) {
    return new Message(
        messageUuid,
        originTs,
        time,
        messageData,
        sourceSubjectId,
        destinationSubjectIds,
        topic,
        messageType,
        messageMetadata);
  }

  /** As the service takes it. */
  public JsonObject json() {
    JsonObjectBuilder json =
        Json.PROVIDER.createObjectBuilder().add("message_uuid", messageUuid.toString());
    add(json, "origin_ts", originTs);
    add(json, "ack_ts", ackTs);
    add(json, "message_data", messageData);
    add(json, "source_subject_id", sourceSubjectId);
    if (destinationSubjectIds != null) {
      JsonArrayBuilder subjects = Json.PROVIDER.createArrayBuilder();
      destinationSubjectIds.forEach(subjects::add);
      json.add("destination_subject_ids", subjects);
    }
    add(json, "topic", topic);
    add(json, "message_type", messageType);
    add(json, "message_metadata", messageMetadata);
    return json.build();
  }

  private static void add(JsonObjectBuilder json, String key, @Nullable Object value) {
    if (value instanceof JsonValue node) {
      json.add(key, node);
    } else if (value != null) {
      json.add(key, value.toString());
    }
  }
}
