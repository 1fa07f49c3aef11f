package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One text with one message or many. */
class MessageReaderAllTest {
  private final MessageReader reader = new MessageReader(1_000);

  private static List<MessageReader.Part> parts(MessageReader reader, String json)
      throws RejectedMessageException {
    return reader.readAll(Sample.utf8(json));
  }

  private RejectedMessageException rejection(String json) {
    return Sample.rejection(() -> parts(reader, json));
  }

  @Test
  void oneMessageIsItsWholeText() throws RejectedMessageException {
    byte[] body = Sample.utf8(" \n" + Sample.SEED + "\t ");

    List<MessageReader.Part> parts = reader.readAll(body);

    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).payload()).isEqualTo(body);
    assertThat(parts.get(0).message()).isEqualTo(Sample.seed().message());
  }

  @Test
  void everyElementOfAnArrayIsItsOwnText() throws RejectedMessageException {
    List<String> texts =
        List.of(
            Sample.SEED.strip(),
            Sample.required().with("topic", "\"é€😀\"").json(),
            "{ " + Sample.required().with("message_data", " [ 1.10 , {} ] ").json().substring(1),
            Sample.required().with("unknown", "\"\\ud83d\\ude00 } ]\"").json());

    List<MessageReader.Part> parts = parts(reader, " [ " + String.join(" ,\n\t", texts) + " ]\r\n");

    assertThat(parts).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(parts.get(i).payload()).isEqualTo(Sample.utf8(texts.get(i)));
      assertThat(parts.get(i).message()).isEqualTo(Sample.read(texts.get(i)));
    }
  }

  @Test
  void theSameMessageTwiceIsTwoParts() throws RejectedMessageException {
    assertThat(parts(reader, "[" + Sample.SEED + "," + Sample.SEED + "]")).hasSize(2);
  }

  @Test
  void noMessageAtAllIsAnEmptyList() throws RejectedMessageException {
    assertThat(parts(reader, "[]")).isEmpty();
    assertThat(parts(reader, " [\n] ")).isEmpty();
  }

  @Test
  void thePlaceStartsWithThePositionInTheArray() {
    String good = Sample.required().json();

    assertThat(rejection("[" + good + "," + Sample.required().with("topic", "1").json() + "]"))
        .returns("/1/topic", RejectedMessageException::pointer)
        .hasMessage("must be a string");
    assertThat(
            rejection(
                "["
                    + (good + ",").repeat(10)
                    + Sample.required().with("destination_subject_ids", "[\"a\",null]").json()
                    + "]"))
        .returns("/10/destination_subject_ids/1", RejectedMessageException::pointer)
        .hasMessage("must be a string, not null");
    assertThat(rejection("[{}," + good + "]").explanation())
        .isEqualTo("/0/message_uuid: required field is missing");
    assertThat(rejection(Sample.required().with("topic", "1").json()).pointer())
        .isEqualTo("/topic");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-1.5e3", "\"text\"", "true", "false", "null", "[]", "[{}]"})
  void anElementThatIsNoObjectIsRefused(String json) {
    assertThat(rejection("[" + Sample.required().json() + "," + json + "]"))
        .returns("/1", RejectedMessageException::pointer)
        .hasMessage("a message must be a JSON object");
    assertThat(rejection("[" + json + "]").pointer()).isEqualTo("/0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "]", "}", ",", "{}", "[]", "1", "\"", "\n1", "\u0000", "\u00a0"})
  void nothingMayFollowTheArray(String rest) {
    assertThat(rejection("[" + Sample.required().json() + "]" + rest).pointer()).isEmpty();
    assertThat(rejection("[]" + rest).pointer()).isEmpty();
    assertThat(rejection(Sample.required().json() + rest).pointer()).isEmpty();
  }

  @Test
  void aTextThatOnlyStartsWellIsRefused() {
    String message = Sample.required().json();
    String array = "[" + message + "," + message + "]";
    for (int length = 0; length < array.length(); length++) {
      rejection(array.substring(0, length));
    }
    for (String json :
        List.of(
            "[" + message + ",]",
            "[," + message + "]",
            "[" + message + " " + message + "]",
            "[" + message + "}")) {
      rejection(json);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "1", "\"text\"", "true", "x", "\uFEFF[]", "]", "{"})
  void whatIsNeitherIsRefused(String json) {
    assertThat(rejection(json).pointer()).isEmpty();
  }

  @Test
  void theLimitHoldsForEachMessageAndNotForTheArray() throws RejectedMessageException {
    String message = Sample.required().with("message_data", "\"é€😀\"").json();
    int size = Sample.utf8(message).length;
    String array = "[" + message + ",  " + message + "]";

    assertThat(parts(new MessageReader(size), array)).hasSize(2);
    assertThat(parts(new MessageReader(size), message)).hasSize(1);
    assertThat(
            Sample.rejection(
                () ->
                    parts(
                        new MessageReader(size),
                        "["
                            + message
                            + ","
                            + " ".repeat(size)
                            + Sample.required().with("message_data", "\"é€😀!\"").json()
                            + "]")))
        .returns("/1", RejectedMessageException::pointer)
        .returns(true, RejectedMessageException::tooLarge)
        .hasMessage(
            "the message has %d bytes, more than the limit of %d (MAX_MESSAGE_BYTES)",
            size + 1, size);
    assertThat(Sample.rejection(() -> parts(new MessageReader(size), message + " ")))
        .returns("", RejectedMessageException::pointer)
        .returns(true, RejectedMessageException::tooLarge);
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    byte[] body = Sample.utf8("[" + Sample.required().json() + "]");
    body[body.length - 4] = (byte) 0xff;

    assertThat(Sample.rejection(() -> reader.readAll(body)))
        .returns("", RejectedMessageException::pointer)
        .hasMessage("the bytes are not UTF-8");
  }

  @Test
  void aKeyMayNotComeTwiceInAnElement() {
    String twice = "{\"topic\":\"a\",\"topic\":\"b\"}";

    assertThat(rejection("[" + Sample.required().json() + "," + twice + "]").getMessage())
        .contains("Duplicate Object property \"topic\"");
  }

  @Test
  void anElementMayNestAsDeepAsAMessageOfItsOwn() throws RejectedMessageException {
    MessageReader large = new MessageReader(10_000);
    String deepest =
        Sample.required().with("message_data", "[".repeat(500) + "]".repeat(500)).json();

    assertThat(parts(large, deepest)).hasSize(1);
    assertThat(parts(large, "[" + deepest + "," + deepest + "]")).hasSize(2);
  }

  @Test
  void tooDeepAnElementIsRefused() {
    String tooDeep =
        Sample.required().with("message_data", "[".repeat(501) + "]".repeat(501)).json();

    Sample.rejection(() -> parts(new MessageReader(10_000), "[" + tooDeep + "]"));
  }
}
