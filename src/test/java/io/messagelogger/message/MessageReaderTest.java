package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.messagelogger.testing.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The nine keys: what each of them takes, and what is said about what it does not take. */
class MessageReaderTest {
  private static final int LIMIT = 1 << 20;

  private final MessageReader reader = new MessageReader(LIMIT);

  @Test
  void theSeedsExampleIsRead() throws RejectedMessageException {
    MessageReader.Reading reading = reader.read(Sample.utf8(Sample.SEED));

    assertThat(reading.message())
        .isEqualTo(
            new Message(
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.parse("2025-05-27T10:30:00Z"),
                Instant.parse("2025-05-27T10:30:01Z"),
                "{\"text\": \"hello\"}",
                "subject-A",
                List.of("subject-B"),
                "greetings",
                "chat",
                "{\"priority\": \"high\"}"));
    assertThat(reading.ignoredKeys()).isZero();
  }

  /** The parser takes texts of up to 32,768 characters in another way. */
  @ParameterizedTest
  @ValueSource(ints = {32_700, 32_767, 32_768, 32_769, 70_000})
  void valuesAreTakenAsTheyStandInAMessageOfAnyLength(int length) throws Exception {
    String head =
        """
        {"message_uuid": "123e4567-e89b-12d3-a456-426614174000", "origin_ts": "2025-05-27T10:30:00Z",
         "source_subject_id": "subject-A", "message_metadata": [1.50 , "\u00fc"], "message_data": \
        """;
    String data = "{ \"a\" : \"" + "x".repeat(length - head.length() - 12) + "\"}";
    String json = head + data + "}";
    assertThat(json).hasSize(length);
    Message message =
        new MessageReader(1 << 20).read(json.getBytes(StandardCharsets.UTF_8)).message();
    assertThat(message.messageData()).isEqualTo(data);
    assertThat(message.messageMetadata()).isEqualTo("[1.50 , \"\u00fc\"]");
  }

  @Test
  void threeKeysAreEnough() {
    assertThat(Sample.required().message())
        .isEqualTo(
            new Message(
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.parse("2025-05-27T10:30:00Z"),
                null,
                null,
                "subject-A",
                null,
                null,
                null,
                null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ack_ts",
        "message_data",
        "destination_subject_ids",
        "topic",
        "message_type",
        "message_metadata"
      })
  void anOptionalKeyMayBeAbsentOrNull(String key) {
    Message absent = Sample.seed().without(key).message();

    assertThat(Sample.seed().with(key, "null").message()).isEqualTo(absent);
    assertThat(absent).isNotEqualTo(Sample.seed().message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"message_uuid", "origin_ts", "source_subject_id"})
  void aRequiredKeyMayBeNeitherAbsentNorNull(String key) {
    for (Sample sample : List.of(Sample.seed().without(key), Sample.seed().with(key, "null"))) {
      assertThat(sample.rejection())
          .returns("/" + key, RejectedMessageException::pointer)
          .hasMessage("required field is missing");
    }
  }

  static Stream<Arguments> wrongTypes() {
    Stream<Arguments> texts =
        Stream.of(
                "message_uuid",
                "origin_ts",
                "ack_ts",
                "source_subject_id",
                "topic",
                "message_type",
                "destination_subject_ids/0")
            .flatMap(
                key ->
                    Stream.of(
                            "1", "-0.5e3", "true", "false", "{}", "{\"a\":\"b\"}", "[]", "[\"a\"]")
                        .map(json -> arguments(key, json, "must be a string")));
    Stream<Arguments> destinations =
        Stream.of("1", "-0.5e3", "true", "false", "\"subject-B\"", "\"\"", "{}", "{\"0\":\"a\"}")
            .map(json -> arguments("destination_subject_ids", json, "must be an array of strings"));
    return Stream.concat(texts, destinations);
  }

  @ParameterizedTest
  @MethodSource("wrongTypes")
  void aValueOfTheWrongTypeIsRefusedWithItsPlace(String place, String json, String reason) {
    Sample sample =
        place.endsWith("/0")
            ? Sample.seed().with("destination_subject_ids", "[" + json + "]")
            : Sample.seed().with(place, json);

    assertThat(sample.rejection())
        .returns("/" + place, RejectedMessageException::pointer)
        .returns("/" + place + ": " + reason, RejectedMessageException::explanation)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "\"text\"",
        "0",
        "-1",
        "1.5",
        "true",
        "false",
        "[null]",
        "{\"a\":null}"
      })
  void dataAndMetadataTakeAnyValue(String json) {
    assertThat(Sample.seed().with("message_data", json).message().messageData()).isEqualTo(json);
    assertThat(Sample.seed().with("message_metadata", json).message().messageMetadata())
        .isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9€😀\""})
  void textsTakeAnyCharacters(String json) {
    Message message =
        Sample.seed()
            .with("source_subject_id", json)
            .with("topic", json)
            .with("message_type", json)
            .with("destination_subject_ids", "[" + json + "]")
            .message();

    String text =
        switch (json) {
          case "\"\"" -> "";
          case "\" \"" -> " ";
          case "\"\\u00e9€😀\"" -> "é€😀";
          default -> "\"\\/\b\f\n\r\t";
        };
    assertThat(message.sourceSubjectId()).isEqualTo(text);
    assertThat(message.topic()).isEqualTo(text);
    assertThat(message.messageType()).isEqualTo(text);
    assertThat(message.destinationSubjectIds()).containsExactly(text);
  }

  @Test
  void unknownKeysAreIgnoredAndCounted() throws RejectedMessageException {
    MessageReader.Reading reading =
        reader.read(
            Sample.seed()
                .with("priority", "1e999999999999")
                .with("Topic", "\"\\u0000 \\ud800\"")
                .with("", "{\"topic\":[1,{\"a\":null}]}")
                .with("message_uuid ", "null")
                .bytes());

    assertThat(reading.message()).isEqualTo(Sample.seed().message());
    assertThat(reading.ignoredKeys()).isEqualTo(4);
  }

  @Test
  void aKeyIsKnownHoweverItIsSpelled() {
    assertThat(Sample.seed().without("topic").with("\\u0074opi\\u0063", "\"x\"").message().topic())
        .isEqualTo("x");
  }

  @Test
  void theOrderOfKeysAndWhiteSpaceDoNotMatter() {
    String reordered =
        Sample.required()
            .with("message_metadata", " \t\r\n{\"priority\": \"high\"} \t\r\n")
            .with("message_type", " \"chat\" ")
            .with("topic", "\n\"greetings\"\n")
            .with("destination_subject_ids", "\t[ \"subject-B\" ]\r")
            .with("message_data", " {\"text\": \"hello\"} ")
            .with("ack_ts", "\"2025-05-27T10:30:01Z\"")
            .json();

    assertThat(Sample.read("\n " + reordered + "\r\n")).isEqualTo(Sample.seed().message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "-0",
        "-0.0",
        "1E400",
        "1e+5",
        "0.10e-007",
        "123456789012345678901234567890.0",
        "9223372036854775808",
        "\"\\u00e9\\/\\ud83d\\uDE00 \\u0041\"",
        "{ \"b\" : 1.0 ,\n\"a\":[ 1 , 2.50]\t}",
        "[ ]",
        "\"é€😀\""
      })
  void valuesAreKeptAsTheyWereWritten(String json) {
    Message message =
        Sample.required()
            .with("message_data", " " + json + "\n")
            .with("message_metadata", json)
            .with("topic", "\"after\"")
            .message();

    assertThat(message.messageData()).isEqualTo(json);
    assertThat(message.messageMetadata()).isEqualTo(json);
    assertThat(message.topic()).isEqualTo("after");
  }

  static Stream<Arguments> destinations() {
    return Stream.of(
        arguments("[]", List.of()),
        arguments("[ ]", List.of()),
        arguments("[\"\"]", List.of("")),
        arguments("[\"b\",\"a\"]", List.of("b", "a")),
        arguments("[\"a\",\"a\",\"b\",\"a\"]", List.of("a", "a", "b", "a")),
        arguments("[\"null\",\"1\"]", List.of("null", "1")),
        arguments("[\"a,b\",\"{}\",\"\\\"\",\"\\\\\"]", List.of("a,b", "{}", "\"", "\\")));
  }

  @ParameterizedTest
  @MethodSource("destinations")
  void destinationsKeepTheirOrderAndTheirDuplicates(String json, List<String> expected) {
    assertThat(
            Sample.seed().with("destination_subject_ids", json).message().destinationSubjectIds())
        .isEqualTo(expected);
  }

  @Test
  void tenThousandDestinationsAreRead() {
    String json = "\"subject\",".repeat(9_999) + "\"last\"";

    assertThat(
            Sample.seed()
                .with("destination_subject_ids", "[" + json + "]")
                .message()
                .destinationSubjectIds())
        .hasSize(10_000)
        .endsWith("last");
  }

  @Test
  void aNullAmongTheDestinationsIsRefused() {
    assertThat(Sample.seed().with("destination_subject_ids", "[\"a\",\"b\",null]").rejection())
        .returns("/destination_subject_ids/2", RejectedMessageException::pointer)
        .hasMessage("must be a string, not null");
  }

  @Test
  void anythingElseAmongTheDestinationsIsRefused() {
    for (String wrong : List.of("1", "true", "[\"b\"]", "{}")) {
      assertThat(Sample.seed().with("destination_subject_ids", "[\"a\"," + wrong + "]").rejection())
          .returns("/destination_subject_ids/1", RejectedMessageException::pointer)
          .hasMessage("must be a string");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "123e4567-e89b-12d3-a456-426614174000, 123e4567-e89b-12d3-a456-426614174000",
    "123E4567-E89B-12D3-A456-426614174000, 123e4567-e89b-12d3-a456-426614174000",
    "123E4567-e89b-12D3-a456-42661417400F, 123e4567-e89b-12d3-a456-42661417400f",
    "00000000-0000-0000-0000-000000000000, 00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF, ffffffff-ffff-ffff-ffff-ffffffffffff",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f, 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0, 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"
  })
  void anyUuidIsTaken(String text, UUID uuid) {
    assertThat(Sample.seed().with("message_uuid", "\"" + text + "\"").message().messageUuid())
        .isEqualTo(uuid);
    assertThat(MessageReader.uuid(text)).isEqualTo(uuid);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1-1-1-1-1",
        "{123e4567-e89b-12d3-a456-426614174000}",
        "123e4567e89b12d3a456426614174000",
        "123e-4567-e89b-12d3-a456-4266-1417-4000",
        " 123e4567-e89b-12d3-a456-426614174000",
        "123e4567-e89b-12d3-a456-426614174000 ",
        "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
        "123e4567-e89b-12d3-a456-42661417400",
        "123e4567-e89b-12d3-a456-4266141740000",
        "123e4567-e89b-12d3-a456-42661417400g",
        "123e4567-e89b-12d3-a456-42661417400٠",
        "123e4567 e89b 12d3 a456 426614174000"
      })
  void whatIsNoUuidIsRefused(String text) {
    assertThat(Sample.seed().with("message_uuid", "\"" + text + "\"").rejection())
        .returns("/message_uuid", RejectedMessageException::pointer)
        .hasMessage("\"" + text + "\" is not a valid UUID");
    assertThat(MessageReader.uuid(text)).isNull();
  }

  @Test
  void aLongWrongTextIsClippedInTheReason() {
    assertThat(Sample.seed().with("message_uuid", "\"" + "x".repeat(100_000) + "\"").rejection())
        .hasMessage("\"" + "x".repeat(80) + "…\" is not a valid UUID");
    assertThat(Sample.seed().with("origin_ts", "\"" + "x".repeat(100_000) + "\"").rejection())
        .hasMessage(
            "\""
                + "x".repeat(80)
                + "…\" is not a date and time with an offset (RFC 3339, as in 2025-05-27T10:30:00Z)");
  }

  static Stream<String> longestTexts() {
    return Stream.of(
        "a".repeat(2_000),
        "é".repeat(1_000),
        "€".repeat(666) + "aa",
        "😀".repeat(500),
        "a😀é€".repeat(200));
  }

  @ParameterizedTest
  @MethodSource("longestTexts")
  void indexedTextsMayHaveTwoThousandBytes(String text) {
    assertThat(Sample.utf8(text)).hasSize(MessageReader.MAX_INDEXED_BYTES).hasSize(2_000);
    for (String key : List.of("source_subject_id", "topic", "message_type")) {
      Sample.seed().with(key, "\"" + text + "\"").message();
      assertThat(Sample.seed().with(key, "\"" + text + "b\"").rejection())
          .returns("/" + key, RejectedMessageException::pointer)
          .hasMessage("the text is longer than 2000 bytes");
    }
    Sample.seed().with("destination_subject_ids", "[\"" + text + "\"]").message();
    assertThat(
            Sample.seed().with("destination_subject_ids", "[\"a\",\"" + text + "b\"]").rejection())
        .returns("/destination_subject_ids/1", RejectedMessageException::pointer)
        .hasMessage("the text is longer than 2000 bytes");
  }

  @Test
  void theBytesOfATextAreCountedAfterItsEscapes() {
    assertThat(Sample.seed().with("topic", "\"" + "\\u0061".repeat(2_000) + "\"").message().topic())
        .isEqualTo("a".repeat(2_000));
    assertThat(
            Sample.seed()
                .with("topic", "\"" + "\\ud83d\\ude00".repeat(500) + "b\"")
                .rejection()
                .pointer())
        .isEqualTo("/topic");
  }

  @Test
  void textInsideDataIsOnlyBoundByTheSizeOfTheMessage() {
    String json = "{\"" + "k".repeat(100_000) + "\":\"" + "€".repeat(200_000) + "\"}";

    assertThat(Sample.seed().with("message_data", json).message().messageData()).isEqualTo(json);
  }

  @Test
  void aMessageMayHaveExactlyTheLimitOfBytes() throws RejectedMessageException {
    byte[] payload = Sample.required().with("message_data", "\"é€😀\"").bytes();
    int size = payload.length;

    assertThat(new MessageReader(size).read(payload).message().messageData()).isEqualTo("\"é€😀\"");
    assertThat(Sample.rejection(() -> new MessageReader(size - 1).read(payload)))
        .returns("", RejectedMessageException::pointer)
        .returns(true, RejectedMessageException::tooLarge)
        .hasMessage(
            "the message has %d bytes, more than the limit of %d (MAX_MESSAGE_BYTES)",
            size, size - 1);
  }

  @Test
  void whiteSpaceCountsTowardsTheLimit() {
    byte[] payload = Sample.required().bytes();

    assertThat(
            Sample.rejection(
                    () ->
                        new MessageReader(payload.length)
                            .read(Sample.utf8(Sample.required().json() + " ")))
                .tooLarge())
        .isTrue();
  }

  @Test
  void onlySizeIsCalledTooLarge() {
    assertThat(Sample.seed().with("topic", "1").rejection().tooLarge()).isFalse();
    assertThat(Sample.rejection("").tooLarge()).isFalse();
  }

  @Test
  void aRejectionIsAnAnswerAndNoAccident() {
    RejectedMessageException ofTheWhole = Sample.rejection("[]");

    assertThat(ofTheWhole.explanation()).isEqualTo("a message must be a JSON object");
    assertThat(ofTheWhole.getStackTrace()).isEmpty();
    assertThat(Sample.seed().without("message_uuid").rejection().explanation())
        .isEqualTo("/message_uuid: required field is missing");
  }
}
