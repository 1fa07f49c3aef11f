package io.messagelogger.message;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** {@code "key":} of each of them. */
  private static final List<byte[]> NAMES =
      KEYS.stream().map(key -> JsonBytes.bytes('"' + key + "\":")).toList();

  private final JsonBytes json;
  private final boolean[] wanted = new boolean[KEYS.size()];
  private boolean array;
  private boolean begun;

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
    this.json = new JsonBytes(out);
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = keys == null || keys.contains(KEYS.get(i));
    }
  }

  /** Texts as a JSON array. */
  static String array(List<@Nullable String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonBytes json = new JsonBytes(bytes);
    texts(json, texts);
    json.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Opens an array of messages. */
  public void startArray() {
    json.put('[');
    array = true;
  }

  /** Closes the array. */
  public void endArray() {
    json.put(']');
  }

  /** Ends lines of messages with one that says how many there are, and that these are all. */
  public void endLine(long messages) {
    next();
    json.raw("{\"_end\":{\"complete\":true,\"messages\":" + messages + "}}");
  }

  /** Ends the last of several lines. */
  public void newLine() {
    json.put('\n');
  }

  /** Writes one message: an element of the array, or a line where there is none. */
  public void write(Message message) {
    next();
    char between = '{';
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i]) {
        json.put(between);
        json.put(NAMES.get(i));
        value(message, i);
        between = ',';
      }
    }
    if (between == '{') {
      json.put('{');
    }
    json.put('}');
  }

  private void next() {
    if (begun) {
      json.put(array ? ',' : '\n');
    }
    begun = true;
  }

  /**
   * @param key its place among {@link #KEYS}
   */
  private void value(Message message, int key) {
    switch (key) {
      case 0 -> json.text(message.messageUuid().toString());
      case 1 -> json.time(message.originTs());
      case 2 -> json.time(message.ackTs());
      case 3 -> json.raw(message.messageData());
      case 4 -> json.text(message.sourceSubjectId());
      case 5 -> texts(json, message.destinationSubjectIds());
      case 6 -> json.text(message.topic());
      case 7 -> json.text(message.messageType());
      case 8 -> json.raw(message.messageMetadata());
      default -> throw new IllegalArgumentException(Integer.toString(key));
    }
  }

  private static void texts(JsonBytes json, @Nullable List<@Nullable String> texts) {
    if (texts == null) {
      json.raw(null);
      return;
    }
    json.put('[');
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        json.put(',');
      }
      json.text(texts.get(i));
    }
    json.put(']');
  }

  /** Hands what is written so far to the stream. */
  public void flush() {
    json.flush();
  }

  @Override
  public void close() {
    json.flush();
  }
}
