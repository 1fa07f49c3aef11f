package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.messagelogger.testing.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of a message share a fingerprint however they are spelled; other messages do not. */
class FingerprintTest {
  private static Fingerprint of(Sample sample) {
    return Fingerprint.of(sample.message());
  }

  private static Fingerprint ofData(String json) {
    return of(Sample.seed().with("message_data", json));
  }

  @Test
  void itCarriesTheIdentity() {
    assertThat(of(Sample.seed()).messageUuid())
        .isEqualTo(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
  }

  @Test
  void theOrderOfTheMessagesKeysAndWhiteSpaceDoNotMatter() {
    String reordered =
        Sample.seed().without("message_uuid").without("topic").json().replace(":", " :\n");
    String message =
        reordered.replace("10 :\n30 :\n0", "10:30:0").replaceFirst("}$", "")
            + ", \"topic\":\"greetings\", \"message_uuid\":\"123E4567-E89B-12D3-A456-426614174000\" }";

    assertThat(Fingerprint.of(Sample.read(message))).isEqualTo(of(Sample.seed()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":2} | {\"b\":2,\"a\":1}",
        "{\"a\":1,\"b\":2} | { \"b\" : 2 , \"a\" : 1 }",
        "{\"a\":{\"x\":[1,{\"p\":1,\"q\":2}],\"y\":0},\"b\":2} | {\"b\":2,\"a\":{\"y\":0,\"x\":[1,{\"q\":2,\"p\":1}]}}",
        "[1,2] | [ 1 , 2 ]",
        "\"é😀/\" | \"\\u00e9\\ud83d\\ude00\\/\"",
        "{\"é\":1} | {\"\\u00E9\":1}",
        "1 | 1.0",
        "1.00 | 1e0",
        "1 | 10e-1",
        "100 | 1e2",
        "100 | 1E+2",
        "0.1 | 1e-1",
        "-1.50 | -15e-1",
        "0 | 0.0",
        "0 | -0",
        "0 | 0e5",
        "1e131071 | 10e131070",
        "123456789012345678901234567890 | 123456789012345678901234567890.000",
        "[1.0,{\"a\":2.50}] | [1,{\"a\":2.5}]"
      })
  void oneValueHasOneFingerprintHoweverItIsSpelled(String one, String other) {
    assertThat(ofData(one)).isEqualTo(ofData(other));
    assertThat(of(Sample.seed().with("message_metadata", one)))
        .isEqualTo(of(Sample.seed().with("message_metadata", other)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27t10:30:01z",
        "2025-05-27 10:30:01+00",
        "2025-05-27T12:30:01+02:00",
        "2025-05-27T05:30:01.000-0500",
        "2025-05-27T10:30:01.0000001Z"
      })
  void onePointInTimeHasOneFingerprintHoweverItIsSpelled(String text) {
    assertThat(of(Sample.seed().with("ack_ts", "\"" + text + "\""))).isEqualTo(of(Sample.seed()));
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
  void absentAndNullAreTheSame(String key) {
    assertThat(of(Sample.seed().with(key, "null"))).isEqualTo(of(Sample.seed().without(key)));
    assertThat(of(Sample.seed().with(key, "null"))).isNotEqualTo(of(Sample.seed()));
  }

  @Test
  void unknownKeysDoNotMatter() {
    assertThat(of(Sample.seed().with("unknown", "1"))).isEqualTo(of(Sample.seed()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "message_uuid | \"123e4567-e89b-12d3-a456-426614174001\"",
        "origin_ts | \"2025-05-27T10:30:00.000001Z\"",
        "ack_ts | \"2025-05-27T10:30:01.000001Z\"",
        "message_data | {\"text\": \"hello!\"}",
        "source_subject_id | \"subject-a\"",
        "destination_subject_ids | [\"subject-C\"]",
        "destination_subject_ids | [\"subject-B\",\"subject-B\"]",
        "destination_subject_ids | []",
        "topic | \"greeting\"",
        "message_type | \"chat \"",
        "message_metadata | {\"priority\": \"High\"}"
      })
  void everyChangedFieldChangesIt(String key, String json) {
    assertThat(of(Sample.seed().with(key, json))).isNotEqualTo(of(Sample.seed()));
  }

  /** Every two of these are different messages, many of them by one bracket only. */
  @Test
  void differentContentHasDifferentFingerprints() {
    List<Sample> samples = new ArrayList<>();
    for (String data :
        List.of(
            "[]",
            "[[]]",
            "[[],[]]",
            "[[[]]]",
            "{}",
            "[{}]",
            "{\"a\":[]}",
            "{\"a\":{}}",
            "true",
            "false",
            "[null]",
            "[true]",
            "[null,null]",
            "\"\"",
            "\"null\"",
            "\"true\"",
            "0",
            "\"0\"",
            "1",
            "-1",
            "10",
            "0.1",
            "1e1000",
            "1e-1000",
            "\"1\"",
            "[1]",
            "[1,2]",
            "[2,1]",
            "[12]",
            "[[1],2]",
            "[1,[2]]",
            "[[1,2]]",
            "[\"1\",2]",
            "[\"a\",\"b\"]",
            "[\"ab\"]",
            "[\"b\",\"a\"]",
            "{\"a\":\"b\"}",
            "{\"b\":\"a\"}",
            "{\"a\":1,\"b\":2}",
            "{\"a\":2,\"b\":1}",
            "{\"a\":1,\"b\":1}",
            "{\"a\":{\"b\":1}}",
            "{\"a\":[1,2]}",
            "{\"a\":[2,1]}",
            "{\"a\":null}",
            "{\"a\":false}",
            "{\"a\":\"\"}",
            "[\"a\",1]",
            "[\"a\",1,\"b\",2]",
            "[{\"a\":1},{\"b\":2}]",
            "[{\"b\":2},{\"a\":1}]",
            "\"a\"",
            "\"A\"",
            "\"é\"",
            "\"e\u0301\"",
            "9007199254740992",
            "9007199254740993",
            "0.1000000000000000055511151231257827")) {
      samples.add(Sample.required().with("message_data", data));
      samples.add(Sample.required().with("message_metadata", data));
      samples.add(Sample.required().with("message_data", data).with("message_metadata", data));
    }
    for (String text : List.of("\"\"", "\"a\"", "\"b\"", "\"ab\"", "\"null\"")) {
      samples.add(Sample.required().with("topic", text));
      samples.add(Sample.required().with("message_type", text));
      samples.add(Sample.required().with("topic", text).with("message_type", text));
      samples.add(Sample.required().with("source_subject_id", text));
      samples.add(Sample.required().with("destination_subject_ids", "[" + text + "]"));
      samples.add(Sample.required().with("destination_subject_ids", "[" + text + ",\"c\"]"));
      samples.add(Sample.required().with("destination_subject_ids", "[\"c\"," + text + "]"));
      samples.add(Sample.required().with("destination_subject_ids", "[\"d\"]").with("topic", text));
      samples.add(
          Sample.required()
              .with("destination_subject_ids", "[\"d\"," + text + "]")
              .with("topic", text));
    }
    samples.add(Sample.required());
    samples.add(Sample.required().with("destination_subject_ids", "[]"));
    samples.add(Sample.required().with("ack_ts", "\"2025-05-27T10:30:00Z\""));

    assertAllDiffer(samples.stream().map(Sample::message).toList());
  }

  @Test
  void randomMessagesOfOneIdentityHaveDifferentFingerprints() {
    Random random = new Random(4711);
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      messages.add(RandomMessages.next(random));
    }

    assertAllDiffer(messages);
  }

  private static void assertAllDiffer(List<Message> messages) {
    Map<Long, Message> seen = new HashMap<>();
    for (Message message : messages) {
      assertThat(seen.put(Fingerprint.of(message).content(), message))
          .as("another message with the fingerprint of %s", message)
          .isNull();
    }
  }

  @Test
  void itIsTheSameEveryTime() {
    Random one = new Random(1);
    Random other = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Fingerprint.of(RandomMessages.next(one)))
          .isEqualTo(Fingerprint.of(RandomMessages.next(other)));
    }
  }

  /**
   * The Thue-Morse sequence and its complement share every polynomial hash modulo a power of two,
   * whatever the multiplier, from about a thousand letters on.
   */
  @Test
  void theThueMorseSequenceIsNotItsComplement() {
    StringBuilder sequence = new StringBuilder();
    StringBuilder complement = new StringBuilder();
    for (int i = 0; i < 4_096; i++) {
      boolean odd = Integer.bitCount(i) % 2 == 1;
      sequence.append(odd ? 'a' : 'b');
      complement.append(odd ? 'b' : 'a');
    }

    assertThat(ofData("\"" + sequence + "\"")).isNotEqualTo(ofData("\"" + complement + "\""));
  }

  /** Seven numbers as long as PostgreSQL takes them, in a message of less than 1 MiB. */
  @Test
  void theLongestNumbersCostNoMoreThanOtherText() {
    for (String number :
        List.of("1" + "0".repeat(131_071), "7".repeat(131_072), "1." + "0".repeat(16_383))) {
      int count = 900_000 / number.length();
      Message message =
          Sample.seed()
              .with("message_data", "[" + (number + ",").repeat(count - 1) + number + "]")
              .message();
      assertTimeoutPreemptively(Duration.ofSeconds(2), () -> Fingerprint.of(message));
    }
  }

  @Test
  void depthAndSizeAreNoObstacle() {
    assertThat(ofData("[".repeat(500) + "]".repeat(500)))
        .isNotEqualTo(ofData("[".repeat(499) + "]".repeat(499)));
    assertThat(ofData("\"" + "a".repeat(900_000) + "\""))
        .isNotEqualTo(ofData("\"" + "a".repeat(899_999) + "\""));
  }
}
