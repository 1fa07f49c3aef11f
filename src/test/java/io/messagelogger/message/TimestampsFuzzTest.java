package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.messagelogger.testing.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for any text as a point in time. As in {@link MessageReaderFuzzTest}, {@code mvn
 * -Pfuzz} searches for texts for which it does not.
 */
class TimestampsFuzzTest {
  private static final Duration HALF_A_MICROSECOND = Duration.ofNanos(500);

  static Stream<byte[]> seeds() {
    return Stream.of(
            "2025-05-27T10:30:00Z",
            "2025-05-27 10:30:00.123456+02",
            "20250527T103000.5-0230",
            "2025-05-27T10:30:60.9999999 +02:30:15",
            "0001-01-01T24:00:00 UTC",
            "9999-12-31t23:59gmt",
            "infinity")
        .map(Sample::utf8);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void anyText(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Optional<Instant> instant = Timestamps.parse(text);
    if (instant.isPresent()) {
      assertThat(instant.get().truncatedTo(ChronoUnit.MICROS)).isEqualTo(instant.get());
      String utc = OffsetDateTime.ofInstant(instant.get(), ZoneOffset.UTC).toString();
      if (utc.matches("\\d{4}-.*")) { // an offset may lead out of the years that can be written
        assertThat(Timestamps.parse(utc)).isEqualTo(instant);
      }
    }
    standard(text).ifPresent(expected -> isTheSame(instant, expected));
  }

  /** What Java reads as RFC 3339's profile of ISO 8601, where both have it. */
  private static Optional<Instant> standard(String text) {
    try {
      return text.matches("\\d{4}-.*")
          ? Optional.of(OffsetDateTime.parse(text).toInstant())
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static void isTheSame(Optional<Instant> actual, Instant expected) {
    assertThat(actual).isPresent();
    assertThat(Duration.between(expected, actual.get()).abs())
        .isLessThanOrEqualTo(HALF_A_MICROSECOND);
  }
}
