package io.messagelogger.it.fault;

import static io.messagelogger.testing.Client.quote;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message as it is pushed. Immutable.
 *
 * @param sample whether it is one of the few that are also looked up by subject
 */
record Minted(UUID uuid, String json, boolean sample) {

  byte[] payload() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** Makes messages of one source, each other than the one before in every field. Thread-safe. */
  static final class Mint {
    private final String source;
    private final AtomicInteger number = new AtomicInteger();

    Mint(String source) {
      this.source = source;
    }

    String source() {
      return source;
    }

    /** The subject that receives the samples. */
    String sampleSubject() {
      return source + "/sample";
    }

    Minted next() {
      return mint(false);
    }

    Minted sample() {
      return mint(true);
    }

    private Minted mint(boolean sample) {
      int n = number.incrementAndGet();
      UUID uuid = UUID.randomUUID();
      StringBuilder json =
          new StringBuilder("{\"message_uuid\": \"%s\"".formatted(uuid))
              .append(", \"origin_ts\": \"")
              .append(time(n))
              .append('"')
              .append(", \"source_subject_id\": ")
              .append(quote(source));
      if (n % 3 > 0) {
        json.append(", \"ack_ts\": ").append(n % 3 == 1 ? "null" : '"' + time(n + 1) + '"');
      }
      json.append(", \"message_data\": ").append(data(n, uuid));
      String destinations = destinations(n, sample);
      if (!destinations.isEmpty()) {
        json.append(", \"destination_subject_ids\": [").append(destinations).append(']');
      }
      if (n % 5 > 0) {
        json.append(", \"topic\": ").append(n % 5 == 1 ? "null" : quote("Grüße " + n % 5));
        json.append(", \"message_type\": ").append(quote(n % 2 == 0 ? "event" : "警報 \uD83D\uDE00"));
      }
      if (n % 7 > 0) {
        json.append(", \"message_metadata\": {\"n\": ").append(n).append(", \"of\": \"é\\u00e9\"}");
      }
      return new Minted(uuid, json.append('}').toString(), sample);
    }

    /** Microseconds, and offsets of both signs. */
    private static String time(int n) {
      String offset = n % 4 == 0 ? "Z" : n % 4 == 1 ? "+05:30" : n % 4 == 2 ? "-08:00" : "+00:00";
      return "2025-%02d-%02dT%02d:%02d:%02d.%06d%s"
          .formatted(1 + n % 12, 1 + n % 28, n % 24, n % 60, n / 60 % 60, n % 1_000_000, offset);
    }

    private static String data(int n, UUID uuid) {
      return switch (n % 8) {
        case 0 -> "null";
        case 1 -> "\"text with \\\"quotes\\\", \\\\, \\n, 𝄞 and " + uuid + '"';
        case 2 -> "123456789012345678901234567890." + n;
        case 3 -> "[1e-30, -0.0, 1E+40, %d, true, [], {}]".formatted(n);
        case 4 ->
            "{\"check\": \"%s\", \"nested\": {\"a\": [1, [2, {\"deep\": null}]], \"ключ\": \"значение\"}}"
                .formatted(uuid);
        default -> "{\"check\": \"%s\", \"text\": \"%s\"}".formatted(uuid, "wörd ".repeat(n % 40));
      };
    }

    private String destinations(int n, boolean sample) {
      StringBuilder ids = new StringBuilder(sample ? quote(sampleSubject()) : "");
      for (int i = 0; i < n % 4; i++) {
        ids.append(ids.isEmpty() ? "" : ", ").append(quote(source + " → " + (n + i) % 50));
      }
      return ids.toString();
    }
  }
}
