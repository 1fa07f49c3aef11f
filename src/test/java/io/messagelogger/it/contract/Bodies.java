package io.messagelogger.it.contract;

import io.messagelogger.it.contract.Request.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Bodies for POST /messages: what a message may be, and what it may not. Used by one thread. */
final class Bodies {
  private static final String TARGET = "/messages";
  private static final String JSON = "application/json";

  private final SplittableRandom random;
  private final String source;

  Bodies(SplittableRandom random, String source) {
    this.random = random;
    this.source = source;
  }

  /** Right ones, which are stored. */
  List<Request> right() {
    List<Request> requests = new ArrayList<>();
    requests.add(post("[]", Verdict.RIGHT));
    for (String more :
        List.of(
            "",
            ", \"ack_ts\": null",
            ", \"ack_ts\": \"2026-01-01T00:00:01.5+02:00\", \"topic\": \"orders\"",
            ", \"destination_subject_ids\": []",
            ", \"destination_subject_ids\": [\"subject-B\", \"subject-B\"]",
            ", \"message_data\": [1, 1.50, -0.0, 1e10, true, null, {\"\": \"\\u20ac😀\"}]",
            ", \"message_data\": \"text\", \"message_metadata\": {\"correlation_id\": \"c\"}",
            ", \"message_type\": \"" + "t".repeat(1_900) + "\"",
            ", \"other\": {\"keys\": [\"are\", \"ignored\"]}")) {
      requests.add(post(message(more), Verdict.RIGHT));
      requests.add(post("[" + message("") + "," + message(more) + "]", Verdict.RIGHT));
    }
    return requests;
  }

  /** Wrong ones, of which nothing is taken. */
  List<Request> wrong() {
    List<Request> requests = new ArrayList<>();
    for (String body :
        List.of(
            "",
            " ",
            "null",
            "1",
            "\"text\"",
            "{",
            "[",
            "{}",
            "[{}]",
            "[null]",
            "[[]]",
            "nonsense",
            "[".repeat(2_000),
            message("") + "x",
            message(", \"topic\": 1"),
            message(", \"topic\": \"a\", \"topic\": \"a\""),
            message(", \"topic\": \"\\u0000\""),
            message(", \"topic\": \"\\ud800\""),
            message(", \"topic\": \"" + "t".repeat(2_001) + "\""),
            message(", \"ack_ts\": \"yesterday\""),
            message(", \"destination_subject_ids\": \"subject-B\""),
            message(", \"destination_subject_ids\": [null]"),
            message(", \"message_data\": 1e999999"),
            message(", \"message_data\": " + "[".repeat(600) + "]".repeat(600)),
            message("").replace(source, ""),
            message("").replaceFirst("[0-9a-f]{8}-", "x-"),
            message("").replace("2026", "1969"),
            message("").replace("2026", "9999"))) {
      requests.add(post(body, Verdict.EITHER));
      requests.add(post("[" + message("") + "," + body + "]", Verdict.EITHER));
    }
    byte[] bytes = message(", \"topic\": \"#\"").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20; i++) {
      byte[] changed = bytes.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      requests.add(Request.posting(TARGET, JSON, changed, Verdict.EITHER));
    }
    for (String type :
        List.of("text/plain", "application/xml", "nonsense", "", "application/json;charset=odd")) {
      requests.add(
          Request.posting(
              TARGET, type, message("").getBytes(StandardCharsets.UTF_8), Verdict.EITHER));
    }
    return requests;
  }

  private static Request post(String body, Verdict verdict) {
    return Request.posting(TARGET, JSON, body.getBytes(StandardCharsets.UTF_8), verdict);
  }

  private String message(String more) {
    return """
        {"message_uuid": "%s", "origin_ts": "2026-01-01T00:00:00Z", "source_subject_id": "%s"%s}"""
        .formatted(new UUID(random.nextLong(), random.nextLong()), source, more);
  }
}
