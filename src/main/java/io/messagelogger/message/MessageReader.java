package io.messagelogger.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads messages from JSON and refuses, with a reason and the place, whatever the database would
 * refuse or change. JSON values are taken over as they stand, digit for digit; nothing is parsed
 * and printed again. Thread-safe.
 */
public final class MessageReader {
  /**
   * Bytes of a text that is part of an index key. A B-tree entry takes at most 2,704 bytes on
   * PostgreSQL's 8 KiB pages; the rest is for the other columns of the key.
   */
  public static final int MAX_INDEXED_BYTES = 2_000;

  private static final String UUID_FORM = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

  private final int maxBytes;

  /**
   * @param maxBytes how many bytes a message may have
   */
  public MessageReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A message that was read, and the number of keys beside the nine that were ignored. */
  public record Reading(Message message, int ignoredKeys) {}

  /** A message of several in one text, with the bytes that are its own. */
  public record Part(byte[] payload, Message message) {}

  /** The time that a text stands for, in the formats of a message; null when it is none. */
  public static @Nullable Instant time(String text) {
    return Timestamps.parse(text).orElse(null);
  }

  /** The UUID (RFC 9562) of this text, or null when the text is none. */
  public static @Nullable UUID uuid(String text) {
    if (text.length() != UUID_FORM.length()) {
      return null;
    }
    for (int i = 0; i < UUID_FORM.length(); i++) {
      char c = text.charAt(i);
      if (UUID_FORM.charAt(i) == '-' ? c != '-' : !HexFormat.isHexDigit(c)) {
        return null;
      }
    }
    return UUID.fromString(text);
  }

  /**
   * Reads one message.
   *
   * @throws RejectedMessageException when the bytes are no message that can be stored as it is
   */
  public Reading read(byte[] payload) throws RejectedMessageException {
    if (payload.length > maxBytes) {
      throw tooLarge(payload.length);
    }
    return read(Json.decode(payload));
  }

  /** Whether a message may have so many bytes. */
  public boolean fits(long bytes) {
    return bytes <= maxBytes;
  }

  /** The verdict on a message of so many bytes, which are more than it may have. */
  public RejectedMessageException tooLarge(long bytes) {
    return RejectedMessageException.tooLarge(bytes, maxBytes);
  }

  /**
   * Reads one message, or an array of them.
   *
   * @throws RejectedMessageException when the bytes are neither, or one of the messages cannot be
   *     stored as it is; the pointer then starts with its position in the array
   */
  public List<Part> readAll(byte[] body) throws RejectedMessageException {
    String json = Json.decode(body);
    try (JsonParser parser = Json.parser(json)) {
      JsonToken token = parser.nextToken();
      if (token != JsonToken.START_ARRAY) {
        return List.of(new Part(body, read(body).message()));
      }
      List<Part> parts = new ArrayList<>();
      try {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          int start = (int) parser.currentTokenLocation().getCharOffset();
          parser.skipChildren();
          parser.finishToken();
          int end = (int) parser.currentLocation().getCharOffset();
          byte[] payload = json.substring(start, end).getBytes(StandardCharsets.UTF_8);
          parts.add(new Part(payload, read(payload).message()));
        }
      } catch (RejectedMessageException e) {
        throw e.within("/" + parts.size());
      } catch (JacksonException e) {
        throw new RejectedMessageException("/" + parts.size(), Json.reason(e));
      }
      end(parser);
      return parts;
    } catch (JacksonException e) {
      throw new RejectedMessageException("", Json.reason(e));
    }
  }

  private static Reading read(String json) throws RejectedMessageException {
    try (JsonParser parser = Json.parser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RejectedMessageException("", "a message is a JSON object");
      }
      Fields fields = new Fields(json, parser, json.contains("\\u"));
      if (fields.escaped) {
        Json.checkEscapes(json);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        if (fields.escaped) {
          Json.checkText(key, "");
        }
        parser.nextToken();
        fields.take(key);
      }
      end(parser);
      return fields.reading();
    } catch (JacksonException e) {
      throw new RejectedMessageException("", Json.reason(e));
    }
  }

  private static void end(JsonParser parser) throws RejectedMessageException {
    if (parser.nextToken() != null) {
      throw new RejectedMessageException("", "something follows the end of the JSON text");
    }
  }

  /** The nine fields of one message while it is read. Used by one thread. */
  private static final class Fields {
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

    Fields(String json, JsonParser parser, boolean escaped) {
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

    Reading reading() throws RejectedMessageException {
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
      return new Reading(message, ignoredKeys);
    }

    private static <T> T required(@Nullable T value, String pointer)
        throws RejectedMessageException {
      if (value == null) {
        throw new RejectedMessageException(pointer, "this is required and missing");
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
        throw new RejectedMessageException("/message_uuid", "\"" + clip(text) + "\" is no UUID");
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
                              + "\" is no date and time with an offset"
                              + " (RFC 3339, as in 2025-05-27T10:30:00Z)"));
      if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
        throw new RejectedMessageException(pointer, "the year is not between 1 and 9999");
      }
      return instant;
    }

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

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
        throw new RejectedMessageException(
            "/destination_subject_ids", "this must be an array of text");
      }
      List<String> destinations = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String pointer = "/destination_subject_ids/" + destinations.size();
        String destination = shortText(pointer);
        if (destination == null) {
          throw new RejectedMessageException(pointer, "this must be text, not null");
        }
        destinations.add(destination);
      }
      return List.copyOf(destinations);
    }

    private @Nullable String shortText(String pointer) throws RejectedMessageException {
      String text = text(pointer);
      if (text != null
          && text.length() > MAX_INDEXED_BYTES / 3
          && text.getBytes(StandardCharsets.UTF_8).length > MAX_INDEXED_BYTES) {
        throw new RejectedMessageException(
            pointer, "the text is longer than " + MAX_INDEXED_BYTES + " bytes");
      }
      return text;
    }

    private @Nullable String text(String pointer) throws RejectedMessageException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new RejectedMessageException(pointer, "this must be text");
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
}
