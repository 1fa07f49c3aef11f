package io.messagelogger.filter;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.messagelogger.message.Message;
import io.messagelogger.testing.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What parameters mean, what is wrong with them, and how a filter is printed. */
class FilterTest {
  private static final Message MESSAGE =
      Sample.seed()
          .with(
              "message_data",
              "{\"order\": {\"state\": \"paid\", \"sum\": 12.50, \"a.b\": [1, {\"c\": true}]},"
                  + " \"text\": \"Grüße an ALLE\"}")
          .message();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "subject=subject-A",
        "subject=subject-B",
        "subject=nobody&subject=subject-B",
        "source=subject-*",
        "destination=!subject-A",
        "topic=greetings&type=chat",
        "topic=!orders&topic=!invoices",
        "topic=*",
        "since=2025-05-27T10:30:00Z&until=2025-05-27T10:30:00.000001Z",
        "since=2025-05-27T12:30:00%2B02:00",
        "data=%7B%22order%22%3A%7B%22state%22%3A%22paid%22%7D%7D",
        "data={\"order\":{\"sum\":12.5}}",
        "metadata=%7B%7D",
        "data.order.state=open&data.order.state=paid",
        "data.order.sum=12.5",
        "data.order.a\\.b.1.c=true",
        "metadata.priority=high",
        "q=alle+GR%C3%9C%C3%9Fe",
        "q=paid%20high",
        "ack=present&min_ack_ms=1000&max_ack_ms=1000"
      })
  void theSeedsMessageIsMeant(String query) {
    assertThat(Filter.parse(query).matches(MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subject=subject",
        "source=subject-B",
        "source=!subject-A",
        "subject=!subject-B",
        "topic=greetings&topic=!greetings",
        "topic=\\!greetings",
        "topic=greet\\*",
        "until=2025-05-27T10:30:00Z",
        "since=2025-05-27T10:30:00.000001Z",
        "data={\"order\":{\"state\":\"open\"}}",
        "data.order.state=Paid",
        "data.order=paid",
        "q=nothing",
        "q=paid+low",
        "ack=missing",
        "min_ack_ms=1001",
        "max_ack_ms=999"
      })
  void theSeedsMessageIsNotMeant(String query) {
    assertThat(Filter.parse(query).matches(MESSAGE)).isFalse();
  }

  /** As texts of JSON are meant, not as they are written there. */
  @ParameterizedTest
  @CsvSource({
    "'\"no\"', true",
    "'C:\\temp', true",
    "'\\temp', true",
    "'C:\\\\temp', false",
    "'\"say\"', false",
    "'path\":', false",
    "'one\\ntwo', false",
    "'GRÜSSE\"', false",
    "'GRÜßE\"', true"
  })
  void wordsAreThoseOfTheTexts(String word, boolean found) {
    Message message =
        Sample.seed()
            .with(
                "message_data",
                "{\"path\": \"C:\\\\temp\", \"say\": \"he said \\\"no\\\" and \\\"Grüße\\\"\", \"lines\": \"one\\ntwo\"}")
            .message();
    assertThat(Filter.of(new Criterion.Words(List.of(new Word(word)))).matches(message))
        .isEqualTo(found);
  }

  @Test
  void numbersOfManyDigitsAreNumbers() {
    String nines = "9".repeat(150);
    Message message =
        Sample.seed().with("message_data", "{\"n\": %s, \"e\": 1e150}".formatted(nines)).message();
    assertThat(Filter.parse("data.n=" + nines).matches(message)).isTrue();
    assertThat(Filter.parse("data.e=1" + "0".repeat(150)).matches(message)).isTrue();
    assertThat(Filter.parse("data.n=8" + nines).matches(message)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-05-27T10:30:00.1234560Z, 2025-05-27T10:30:00.123456Z",
    "2025-05-27T10:30:00.1234561Z, 2025-05-27T10:30:00.123457Z",
    "2025-05-27T12:30:00.123456999%2B02:00, 2025-05-27T10:30:00.123457Z",
    "2025-05-27T10:30:59.9999999Z, 2025-05-27T10:31:00Z"
  })
  void aTimeBetweenTwoMicrosecondsIsThatOfTheSecond(String text, Instant bound) {
    assertThat(Filter.parse("since=" + text).since()).hasValue(bound);
    assertThat(Filter.parse("until=" + text).until()).hasValue(bound);
  }

  @Test
  void ofManyUnknownParametersSomeAreToldWhatThereIs() {
    List<Fault> faults =
        faults(IntStream.range(0, 50).mapToObj(i -> "x" + i + "=1").collect(joining("&")));
    assertThat(faults).hasSize(50);
    assertThat(faults).filteredOn(fault -> fault.detail().contains("supported")).hasSize(10);
  }

  @Test
  void durationsGoBackFromNow() {
    Instant now = Instant.parse("2026-01-10T00:00:00Z");
    QueryParameters parameters = QueryParameters.of("since=7d&until=15m");
    Filter filter = parameters.filter(now);
    parameters.check();
    assertThat(filter.since()).hasValue(now.minus(Duration.ofDays(7)));
    assertThat(filter.until()).hasValue(now.minus(Duration.ofMinutes(15)));
  }

  @Test
  void allFaultsAreToldAtOnce() {
    assertThat(
            faults(
                "tpoic=a&topic=&source=!&since=yesterday&until=2025-01-01T00:00:00&ack=maybe&min_ack_ms=-1&data=x&q=%20"
                    + "&metadata..a=1&max_ack_ms=1&max_ack_ms=2&type=%00&destination=%zz&subject=a%"))
        .extracting(Fault::parameter)
        .containsExactlyInAnyOrder(
            "tpoic",
            "topic",
            "source",
            "since",
            "until",
            "ack",
            "min_ack_ms",
            "data",
            "q",
            "metadata..a",
            "max_ack_ms",
            "type",
            "destination",
            "subject");
  }

  @Test
  void aFaultSaysWhatItGotAndWhatItTakes() {
    assertThat(faults("tpoic=a"))
        .containsExactly(
            new Fault(
                "tpoic",
                "a",
                "unknown parameter; supported: ack, data[.path], destination, max_ack_ms,"
                    + " metadata[.path], min_ack_ms, q, since, source, subject, topic, type,"
                    + " until"));
    assertThat(faults("ack=maybe"))
        .containsExactly(new Fault("ack", "maybe", "\"maybe\" is not one of: missing, present"));
    assertThat(faults("data=%7B"))
        .singleElement()
        .satisfies(fault -> assertThat(fault.detail()).contains("is not a JSON value"));
    assertThat(faults("x=%zz"))
        .containsExactly(new Fault("x", "%zz", "not percent-encoded UTF-8 (a % in a URL is %25)"));
    assertThat(faults("ack=" + "\u0007".repeat(200)).get(0).value()).hasSizeLessThan(700);
  }

  private static List<Fault> faults(String query) {
    return catchThrowableOfType(InvalidParametersException.class, () -> Filter.parse(query))
        .faults();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "a, a, false",
        "a*, a, true",
        "*, \"\", true",
        "a\\*, a*, false",
        "a\\\\*, a\\, true",
        "a\\\\\\*, a\\*, false",
        "\\!a, !a, false",
        "\\\\!a, \\!a, false",
        "a\\, a\\, false",
        "\\!*, !, true"
      })
  void backslashesTakeTheNextLiterally(String value, String text, boolean prefix) {
    Name name = Name.of(value);
    assertThat(name).isEqualTo(new Name(text, prefix));
    assertThat(Name.of(name.value())).isEqualTo(name);
  }

  @Test
  void whatIsPrintedIsReadAgain() {
    Random random = new Random(21);
    Stream.generate(() -> RandomFilters.filter(random))
        .limit(3_000)
        .forEach(
            filter -> {
              Filter again = Filter.parse(filter.query());
              assertThat(Filter.parse(again.query())).isEqualTo(again);
              for (int i = 0; i < 20; i++) {
                Message message = RandomFilters.message(random);
                if (filter.matches(message)) {
                  assertThat(again.matches(message)).as("%s of %s", filter, message).isTrue();
                }
              }
            });
  }
}
