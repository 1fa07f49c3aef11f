package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Points in time as text. Unless a test says otherwise, PostgreSQL 15's timestamptz (in UTC) was
 * asked about every one of them and agrees.
 */
class TimestampsTest {
  private static RejectedMessageException rejection(String key, String text) {
    return Sample.seed().with(key, "\"" + text + "\"").rejection();
  }

  private static Message message(String key, String text) {
    return Sample.seed().with(key, "\"" + text + "\"").message();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-05-27T10:30:00Z, 2025-05-27T10:30:00Z",
    "2025-05-27t10:30:00z, 2025-05-27T10:30:00Z",
    "2025-05-27 10:30:00Z, 2025-05-27T10:30:00Z",
    "2025-05-27  10:30:00 Z, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30Z, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00.Z, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00.+02:00, 2025-05-27T08:30:00Z",
    "2025-05-27T10:30:00 UTC, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00UTC, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00gmt, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00+00:00, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00-00:00, 2025-05-27T10:30:00Z",
    "2025-05-27T10:30:00+02, 2025-05-27T08:30:00Z",
    "2025-05-27T10:30:00-02, 2025-05-27T12:30:00Z",
    "2025-05-27T10:30:00+0230, 2025-05-27T08:00:00Z",
    "2025-05-27T10:30:00-0230, 2025-05-27T13:00:00Z",
    "2025-05-27T10:30:00+02:30, 2025-05-27T08:00:00Z",
    "2025-05-27T10:30:00-02:30, 2025-05-27T13:00:00Z",
    "2025-05-27T10:30:00 +02:30, 2025-05-27T08:00:00Z",
    "2025-05-27T10:30:00+02:30:15, 2025-05-27T07:59:45Z",
    "2025-05-27T10:30:00-02:30:15, 2025-05-27T13:00:15Z",
    "2025-05-27T10:30:00+15:59:59, 2025-05-26T18:30:01Z",
    "2025-05-27 10:30:00.5+05:45, 2025-05-27T04:45:00.5Z",
    "2025-01-01T00:30:00+01:00, 2024-12-31T23:30:00Z",
    "2024-12-31T23:30:00-01:00, 2025-01-01T00:30:00Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z, 2000-02-29T00:00:00Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
  })
  void aDateAndTimeWithAnOffsetIsAPointInTime(String text, Instant expected) {
    assertThat(Timestamps.parse(text)).contains(expected);
  }

  /** The usual spelling is read by a way of its own; a small t is read by the general one. */
  @Test
  void theUsualSpellingStandsForWhatTheOthersStandFor() {
    Random random = new Random(42);
    for (int i = 0; i < 200_000; i++) {
      String text =
          "%04d-%02d-%02dT%02d:%02d:%02d"
              .formatted(
                  random.nextInt(10_000),
                  random.nextInt(14),
                  random.nextInt(33),
                  random.nextInt(26),
                  random.nextInt(62),
                  random.nextInt(62));
      int digits = random.nextInt(9);
      if (digits > 0) {
        text +=
            ("." + (1_000_000_000 + random.nextInt(1_000_000_000)))
                .replace(".1", ".")
                .substring(0, digits + 1);
      }
      text +=
          random.nextBoolean()
              ? "Z"
              : "%s%02d:%02d"
                  .formatted(
                      random.nextBoolean() ? "+" : "-", random.nextInt(25), random.nextInt(62));
      assertThat(Timestamps.parse(text))
          .as(text)
          .isEqualTo(Timestamps.parse(text.replace('T', 't')));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27T10:30:00..1Z",
        "20250527T103000.Z",
        "2025-05-27T10:30:0٣Z",
        "2025-05-27T10:30:00,5Z",
        "2025-05-27T10:30:-1Z",
        "+025-05-27T10:30:00Z",
        "2025-05-27T10:30:00.+1Z",
        "2025-05-27T10:30:00+2:000",
        "2025-05-27T10:30:00 02:00",
        "2025-05-27T10:30:00+02:0٣",
        "2025-05-27T10:30+02:00:",
        "+02:00",
        "Z"
      })
  void whatLooksLikeTheUsualSpellingIsRefused(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  /** RFC 3339 goes up to 23:59, PostgreSQL to 15:59:59. */
  @Test
  void anyOffsetOfTheRfcIsTaken() {
    assertThat(Timestamps.parse("2025-05-27T10:30:00+23:59"))
        .contains(Instant.parse("2025-05-26T10:31:00Z"));
    assertThat(Timestamps.parse("2025-05-27T10:30:00-23:59"))
        .contains(Instant.parse("2025-05-28T10:29:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "20250527T103000Z, 2025-05-27T10:30:00Z",
    "20250527T1030Z, 2025-05-27T10:30:00Z",
    "20250527 103000+00, 2025-05-27T10:30:00Z",
    "20250527T103000+0200, 2025-05-27T08:30:00Z",
    "20250527T103000.5Z, 2025-05-27T10:30:00.5Z",
    "20250527T10:30:00Z, 2025-05-27T10:30:00Z",
    "2025-05-27T103000Z, 2025-05-27T10:30:00Z",
    "2025-05-27T1030Z, 2025-05-27T10:30:00Z"
  })
  void theBasicFormatIsTaken(String text, Instant expected) {
    assertThat(Timestamps.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, .100",
    "12, .120",
    "123, .123",
    "1234, .123400",
    "12345, .123450",
    "123456, .123456",
    "000001, .000001",
    "0, .0",
    "000000, .0",
    "1234564, .123456",
    "1234566, .123457",
    "12345649, .123456",
    "12345651, .123457",
    "123456499999999, .123456",
    "12345650000001, .123457",
    "123456789, .123457",
    "0000004, .0",
    "0000006, .000001",
    "00000051, .000001",
    "123456789012345678901234567890, .123457",
    "999999, .999999",
    "9999994, .999999"
  })
  void theFractionIsRoundedToTheNearestMicrosecond(String fraction, String expected) {
    assertThat(Timestamps.parse("2025-05-27T10:30:00." + fraction + "Z"))
        .contains(Instant.parse("2025-05-27T10:30:00" + expected + "Z"));
    assertThat(Timestamps.parse("20250527T103000." + fraction + "+00"))
        .contains(Instant.parse("2025-05-27T10:30:00" + expected + "Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "2025-05-27T10:30:00.9999996Z, 2025-05-27T10:30:01Z",
    "2025-05-27T10:30:59.9999999Z, 2025-05-27T10:31:00Z",
    "2025-05-27T23:59:59.9999999Z, 2025-05-28T00:00:00Z",
    "2024-12-31T23:59:59.999999999Z, 2025-01-01T00:00:00Z",
    "2025-05-27T10:30:00.9999995Z, 2025-05-27T10:30:01Z"
  })
  void roundingUpCarries(String text, Instant expected) {
    assertThat(Timestamps.parse(text)).contains(expected);
  }

  /** PostgreSQL rounds a half to the even microsecond (rint). */
  @ParameterizedTest
  @CsvSource({
    "0000005, .0",
    "0000015, .000002",
    "0000025, .000002",
    "0000035, .000004",
    "1234565, .123456",
    "1234575, .123458"
  })
  void halfAMicrosecondIsRoundedAsTheDatabaseDoes(String fraction, String expected) {
    assertThat(Timestamps.parse("2025-05-27T10:30:00." + fraction + "Z"))
        .contains(Instant.parse("2025-05-27T10:30:00" + expected + "Z"));
  }

  /** RFC 3339 sets no limit to the digits of a fraction, and PostgreSQL has none. */
  @Test
  void aFractionMayHaveAnyNumberOfDigits() {
    assertThat(Timestamps.parse("2025-05-27T10:30:00." + "1234567".repeat(5) + "Z"))
        .contains(Instant.parse("2025-05-27T10:30:00.123457Z"));
  }

  /** RFC 3339, 5.7. PostgreSQL refuses only the one of them that ends after midnight. */
  @ParameterizedTest
  @CsvSource({
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "1990-12-31T15:59:60-08:00, 1991-01-01T00:00:00Z",
    "2025-05-27T10:30:60Z, 2025-05-27T10:31:00Z",
    "2025-05-27T10:30:60.5Z, 2025-05-27T10:31:00.5Z",
    "2016-12-31T23:59:60.5Z, 2017-01-01T00:00:00.5Z"
  })
  void aLeapSecondIsTheNextMinutesFirst(String text, Instant expected) {
    assertThat(Timestamps.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27T24:00:00Z",
        "2025-05-27T24:00Z",
        "20250527T2400Z",
        "2025-05-27T24:00:00.0Z",
        "2025-05-27T24:00:00.000000Z"
      })
  void twentyFourHoursAreTheNextMidnight(String text) {
    assertThat(Timestamps.parse(text)).contains(Instant.parse("2025-05-28T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27T24:00:00.5Z",
        "2025-05-27T24:00:00.000001Z",
        "2025-05-27T24:00:01Z",
        "2025-05-27T24:00:60Z",
        "2025-05-27T24:01:00Z",
        "2025-05-27T24:59Z",
        "2025-05-27T25:00:00Z"
      })
  void thereIsNothingAfterTwentyFourHours(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  /** Of these, PostgreSQL takes those without an offset as local, and the words. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Z",
        "2025",
        "2025-05-27",
        "2025-05-27Z",
        "2025-05-27T10:30:00",
        "2025-05-27 10:30:00",
        "20250527T103000",
        "2025-05-27T10:30:00.5",
        "10:30:00Z",
        "infinity",
        "-infinity",
        "now",
        "today",
        "tomorrow",
        "epoch",
        "allballs",
        "1748341800",
        "1748341800Z",
        "1748341800.5"
      })
  void withoutDateTimeAndOffsetItIsNoPointInTime(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
    for (String key : new String[] {"origin_ts", "ack_ts"}) {
      assertThat(rejection(key, text))
          .returns("/" + key, RejectedMessageException::pointer)
          .hasMessage(
              "\"%s\" is not a date and time with an offset (RFC 3339, as in 2025-05-27T10:30:00Z)",
              text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-01-00T00:00:00Z",
        "2025-01-32T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "20250229T000000Z",
        "2025-05-27T10:60:00Z",
        "2025-05-27T10:30:61Z",
        "2025-05-27T10:30:00+24:00",
        "2025-05-27T10:30:00+00:60",
        "2025-05-27T10:30:00+00:00:60",
        "2025-05-27T10:30:00+99"
      })
  void whatTheCalendarOrTheClockDoNotHaveIsRefused(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27T10Z",
        "2025-05-27T10:30:00,5Z",
        "2025-W22-2T10:30:00Z",
        "2025-05-27T T10:30:00Z",
        "2025-05-27T10:30:00ZZ",
        "2025-05-27T10:30:00Z+01:00",
        "2025-05-27T10:30:00+",
        "2025-05-27T10:30:00+:30",
        "2025-05-27T10:30:00+02:3",
        "2025-05-27T10:30:00+02:",
        "2025-05-27T10:30:00+02:30:",
        "2025-05-27T10:30:00−02:00",
        "2025/05/27T10:30:00ZX",
        "２０２５-05-27T10:30:00Z",
        "-2025-05-27T10:30:00Z",
        "+2025-05-27T10:30:00Z",
        "2025-05-27T10:30:00\u00a0Z",
        "2025-05-27T-1:30:00Z"
      })
  void otherSpellingsAreRefused(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  /** PostgreSQL 15 refuses these three: "time zone displacement out of range". */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-05-27T10:30:00+023015",
        "2025-05-27T10:30:00+0230:15",
        "2025-05-27T10:30:00+02:3015"
      })
  void theSecondsOfAnOffsetNeedTheirColons(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @Test
  void messagesAreKeptFromTheEpochToADayAhead() {
    Instant now = Instant.parse("2025-05-27T10:30:00.123456Z");

    assertThat(Timestamps.keeps(Instant.EPOCH, now)).isTrue();
    assertThat(Timestamps.keeps(Instant.EPOCH.minus(1, ChronoUnit.MICROS), now)).isFalse();
    assertThat(Timestamps.keeps(now, now)).isTrue();
    assertThat(Timestamps.keeps(now.plus(Duration.ofDays(1)), now)).isTrue();
    assertThat(Timestamps.keeps(now.plus(Duration.ofDays(1)).plus(1, ChronoUnit.MICROS), now))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:00:00-01:00",
        "1969-12-31T23:59:59.9999999Z",
        "1970-01-01T00:00:00.000001Z",
        "2025-05-27T10:30:00Z"
      })
  void anOriginSinceTheEpochIsKept(String text) {
    assertThat(message("origin_ts", text).originTs()).isAfterOrEqualTo(Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource({
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00+00:01, 1969-12-31T23:59:00Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
  })
  void anOriginOutsideTheRangeIsRefused(String text, String shown) {
    assertThat(rejection("origin_ts", text))
        .returns("/origin_ts", RejectedMessageException::pointer)
        .hasMessage(shown + " is not between 1970 and one day ahead of now");
  }

  @Test
  void anOriginMayBeADayAheadOfNow() {
    Instant tomorrow = Instant.now().plus(Duration.ofHours(24)).truncatedTo(ChronoUnit.MICROS);

    assertThat(message("origin_ts", tomorrow.minusSeconds(60).toString()).originTs())
        .isEqualTo(tomorrow.minusSeconds(60));
    assertThat(rejection("origin_ts", tomorrow.plusSeconds(60).toString()).pointer())
        .isEqualTo("/origin_ts");
  }

  @ParameterizedTest
  @CsvSource({
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "1969-07-20T20:17:40Z, 1969-07-20T20:17:40Z",
    "9999-12-31T23:59:59.9999994Z, 9999-12-31T23:59:59.999999Z",
    "0000-12-31T23:00:00-01:00, 0001-01-01T00:00:00Z"
  })
  void anAcknowledgementMayBeOfAnyYearOfFourDigits(String text, Instant expected) {
    assertThat(message("ack_ts", text).ackTs()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-01:00"
      })
  void anAcknowledgementOfAnotherYearIsRefused(String text) {
    assertThat(rejection("ack_ts", text))
        .returns("/ack_ts", RejectedMessageException::pointer)
        .hasMessage("the year is not between 1 and 9999");
  }

  @Test
  void aYearOfFiveDigitsIsRefused() {
    assertThat(Timestamps.parse("10000-01-01T00:00:00Z")).isEmpty();
    assertThat(Timestamps.parse("+10000-01-01T00:00:00Z")).isEmpty();
    assertThat(Timestamps.parse("202505270-01-01T00:00:00Z")).isEmpty();
  }
}
