package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON text of messages, letter for letter. */
class MessageWriterTest {
  private static final UUID ID = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");

  private static String written(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.write(message);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Message withTopic(@Nullable String topic) {
    return new Message(ID, null, null, null, null, null, topic, null, null);
  }

  private static Message withOrigin(Instant origin) {
    return new Message(ID, origin, null, null, null, null, null, null, null);
  }

  @Test
  void theSeedsExampleIsWrittenInTheSeedsOrder() {
    assertThat(written(Sample.seed().message()))
        .isEqualTo(
            "{\"message_uuid\":\"123e4567-e89b-12d3-a456-426614174000\","
                + "\"origin_ts\":\"2025-05-27T10:30:00Z\","
                + "\"ack_ts\":\"2025-05-27T10:30:01Z\","
                + "\"message_data\":{\"text\": \"hello\"},"
                + "\"source_subject_id\":\"subject-A\","
                + "\"destination_subject_ids\":[\"subject-B\"],"
                + "\"topic\":\"greetings\","
                + "\"message_type\":\"chat\","
                + "\"message_metadata\":{\"priority\": \"high\"}}");
  }

  @Test
  void whatIsAbsentIsNull() {
    assertThat(written(new Message(ID, null, null, null, null, null, null, null, null)))
        .isEqualTo(
            "{\"message_uuid\":\"123e4567-e89b-12d3-a456-426614174000\","
                + "\"origin_ts\":null,"
                + "\"ack_ts\":null,"
                + "\"message_data\":null,"
                + "\"source_subject_id\":null,"
                + "\"destination_subject_ids\":null,"
                + "\"topic\":null,"
                + "\"message_type\":null,"
                + "\"message_metadata\":null}");
  }

  @Test
  void destinationsKeepTheirOrder() {
    assertThat(
            written(
                new Message(
                    ID, null, null, null, null, List.of("b", "a", "b", "\""), null, null, null)))
        .contains("\"destination_subject_ids\":[\"b\",\"a\",\"b\",\"\\\"\"],");
    assertThat(written(new Message(ID, null, null, null, null, List.of(), null, null, null)))
        .contains("\"destination_subject_ids\":[],");
  }

  /** The Python service could store a null among them. */
  @Test
  void aNullAmongTheDestinationsIsWrittenAsNull() {
    assertThat(
            written(
                new Message(
                    ID, null, null, null, null, Arrays.asList("a", null), null, null, null)))
        .contains("\"destination_subject_ids\":[\"a\",null],");
  }

  @Test
  void valuesAreWrittenAsTheyStand() {
    String data = "{ \"a\" : [1.10, 1E400, \"\\u00e9\\/\", \"é😀\"] }";
    String json = written(new Message(ID, null, null, data, null, null, null, null, "1.50"));

    assertThat(json)
        .contains("\"message_data\":" + data + ",\"source_subject_id\"")
        .endsWith("\"message_metadata\":1.50}");
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        arguments("", ""),
        arguments("\"\\/", "\\\"\\\\/"),
        arguments("\b\f\n\r\t", "\\b\\f\\n\\r\\t"),
        arguments("\u0000\u0001\u001f", "\\u0000\\u0001\\u001F"),
        arguments(" \u007f\u0080\u2028\u2029", " \u007f\u0080\u2028\u2029"),
        arguments("é€😀\uFFFF", "é€😀\uFFFF"),
        arguments("<script>'&", "<script>'&"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void onlyWhatMustBeEscapedIsEscaped(String text, String escaped) {
    assertThat(written(withTopic(text))).contains("\"topic\":\"" + escaped + "\",");
    assertThat(written(new Message(ID, null, null, null, text, List.of(text), null, text, null)))
        .contains(
            "\"source_subject_id\":\"" + escaped + "\"",
            "\"destination_subject_ids\":[\"" + escaped + "\"]",
            "\"message_type\":\"" + escaped + "\"");
  }

  @Test
  void anEmojiIsFourBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.write(withTopic("😀"));
    }

    assertThat(out.toByteArray())
        .containsSequence('"', (byte) 0xf0, (byte) 0x9f, (byte) 0x98, (byte) 0x80, '"');
  }

  /** A pair must not be torn where one buffer of the generator ends and the next begins. */
  @Test
  void longTextsAreWrittenWhole() {
    for (int offset = 0; offset < 4; offset++) {
      String text = "a".repeat(offset) + "😀é€".repeat(20_000);
      assertThat(written(withTopic(text))).contains("\"topic\":\"" + text + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2025-05-27T10:30:00Z, 2025-05-27T10:30:00Z",
    "2025-05-27T00:00:00Z, 2025-05-27T00:00:00Z",
    "2025-05-27T10:30:00.5Z, 2025-05-27T10:30:00.500Z",
    "2025-05-27T10:30:00.123Z, 2025-05-27T10:30:00.123Z",
    "2025-05-27T10:30:00.1234Z, 2025-05-27T10:30:00.123400Z",
    "2025-05-27T10:30:00.000001Z, 2025-05-27T10:30:00.000001Z",
    "2025-05-27T12:30:00+02:00, 2025-05-27T10:30:00Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
  })
  void timesAreInUtc(Instant time, String expected) {
    assertThat(written(withOrigin(time))).contains("\"origin_ts\":\"" + expected + "\",");
    assertThat(written(new Message(ID, null, time, null, null, null, null, null, null)))
        .contains("\"ack_ts\":\"" + expected + "\",");
  }

  @Test
  void anyTimeIsWrittenAsJavaDoes() {
    Random random = new Random(9);
    int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
    for (int i = 0; i < 20_000; i++) {
      int unit = units[random.nextInt(units.length)];
      Instant time =
          Instant.ofEpochSecond(
              random.nextLong(-400_000_000_000L, 400_000_000_000L),
              (long) random.nextInt(1_000_000_000 / unit) * unit);
      assertThat(written(withOrigin(time))).contains("\"origin_ts\":\"" + time + "\",");
    }
  }

  @Test
  void onlyTheKeysThatAreWantedAreWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out, List.of("topic", "origin_ts"))) {
      writer.write(withTopic("a"));
      writer.write(withTopic("b"));
      writer.endLine(2);
      writer.newLine();
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "{\"origin_ts\":null,\"topic\":\"a\"}",
            "{\"origin_ts\":null,\"topic\":\"b\"}",
            "{\"_end\":{\"complete\":true,\"messages\":2}}");
  }

  @Test
  void anArrayOfMessagesIsOneText() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.startArray();
      writer.write(withTopic("a"));
      writer.write(withTopic(null));
      writer.endArray();
    }

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("[" + written(withTopic("a")) + "," + written(withTopic(null)) + "]");
  }

  @Test
  void noMessageIsAnEmptyArray() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.startArray();
      writer.endArray();
    }

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[]");
  }

  /** A response that breaks off must not look like a whole one. */
  @Test
  void closingNeitherClosesTheStreamNorEndsTheArray() {
    List<String> closed = new ArrayList<>();
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed.add("closed");
          }
        };
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.startArray();
      writer.write(withTopic("a"));
    }

    assertThat(closed).isEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[" + written(withTopic("a")));
  }

  @Test
  void flushingHandsOverWhatIsWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.write(withTopic("a"));
      writer.flush();
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(written(withTopic("a")));
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws RejectedMessageException {
    Random random = new Random(20250527);
    MessageReader reader = new MessageReader(1 << 20);
    List<Message> messages = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.startArray();
      for (int i = 0; i < 2_000; i++) {
        Message message = RandomMessages.next(random);
        messages.add(message);
        writer.write(message);
        assertThat(Sample.read(written(message))).isEqualTo(message);
      }
      writer.endArray();
    }

    assertThat(reader.readAll(out.toByteArray()))
        .extracting(MessageReader.Part::message)
        .isEqualTo(messages);
  }
}
