package io.messagelogger.message;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.messagelogger.message.JsonCorpus.Case;
import io.messagelogger.message.JsonCorpus.Verdict;
import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every text of the corpus, as a value inside a message and as the message itself. */
class JsonCorpusTest {
  private final MessageReader reader = new MessageReader(1 << 20);

  static List<Case> cases() {
    return JsonCorpus.cases();
  }

  @Test
  void theCorpusIsLarge() {
    assertThat(cases()).hasSizeGreaterThan(500).extracting(Case::name).doesNotHaveDuplicates();
    for (Verdict verdict : Verdict.values()) {
      assertThat(cases()).extracting(Case::verdict).contains(verdict);
    }
  }

  /** As many as the suite has files, each in one verdict. */
  @Test
  void everyKindOfTheSuiteIsThere() {
    Map<String, Set<Verdict>> kinds =
        JsonTestSuiteKinds.cases().stream()
            .collect(groupingBy(JsonTestSuiteKinds::kind, mapping(Case::verdict, toSet())));
    assertThat(kinds.keySet().stream().collect(groupingBy(kind -> kind.charAt(0), counting())))
        .containsOnly(entry('y', 95L), entry('n', 188L), entry('i', 35L));
    assertThat(kinds)
        .allSatisfy(
            (kind, verdicts) -> {
              assertThat(verdicts).hasSize(1);
              if (kind.startsWith("n_")) {
                assertThat(verdicts).containsExactly(Verdict.INVALID);
              }
              if (kind.startsWith("y_")) {
                assertThat(verdicts).doesNotContain(Verdict.INVALID);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asTheValueOfData(Case sample) throws RejectedMessageException {
    byte[] payload = sample.inside("message_data");
    if (sample.verdict() == Verdict.READ) {
      String text = sample.text().strip();
      assertThat(reader.read(payload).message().messageData())
          .isEqualTo(text.equals("null") ? null : text);
    } else {
      RejectedMessageException rejection = Sample.rejection(() -> reader.read(payload));
      // What nests too deep is refused there, before it is known whether it ever ends.
      Verdict verdict =
          rejection.getMessage().startsWith("the value nests deeper")
                  && sample.name().startsWith("n_")
              ? Verdict.INVALID
              : JsonCorpus.verdict(rejection);
      assertThat(verdict).as(rejection.explanation()).isEqualTo(sample.verdict());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asTheValueOfMetadataInAnArrayOfMessages(Case sample) throws RejectedMessageException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] payload = sample.inside("message_metadata");
    body.write('[');
    body.writeBytes(payload);
    body.writeBytes(Sample.utf8(" , "));
    body.writeBytes(payload);
    body.write(']');
    if (sample.verdict() == Verdict.READ) {
      assertThat(reader.readAll(body.toByteArray()))
          .hasSize(2)
          .allSatisfy(part -> assertThat(part.payload()).isEqualTo(payload));
    } else {
      Sample.rejection(() -> reader.readAll(body.toByteArray()));
    }
  }

  /** None of them is a message; what is valid JSON is not blamed for its JSON. */
  @ParameterizedTest
  @MethodSource("cases")
  void asTheMessageItself(Case sample) {
    RejectedMessageException rejection = Sample.rejection(() -> reader.read(sample.json()));
    if (sample.verdict() == Verdict.READ) {
      assertThat(rejection.explanation())
          .isIn("a message must be a JSON object", "/message_uuid: required field is missing");
    }
    if (sample.verdict() == Verdict.INVALID) {
      Sample.rejection(() -> reader.readAll(sample.json()));
      assertThat(rejection.pointer()).isEmpty();
    }
  }
}
