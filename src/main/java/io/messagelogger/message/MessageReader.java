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
        throw new RejectedMessageException("", "a message must be a JSON object");
      }
      boolean escaped = json.contains("\\u");
      MessageFields fields = new MessageFields(json, parser, escaped);
      if (escaped) {
        Json.checkEscapes(json);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        if (escaped) {
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
}
