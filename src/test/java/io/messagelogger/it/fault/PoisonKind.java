package io.messagelogger.it.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.messagelogger.testing.Client;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** What cannot be stored, and the kind of dead letter that it becomes. */
enum PoisonKind {
  INVALID_UTF_8("invalid", uuid -> bytes(data(uuid, "\"a"), 0xff, "b\"}")),
  OVERLONG_UTF_8("invalid", uuid -> bytes(data(uuid, "\"a"), 0xc0, "b\"}")),
  RAW_NUL("invalid", uuid -> text(data(uuid, "\"a\0b\"}"))),
  ESCAPED_NUL("invalid", uuid -> text(data(uuid, "\"a\\u0000b\"}"))),
  LONE_SURROGATE("invalid", uuid -> text(data(uuid, "{\"a\": [\"\\ud800\"]}}"))),
  LONE_SURROGATE_IN_A_KEY("invalid", uuid -> text(data(uuid, "{\"\\udc00\": 1}}"))),
  TOO_DEEP("invalid", uuid -> text(data(uuid, "[".repeat(501) + "]".repeat(501) + "}"))),
  FAR_TOO_DEEP("invalid", uuid -> text(data(uuid, "[".repeat(20_000) + "]".repeat(20_000) + "}"))),
  NUMBER_OUT_OF_RANGE("invalid", uuid -> text(data(uuid, "1e131072}"))),
  TOO_LARGE("too-large", uuid -> text(data(uuid, "\"" + "x".repeat(PoisonIT.MAX_BYTES) + "\"}"))),
  TIME_BEFORE_1970("invalid", uuid -> with(uuid, "origin_ts", "\"1969-12-31T23:59:59Z\"")),
  TIME_AFTER_TOMORROW("invalid", uuid -> with(uuid, "origin_ts", "\"9999-01-01T00:00:00Z\"")),
  TIME_OUT_OF_RANGE("invalid", uuid -> with(uuid, "ack_ts", "\"294277-01-01T00:00:00Z\"")),
  INFINITY("invalid", uuid -> with(uuid, "ack_ts", "\"infinity\"")),
  NO_OFFSET("invalid", uuid -> with(uuid, "origin_ts", "\"2025-05-27T10:30:00\"")),
  SUBJECT_TOO_LONG("invalid", uuid -> with(uuid, "destination_subject_ids", longSubject())),
  DUPLICATE_KEY("invalid", uuid -> text(data(uuid, "{\"a\": 1, \"a\": 2}}"))),
  UUID_TWICE("invalid", uuid -> text(data(uuid, "1, \"message_uuid\": \"" + uuid + "\"}"))),
  TRAILING_GARBAGE("invalid", uuid -> text(data(uuid, "1} x"))),
  TWO_MESSAGES("invalid", uuid -> text(data(uuid, "1}") + data(UUID.randomUUID(), "1}"))),
  TRUNCATED("invalid", uuid -> text(data(uuid, "{\"a\": [1, 2"))),
  NOT_AN_OBJECT("invalid", uuid -> text("[\"" + uuid + "\"]")),
  WRONG_TYPE("invalid", uuid -> with(uuid, "topic", "{\"a\": 1}")),
  NO_UUID(
      "invalid",
      uuid -> text("{\"origin_ts\": \"2025-05-27T10:30:00Z\", \"x\": \"" + uuid + "\"}")),
  REFUSED_BY_THE_DATABASE("refused", uuid -> with(uuid, "topic", "\"refused\""));

  private final String deadLetterKind;
  private final Function<UUID, byte[]> payload;

  PoisonKind(String deadLetterKind, Function<UUID, byte[]> payload) {
    this.deadLetterKind = deadLetterKind;
    this.payload = payload;
  }

  /** A poison of this kind, unlike any other. */
  Oracle.Poison next() {
    return new Oracle.Poison(payload.apply(UUID.randomUUID()), deadLetterKind);
  }

  /** A message up to the value of its payload, and then this. */
  private static String data(UUID uuid, String rest) {
    String message = Client.message(uuid, "poison");
    return message.substring(0, message.length() - 1) + ", \"message_data\": " + rest;
  }

  private static byte[] with(UUID uuid, String key, String value) {
    if (!key.equals("origin_ts")) {
      return text(Client.message(uuid, "poison", Map.of(key, value)));
    }
    return text(
        "{\"message_uuid\": \"%s\", \"source_subject_id\": \"poison\", \"origin_ts\": %s}"
            .formatted(uuid, value));
  }

  private static String longSubject() {
    return "[\"short\", \"" + "é".repeat(1001) + "\"]";
  }

  private static byte[] text(String json) {
    return json.getBytes(UTF_8);
  }

  private static byte[] bytes(String before, int wrong, String after) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(before.getBytes(UTF_8));
    bytes.write(wrong);
    bytes.writeBytes(after.getBytes(UTF_8));
    return bytes.toByteArray();
  }
}
