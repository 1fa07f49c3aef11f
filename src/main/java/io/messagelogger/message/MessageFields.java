package io.messagelogger.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The nine fields of one message while it is read. Used by one thread. */
final class MessageFields {
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

  private final String json;
  private final JsonParser parser;
  private final boolean escaped;
  private int ignoredKeys;
  private @Nullable UUID messageUuid;
  private @Nullable Instant originTs;
  private @Nullable Instant ackTs;
  private @Nullable String messageData;
  private @Nullable String sourceSubjectId;
  private @Nullable List<String> destinationSubjectIds;
  private @Nullable String topic;
  private @Nullable String messageType;
  private @Nullable String messageMetadata;

  MessageFields(String json, JsonParser parser, boolean escaped) {
    this.json = json;
    this.parser = parser;
    this.escaped = escaped;
  }

  void take(String key) throws RejectedMessageException {
    switch (key) {
      case "message_uuid" -> messageUuid = uuid();
      case "origin_ts" -> originTs = originTs();
      case "ack_ts" -> ackTs = timestamp("/ack_ts");
      case "message_data" -> messageData = value("/message_data");
      case "source_subject_id" -> sourceSubjectId = shortText("/source_subject_id");
      case "destination_subject_ids" -> destinationSubjectIds = destinations();
      case "topic" -> topic = shortText("/topic");
      case "message_type" -> messageType = shortText("/message_type");
      case "message_metadata" -> messageMetadata = value("/message_metadata");
      default -> {
        parser.skipChildren();
        ignoredKeys++;
      }
    }
  }

  MessageReader.Reading reading() throws RejectedMessageException {
    Message message =
        new Message(
            required(messageUuid, "/message_uuid"),
            required(originTs, "/origin_ts"),
            ackTs,
            messageData,
            required(sourceSubjectId, "/source_subject_id"),
            destinationSubjectIds,
            topic,
            messageType,
            messageMetadata);
    return new MessageReader.Reading(message, ignoredKeys);
  }

  private static <T> T required(@Nullable T value, String pointer) throws RejectedMessageException {
    if (value == null) {
      throw new RejectedMessageException(pointer, "required field is missing");
    }
    return value;
  }

  private @Nullable UUID uuid() throws RejectedMessageException {
    String text = text("/message_uuid");
    if (text == null) {
      return null;
    }
    UUID uuid = MessageReader.uuid(text);
    if (uuid == null) {
      throw new RejectedMessageException(
          "/message_uuid", "\"" + clip(text) + "\" is not a valid UUID");
    }
    return uuid;
  }

  private @Nullable Instant originTs() throws RejectedMessageException {
    Instant instant = timestamp("/origin_ts");
    if (instant != null && !Timestamps.keeps(instant, Instant.now())) {
      throw new RejectedMessageException(
          "/origin_ts", instant + " is not between 1970 and one day ahead of now");
    }
    return instant;
  }

  private @Nullable Instant timestamp(String pointer) throws RejectedMessageException {
    String text = text(pointer);
    if (text == null) {
      return null;
    }
    Instant instant =
        Timestamps.parse(text)
            .orElseThrow(
                () ->
                    new RejectedMessageException(
                        pointer,
                        "\""
                            + clip(text)
                            + "\" is not a date and time with an offset"
                            + " (RFC 3339, as in 2025-05-27T10:30:00Z)"));
    if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
      throw new RejectedMessageException(pointer, "the year is not between 1 and 9999");
    }
    return instant;
  }

  private @Nullable String value(String pointer) throws RejectedMessageException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
    Json.check(parser, escaped, pointer);
    int end = (int) parser.currentLocation().getCharOffset();
    return isNull ? null : json.substring(start, end);
  }

  private @Nullable List<String> destinations() throws RejectedMessageException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new RejectedMessageException("/destination_subject_ids", "must be an array of strings");
    }
    List<String> destinations = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String pointer = "/destination_subject_ids/" + destinations.size();
      String destination = shortText(pointer);
      if (destination == null) {
        throw new RejectedMessageException(pointer, "must be a string, not null");
      }
      destinations.add(destination);
    }
    return List.copyOf(destinations);
  }

  private @Nullable String shortText(String pointer) throws RejectedMessageException {
    String text = text(pointer);
    if (text != null
        && text.length() > MessageReader.MAX_INDEXED_BYTES / 3
        && text.getBytes(StandardCharsets.UTF_8).length > MessageReader.MAX_INDEXED_BYTES) {
      throw new RejectedMessageException(
          pointer, "the text is longer than " + MessageReader.MAX_INDEXED_BYTES + " bytes");
    }
    return text;
  }

  private @Nullable String text(String pointer) throws RejectedMessageException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new RejectedMessageException(pointer, "must be a string");
    }
    String text = parser.getString();
    if (escaped) {
      Json.checkText(text, pointer);
    }
    return text;
  }

  private static String clip(String text) {
    return Json.shown(text, 80);
  }
}
