package io.messagelogger.testing;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** The seed's example message and variations of it, as JSON text. Immutable. */
public final class Sample {
  /** The seed's example, letter for letter. */
  public static final String SEED =
      """
      {
        "message_uuid": "123e4567-e89b-12d3-a456-426614174000",
        "origin_ts": "2025-05-27T10:30:00Z",
        "ack_ts": "2025-05-27T10:30:01Z",
        "message_data": {"text": "hello"},
        "source_subject_id": "subject-A",
        "destination_subject_ids": ["subject-B"],
        "topic": "greetings",
        "message_type": "chat",
        "message_metadata": {"priority": "high"}
      }
      """;

  private static final MessageReader READER = new MessageReader(1 << 20);

  private final Map<String, String> members;

  private Sample(Map<String, String> members) {
    this.members = members;
  }

  /** The three keys that a message must have. */
  public static Sample required() {
    return new Sample(Map.of())
        .with("message_uuid", "\"123e4567-e89b-12d3-a456-426614174000\"")
        .with("origin_ts", "\"2025-05-27T10:30:00Z\"")
        .with("source_subject_id", "\"subject-A\"");
  }

  /** All nine keys, in the seed's order. */
  public static Sample seed() {
    return new Sample(Map.of())
        .with("message_uuid", "\"123e4567-e89b-12d3-a456-426614174000\"")
        .with("origin_ts", "\"2025-05-27T10:30:00Z\"")
        .with("ack_ts", "\"2025-05-27T10:30:01Z\"")
        .with("message_data", "{\"text\": \"hello\"}")
        .with("source_subject_id", "\"subject-A\"")
        .with("destination_subject_ids", "[\"subject-B\"]")
        .with("topic", "\"greetings\"")
        .with("message_type", "\"chat\"")
        .with("message_metadata", "{\"priority\": \"high\"}");
  }

  /** This sample with another value, given as JSON, under a key; a new key comes last. */
  public Sample with(String key, String json) {
    Map<String, String> changed = new LinkedHashMap<>(members);
    changed.put(key, json);
    return new Sample(changed);
  }

  public Sample without(String key) {
    Map<String, String> changed = new LinkedHashMap<>(members);
    changed.remove(key);
    return new Sample(changed);
  }

  public String json() {
    return members.entrySet().stream()
        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  public byte[] bytes() {
    return utf8(json());
  }

  /** The message that a reader makes of it; fails the test when it makes none. */
  public Message message() {
    return read(json());
  }

  /** What a reader has against it; fails the test when it has nothing. */
  public RejectedMessageException rejection() {
    return rejection(json());
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The message that a JSON text is; fails when it is rejected. */
  public static Message read(String json) {
    try {
      return READER.read(utf8(json)).message();
    } catch (RejectedMessageException e) {
      return fail("rejected, " + e.explanation() + ": " + json, e);
    }
  }

  public static RejectedMessageException rejection(String json) {
    return rejection(utf8(json));
  }

  public static RejectedMessageException rejection(byte[] json) {
    return rejection(() -> READER.read(json));
  }

  /** The rejection that this call ends in; any other end fails the test. */
  public static RejectedMessageException rejection(ThrowingCallable call) {
    @Nullable RejectedMessageException rejection =
        catchThrowableOfType(RejectedMessageException.class, call);
    return rejection == null ? fail("not rejected") : rejection;
  }
}
