package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.messagelogger.message.MessageReader.Part;
import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for any bytes. An ordinary test run tries the seeds and the files in {@code
 * MessageReaderFuzzTestInputs}; {@code mvn -Pfuzz} goes on from there, guided by coverage, and adds
 * a file for what it finds.
 */
class MessageReaderFuzzTest {
  private static final MessageReader READER = new MessageReader(Integer.MAX_VALUE);

  /** The corpus, as a message and inside of one, and messages of every shape. */
  static Stream<byte[]> seeds() {
    Stream<byte[]> values =
        JsonCorpus.cases().stream()
            .filter(sample -> sample.json().length < 200)
            .map(sample -> sample.inside("message_data"));
    return Stream.concat(
        Stream.of(
            Sample.utf8(Sample.SEED),
            Sample.required().bytes(),
            Sample.seed().bytes(),
            Sample.utf8("[" + Sample.SEED + "," + Sample.required().json() + "]")),
        values);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void anyBytes(byte[] payload) {
    byte[] before = payload.clone();
    Message message = read(payload);
    List<Part> parts = readAll(payload);
    assertThat(payload).isEqualTo(before);
    if (message != null) {
      assertThat(parts).hasSize(1);
      assertThat(parts.get(0).payload()).isEqualTo(payload);
      assertThat(parts.get(0).message()).isEqualTo(message);
      isKept(message);
      isTheSameInAnArray(payload, message);
    } else {
      for (Part part : parts) {
        assertThat(read(part.payload())).isEqualTo(part.message());
        isKept(part.message());
      }
    }
  }

  /** What is written is read again as the same message. */
  private static void isKept(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessageWriter writer = new MessageWriter(out)) {
      writer.write(message);
    }
    Message again = read(out.toByteArray());
    assertThat(again).isEqualTo(message);
    assertThat(Fingerprint.of(message)).isEqualTo(Fingerprint.of(again));
  }

  private static void isTheSameInAnArray(byte[] payload, Message message) {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write('[');
    array.writeBytes(payload);
    array.write(',');
    array.writeBytes(payload);
    array.write(']');
    assertThat(readAll(array.toByteArray()))
        .extracting(Part::message)
        .containsExactly(message, message);
  }

  private static @Nullable Message read(byte[] payload) {
    try {
      return READER.read(payload).message();
    } catch (RejectedMessageException e) {
      isAReason(e);
      return null;
    }
  }

  private static List<Part> readAll(byte[] payload) {
    try {
      return READER.readAll(payload);
    } catch (RejectedMessageException e) {
      isAReason(e);
      return List.of();
    }
  }

  /** It can be stored beside the dead letter, and answered. */
  private static void isAReason(RejectedMessageException rejection) {
    String explanation = rejection.explanation();
    assertThat(explanation).isNotBlank().doesNotContain("\0").hasSizeLessThan(1_000);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(explanation)).isTrue();
    assertThat(rejection.pointer()).matches("(/[^/]+)*");
  }
}
