package io.messagelogger.client;

import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** An export, message by message. Stateless. */
public final class Lines {
  private Lines() {}

  /**
   * The messages of an export, read as the stream is used, in constant memory. Whoever closes the
   * export, or stops reading it, ends it at the service too.
   *
   * @throws java.io.UncheckedIOException from the stream, when the export is cut
   */
  public static Stream<Message> of(InputStream export) {
    return new BufferedReader(new InputStreamReader(export, StandardCharsets.UTF_8))
        .lines()
        .filter(line -> !line.isEmpty())
        .map(Lines::message);
  }

  private static Message message(String line) {
    try (JsonReader reader = Json.PROVIDER.createReader(new StringReader(line))) {
      return Message.of(reader.readObject());
    }
  }
}
