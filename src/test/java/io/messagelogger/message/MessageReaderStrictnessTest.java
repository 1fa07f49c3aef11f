package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would be refused or changed by the database is refused before it. */
class MessageReaderStrictnessTest {
  private static final String NUL_REASON =
      "the text holds the character \\u0000, which the database cannot store";

  /** A sample as bytes, with these bytes in place of every question mark. */
  private static byte[] withBytes(String json, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : Sample.utf8(json)) {
      if (b == '?') {
        out.writeBytes(bytes);
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // a continuation that continues nothing
        "bf",
        "c080", // overlong
        "c1bf",
        "e08080",
        "e09fbf",
        "f0808080",
        "f08fbfbf",
        "eda080", // surrogates, as in CESU-8
        "edbfbf",
        "eda0bdedb880",
        "f4908080", // beyond U+10FFFF
        "f7bfbfbf",
        "f888808080",
        "fc8480808080",
        "c3", // cut short
        "e282",
        "f09f98",
        "c328",
        "e9", // é in Latin-1
        "fe",
        "ff"
      })
  void bytesThatAreNoUtf8AreRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (String key : List.of("topic", "message_data", "unknown")) {
      assertThat(Sample.rejection(withBytes(Sample.seed().with(key, "\"a?b\"").json(), bytes)))
          .returns("", RejectedMessageException::pointer)
          .hasMessage("the bytes are not UTF-8");
    }
    assertThat(Sample.rejection(withBytes(Sample.SEED + "?", bytes)))
        .hasMessage("the bytes are not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01f", "7f", "80", "7ff", "800", "d7ff", "e000", "feff", "fffd", "fffe", "ffff", "10000",
        "1f600", "10fffe", "10ffff"
      })
  void everyCharacterButNulIsKept(String codePoint) {
    String text = Character.toString(Integer.parseInt(codePoint, 16));
    String json = codePoint.equals("01f") ? "\"\\u001f\"" : "\"" + text + "\"";

    Message message = Sample.seed().with("topic", json).with("message_data", json).message();

    assertThat(message.topic()).isEqualTo(text);
    assertThat(message.messageData()).isEqualTo(json);
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThat(Sample.rejection("\uFEFF" + Sample.SEED).getMessage())
        .startsWith("not valid JSON at line 1, column 1: ");
  }

  static Stream<Charset> otherCharsets() {
    return Stream.of(
        StandardCharsets.UTF_16,
        StandardCharsets.UTF_16BE,
        StandardCharsets.UTF_16LE,
        Charset.forName("UTF-32"),
        Charset.forName("UTF-32LE"));
  }

  @ParameterizedTest
  @MethodSource("otherCharsets")
  void otherEncodingsAreRefused(Charset charset) {
    assertThat(Sample.rejection(Sample.SEED.getBytes(charset)).pointer()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\u0000", "\\u0000a", "a\\u0000", "a\\u0000b", "\\\\\\u0000", "😀\\u0000"})
  void nulIsRefusedInEveryText(String text) {
    String json = "\"" + text + "\"";
    for (String key :
        List.of(
            "message_uuid",
            "origin_ts",
            "ack_ts",
            "source_subject_id",
            "topic",
            "message_type",
            "message_data",
            "message_metadata")) {
      assertThat(Sample.seed().with(key, json).rejection())
          .returns("/" + key, RejectedMessageException::pointer)
          .hasMessage(NUL_REASON);
    }
    assertThat(Sample.seed().with("destination_subject_ids", "[\"a\"," + json + "]").rejection())
        .returns("/destination_subject_ids/1", RejectedMessageException::pointer)
        .hasMessage(NUL_REASON);
    assertThat(Sample.seed().with(text, "1").rejection())
        .returns("", RejectedMessageException::pointer)
        .hasMessage(NUL_REASON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"\\u0000\"]",
        "[1,[\"a\",\"\\u0000\"]]",
        "{\"\\u0000\":1}",
        "{\"a\\u0000\":1}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":{\"b\":[{\"\\u0000\":null}]}}",
        "{\"a\":{\"b\":[{\"c\":\"\\u0000\"}]}}",
        "[{\"a\":1},{\"b\\u0000\":2}]"
      })
  void nulIsRefusedWhereverItIsNested(String json) {
    for (String key : List.of("message_data", "message_metadata")) {
      assertThat(Sample.seed().with(key, json).rejection())
          .returns("/" + key, RejectedMessageException::pointer)
          .hasMessage(NUL_REASON);
    }
  }

  @Test
  void aBackslashBeforeU0000IsNoNul() {
    Message message =
        Sample.seed()
            .with("topic", "\"\\\\u0000\"")
            .with("message_data", "{\"\\\\u0000\":\"\\\\\\\\u0000\"}")
            .message();

    assertThat(message.topic()).isEqualTo("\\u0000");
    assertThat(message.messageData()).isEqualTo("{\"\\\\u0000\":\"\\\\\\\\u0000\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\uDBFF",
        "\\udc00",
        "\\uDFFF",
        "\\ud83dx",
        "x\\ud83d",
        "\\ud83d\\u0041",
        "\\ud83d\\n",
        "\\ud83d\\ud83d\\ude00",
        "\\ud83d\\ude00\\ud83d",
        "\\ud83d\\ude00\\ude00",
        "\\ude00\\ud83d",
        "\\ud83d😀",
        "\\ud83d\\\\ude00"
      })
  void halfASurrogatePairIsRefused(String text) {
    String json = "\"" + text + "\"";
    for (String key : List.of("source_subject_id", "topic", "message_type", "message_data")) {
      assertThat(Sample.seed().with(key, json).rejection())
          .returns("/" + key, RejectedMessageException::pointer)
          .message()
          .matches("the text holds half a surrogate pair \\(\\\\ud[89a-f][0-9a-f]{2}\\)");
    }
    assertThat(
            Sample.seed().with("destination_subject_ids", "[" + json + "]").rejection().pointer())
        .isEqualTo("/destination_subject_ids/0");
    for (String nested : List.of("[" + json + "]", "{\"a\":[{\"b\":" + json + "}]}")) {
      assertThat(Sample.seed().with("message_metadata", nested).rejection().pointer())
          .isEqualTo("/message_metadata");
    }
    assertThat(Sample.seed().with("message_data", "{" + json + ":1}").rejection().getMessage())
        .contains("surrogate");
    assertThat(Sample.seed().with(text, "1").rejection())
        .returns("", RejectedMessageException::pointer)
        .message()
        .contains("surrogate");
  }

  @Test
  void theHalfThatIsWrongIsNamed() {
    assertThat(Sample.seed().with("topic", "\"\\uDE00\\uD83D\"").rejection())
        .hasMessage("the text holds half a surrogate pair (\\ude00)");
    assertThat(Sample.seed().with("topic", "\"\\uD83D\\uDE00\\uDBFF\"").rejection())
        .hasMessage("the text holds half a surrogate pair (\\udbff)");
  }

  /** The low byte of each of these letters is a hexadecimal digit; PostgreSQL refuses them. */
  @ParameterizedTest
  @ValueSource(strings = {"\\uİ041", "\\u0ı41", "\\u00š1", "\\u004ἵ", "\\ud83d\\ude0İ"})
  void theDigitsOfAnEscapeAreAscii(String text) {
    String json = "\"" + text + "\"";
    for (String key : List.of("source_subject_id", "topic", "message_type", "message_data")) {
      Sample.seed().with(key, json).rejection();
    }
    Sample.seed().with("destination_subject_ids", "[" + json + "]").rejection();
    Sample.seed().with("message_metadata", "[{\"a\":" + json + "}]").rejection();
    Sample.seed().with("message_metadata", "{" + json + ":1}").rejection();
    Sample.seed().with(text, "1").rejection();
  }

  /** What looks like a wrong escape after an escaped backslash is none. */
  @Test
  void anEscapedBackslashBeforeUIsNoEscape() {
    assertThat(Sample.seed().with("topic", "\"\\\\u004ı\\u0041\"").message().topic())
        .isEqualTo("\\u004ıA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83d\\ude00", "\\uD800\\uDC00", "\\uDBFF\\uDFFF", "x\\ud83d\\ude00y"})
  void aWholeSurrogatePairIsACharacter(String text) {
    String json = "{\"" + text + "\":\"" + text + "\"}";
    Message message =
        Sample.seed().with("topic", "\"" + text + "\"").with("message_data", json).message();

    assertThat(message.topic())
        .satisfies(topic -> assertThat(Sample.utf8(topic)).doesNotContain('?'))
        .matches(topic -> topic.codePoints().anyMatch(Character::isSupplementaryCodePoint));
    assertThat(message.messageData()).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"topic\":\"a\",\"topic\":\"a\"",
        "\"topic\":\"a\",\"topic\":null",
        "\"topic\":null,\"topic\":null",
        "\"topic\":\"a\",\"\\u0074opic\":\"b\"",
        "\"message_data\":1,\"message_data\":1",
        "\"unknown\":1,\"unknown\":2",
        "\"\":1,\"\":2",
        "\"origin_ts\":\"2025-05-27T10:30:00Z\"",
        "\"message_data\":{\"a\":1,\"a\":1}",
        "\"message_data\":{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "\"message_data\":[[{\"a\":{\"b\":1,\"c\":2,\"b\":3}}]]",
        "\"message_metadata\":{\"é\":1,\"\\u00e9\":2}"
      })
  void aKeyMayNotComeTwice(String members) {
    String json = Sample.required().json();

    assertThat(Sample.rejection(json.substring(0, json.length() - 1) + "," + members + "}"))
        .returns("", RejectedMessageException::pointer)
        .message()
        .matches("not valid JSON at line 1, column \\d+: Duplicate Object property \"[^\"]*\"");
  }

  @Test
  void theSameKeyInTwoObjectsIsNoDuplicate() {
    Sample.seed()
        .with(
            "message_data", "[{\"a\":1},{\"a\":{\"a\":{\"topic\":2}}},{\"A\":1,\"a\":1,\"a \":1}]")
        .message();
  }

  @Test
  void tenThousandKeysAreRead() {
    StringBuilder json = new StringBuilder("{\"\":0");
    for (int i = 0; i < 10_000; i++) {
      json.append(",\"k").append(i).append("\":").append(i);
    }

    Sample.seed().with("message_data", json + "}").message();
    assertThat(Sample.seed().with("message_data", json + ",\"k77\":1}").rejection().getMessage())
        .endsWith("Duplicate Object property \"k77\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x", ",", "]", "}", ":", "1", "\"", "null", "{}", "[]", " {}", "\n\nx", "\u0000", "\f",
        "\u00a0", "//", "/**/", "#", "\u001a", "\uFEFF"
      })
  void nothingMayFollowTheMessage(String rest) {
    assertThat(Sample.rejection(Sample.SEED + rest).pointer()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\n", "null", "true", "1", "\"text\"", "[]", "[{}]", "x", "{", "}"})
  void whatIsNoObjectIsNoMessage(String json) {
    assertThat(Sample.rejection(json).pointer()).isEmpty();
  }

  @Test
  void theReasonTellsLineAndColumn() {
    assertThat(Sample.rejection("{\n  \"topic\": nil\n}").getMessage())
        .startsWith("not valid JSON at line 2, column 1")
        .contains("nil")
        .doesNotContain("\n", "Source", "REDACTED", "UNKNOWN");
    assertThat(Sample.rejection("{\"a\":[1,").getMessage())
        .startsWith("not valid JSON at line 1, column 9: ")
        .doesNotContain("\n", "start marker", "Source", "REDACTED", "UNKNOWN");
  }

  private static String nested(int levels) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < levels; i++) {
      json.append(i % 2 == 0 ? "[" : "{\"a\":");
    }
    json.append(levels % 2 == 0 ? "1" : "");
    for (int i = levels - 1; i >= 0; i--) {
      json.append(i % 2 == 0 ? "]" : "}");
    }
    return json.toString();
  }

  @Test
  void aValueMayNestFiveHundredLevels() {
    for (String key : List.of("message_data", "message_metadata")) {
      for (String json : List.of(nested(500), "[".repeat(500) + "]".repeat(500))) {
        Sample.required().with(key, json).message();
      }
      for (String json :
          List.of(nested(501), "[".repeat(501) + "]".repeat(501), "[1,2,[" + nested(499) + "]]")) {
        assertThat(Sample.required().with(key, json).rejection())
            .returns("/" + key, RejectedMessageException::pointer)
            .hasMessage("the value nests deeper than 500 levels");
      }
    }
  }

  @Test
  void levelsSideBySideDoNotAddUp() {
    Sample.required().with("message_data", "[" + "[],".repeat(1_000) + nested(499) + "]").message();
  }

  @Test
  void bottomlessNestingIsRefusedWithoutAnAccident() {
    int levels = 100_000;
    MessageReader reader = new MessageReader(1 << 20);
    for (String open : List.of("[", "{\"a\":", "[{\"a\":")) {
      String closed = open.repeat(levels) + (open.equals("[") ? "]".repeat(levels) : "");
      for (String json : List.of(open.repeat(levels), closed)) {
        assertThat(Sample.required().with("message_data", json).rejection().pointer())
            .isEqualTo("/message_data");
        Sample.required().with("unknown", json).rejection();
        Sample.required().with("topic", json).rejection();
        Sample.required().with("destination_subject_ids", json).rejection();
        Sample.rejection(json);
        Sample.rejection(() -> reader.readAll(Sample.utf8(json)));
        Sample.rejection(() -> reader.readAll(Sample.utf8("[" + Sample.SEED + "," + json)));
      }
    }
  }

  /** Each of them was taken by PostgreSQL 15 as jsonb. */
  static Stream<String> numbersThatFit() {
    return Stream.of(
        "0",
        "-0",
        "-0.0",
        "-0e-5",
        "0e131071",
        "0." + "0".repeat(16_383),
        "1e400",
        "1e131071",
        "-1e131071",
        "1E+131071",
        "1e0000000000000131071",
        "9.9e131071",
        "1.5e131071",
        "0.00001e131076",
        "10e131070",
        "1e-16383",
        "-1e-016383",
        "1.5e-16382",
        "9".repeat(39),
        "9".repeat(40),
        "9".repeat(400),
        "9".repeat(131_072),
        "9".repeat(131_072) + "." + "9".repeat(16_383),
        "0." + "0".repeat(16_382) + "1",
        "1." + "0".repeat(16_383),
        "1" + "0".repeat(140_000) + "e-10000");
  }

  @ParameterizedTest
  @MethodSource("numbersThatFit")
  void numbersThatTheDatabaseTakesAreRead(String number) {
    for (String json : List.of(number, "[" + number + "]", "{\"a\":" + number + ",\"b\":1}")) {
      assertThat(Sample.required().with("message_data", json).message().messageData())
          .isEqualTo(json);
    }
  }

  /** PostgreSQL 15 takes each of them as 0. */
  @ParameterizedTest
  @ValueSource(strings = {"0e131072", "-0e200000", "0.0e999999999", "0e999999999", "0e1073741822"})
  void zeroStaysZeroWhateverItsExponent(String number) {
    assertThat(Sample.required().with("message_data", number).message().messageData())
        .isEqualTo(number);
  }

  /** Each of them was refused by PostgreSQL 15: "value overflows numeric format". */
  static Stream<String> numbersThatDoNotFit() {
    return Stream.of(
        "1e131072",
        "-1e131072",
        "10e131071",
        "0.1e131073",
        "1e-16384",
        "-1E-16384",
        "1.0e-16383",
        "0.0e-16383",
        "0e-16384",
        "1000e-16384",
        "1e1073741822",
        "1e2147483647",
        "1e2147483648",
        "1e99999999999",
        "1e-99999999999",
        "0e1073741823",
        "0e-1073741823",
        "0e99999999999",
        "0e-99999999999",
        "1e" + "9".repeat(1_000),
        "9".repeat(131_073),
        "0." + "0".repeat(16_384),
        "1." + "0".repeat(16_384),
        "1" + "0".repeat(200_000) + "e-200000");
  }

  @ParameterizedTest
  @MethodSource("numbersThatDoNotFit")
  void numbersThatTheDatabaseRefusesAreRefused(String number) {
    String shown = number.length() <= 40 ? number : number.substring(0, 40) + "…";
    for (String key : List.of("message_data", "message_metadata")) {
      for (String json : List.of(number, "[1," + number + "]", "{\"a\":{\"b\":" + number + "}}")) {
        assertThat(Sample.required().with(key, json).rejection())
            .returns("/" + key, RejectedMessageException::pointer)
            .hasMessage("the number " + shown + " is beyond what the database can store");
      }
    }
  }

  /** Reading a decimal number of a million digits into a BigDecimal takes quarter of a minute. */
  @Test
  void aNumberAsLongAsTheMessageIsRefusedAtOnce() {
    for (String number :
        List.of(
            "1".repeat(1_000_000), "0." + "1".repeat(1_000_000), "1".repeat(1_000_000) + "e1")) {
      RejectedMessageException rejection =
          assertTimeoutPreemptively(
              Duration.ofSeconds(3),
              () -> Sample.required().with("message_data", number).rejection());
      assertThat(rejection.pointer()).isEqualTo("/message_data");
    }
  }

  /** Reasons are stored, logged and answered: what they quote must not break any of that. */
  @Test
  void aReasonQuotesWhatIsWrongInCharactersThatCanBeShown() {
    assertThat(Sample.seed().with("x", "nul\u0000\u0007l").rejection().getMessage())
        .contains("Unrecognized token 'nul\\u0000\\u0007l'");
    assertThat(Sample.seed().with("x", "{\"\\u0000\":1,\"\\u0000\":2}").rejection().getMessage())
        .contains("Duplicate Object property \"\\u0000\"");
    assertThat(Sample.seed().with("x", "😀").rejection().getMessage())
        .contains("Unexpected character ('\\ud83d'");
    assertThat(Sample.seed().with("topic", "\"é😀\"x").rejection().getMessage()).contains("('x'");
  }

  /** How to make the parser less strict is nobody's business who sends a message. */
  @ParameterizedTest
  @ValueSource(strings = {"[1}", "{\"a\":1]", "/**/1", "\u001e", "0x1", "NaN", "'a'", "#"})
  void aReasonSpeaksOfTheMessageAlone(String json) {
    assertThat(Sample.seed().with("x", json).rejection().getMessage())
        .startsWith("not valid JSON at line 1, column ")
        .doesNotContain("Source", "eature", "enabl", "ALLOW");
  }

  @Test
  void aReasonIsShortHoweverLongTheTextIs() {
    String name = "\"" + "n".repeat(100_000) + "\"";
    assertThat(Sample.seed().with("x", "{" + name + ":1," + name + ":2}").rejection().getMessage())
        .contains("Duplicate Object property \"nnn")
        .endsWith("n…")
        .hasSizeLessThan(600);
    assertThat(Sample.seed().with("x", "n\0".repeat(100_000)).rejection().getMessage())
        .contains("Unrecognized token 'n\\u0000n\\u0000")
        .hasSizeLessThan(600);
    String text = "n".repeat(79);
    assertThat(Sample.seed().with("message_uuid", "\"" + text + "😀é\"").rejection().getMessage())
        .isEqualTo("\"" + text + "😀…\" is not a valid UUID");
    assertThat(Sample.seed().with("message_uuid", "\"" + text + "é\"").rejection().getMessage())
        .isEqualTo("\"" + text + "é\" is not a valid UUID");
  }
}
