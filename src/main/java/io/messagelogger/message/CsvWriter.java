package io.messagelogger.message;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as CSV (RFC 4180): a header line, a line each, UTF-8, JSON values as JSON text,
 * recipients as a JSON array, nothing for what is absent. Used by one thread.
 */
public final class CsvWriter implements AutoCloseable {
  private final BufferedWriter out;
  private final List<String> keys;
  private final boolean guarded;

  /**
   * @param keys the columns
   * @param guarded whether a field that a spreadsheet would take for a formula gets a {@code '} in
   *     front
   */
  public CsvWriter(OutputStream out, List<String> keys, boolean guarded) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 16_384);
    this.keys = List.copyOf(keys);
    this.guarded = guarded;
  }

  /** Writes the header line. */
  public void header() {
    line(String.join(",", keys));
  }

  /** Writes one message. */
  public void write(Message message) {
    line(keys.stream().map(key -> field(value(message, key))).collect(Collectors.joining(",")));
  }

  private static @Nullable String value(Message message, String key) {
    return switch (key) {
      case "message_uuid" -> message.messageUuid().toString();
      case "origin_ts" -> message.originTs() == null ? null : message.originTs().toString();
      case "ack_ts" -> message.ackTs() == null ? null : message.ackTs().toString();
      case "message_data" -> message.messageData();
      case "source_subject_id" -> message.sourceSubjectId();
      case "destination_subject_ids" ->
          message.destinationSubjectIds() == null
              ? null
              : MessageWriter.array(message.destinationSubjectIds());
      case "topic" -> message.topic();
      case "message_type" -> message.messageType();
      case "message_metadata" -> message.messageMetadata();
      default -> throw new IllegalArgumentException(key);
    };
  }

  private String field(@Nullable String value) {
    if (value == null) {
      return "";
    }
    String text =
        guarded && !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0
            ? "'" + value
            : value;
    boolean quoted =
        text.isEmpty()
            || text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')
            || text.startsWith(" ")
            || text.endsWith(" ");
    return quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  private void line(String line) {
    try {
      out.write(line);
      out.write("\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands what is written so far to the stream. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    flush();
  }
}
