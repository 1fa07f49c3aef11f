package io.messagelogger.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** Messages of 400 bytes with the time in them at which they were sent. */
final class Timed {
  static final int BYTES = 400;
  private static final int DIGITS = 19;
  private static final byte[] MARK = "\"sent:".getBytes(StandardCharsets.US_ASCII);

  private Timed() {}

  /** A message that is sent now. */
  static byte[] message(String topic) {
    String json =
        String.format(
            Locale.ROOT,
            "{\"message_data\":\"sent:%019d%%s\",\"message_uuid\":\"%s\",\"origin_ts\":\"%s\","
                + "\"source_subject_id\":\"bench\",\"topic\":\"%s\"}",
            System.nanoTime(),
            UUID.randomUUID(),
            Instant.now(),
            topic);
    String filler = ".".repeat(Math.max(0, BYTES - json.length() + 2));
    return json.replace("%s", filler).getBytes(StandardCharsets.US_ASCII);
  }

  /** When a message was sent, of which this is the beginning; 0 when it does not say. */
  static long sent(byte[] bytes, int length) {
    for (int at = 0; at + MARK.length + DIGITS <= length; at++) {
      if (matches(bytes, at)) {
        long time = 0;
        for (int i = at + MARK.length; i < at + MARK.length + DIGITS; i++) {
          time = time * 10 + bytes[i] - '0';
        }
        return time;
      }
    }
    return 0;
  }

  private static boolean matches(byte[] bytes, int at) {
    for (int i = 0; i < MARK.length; i++) {
      if (bytes[at + i] != MARK[i]) {
        return false;
      }
    }
    return true;
  }
}
