package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements whose values are written into them. */
class QueryTest {
  @ParameterizedTest
  @CsvSource({
    "2026-03-01T00:00:00Z, 2026-03-01 00:00:00.000000+00",
    "2026-12-31T23:59:59.123456789Z, 2026-12-31 23:59:59.123456+00",
    "0001-01-01T00:00:00Z, 0001-01-01 00:00:00.000000+00",
    "0000-12-31T23:59:59Z, 0001-12-31 23:59:59.000000+00 BC",
    "-0043-03-15T12:00:00Z, 0044-03-15 12:00:00.000000+00 BC",
    "+12026-03-01T00:00:00Z, 12026-03-01 00:00:00.000000+00"
  })
  void timesAreAsPostgresqlReadsThem(Instant time, String literal) {
    assertThat(new Query().add("SELECT ?", time).literal())
        .isEqualTo("SELECT '" + literal + "'::timestamptz");
  }

  @Test
  void timesHaveTheSameDigitsInEveryLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat("%d".formatted(1)).as("this language has digits of its own").isNotEqualTo("1");
      timesAreAsPostgresqlReadsThem(Instant.EPOCH, "1970-01-01 00:00:00.000000+00");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void timesWithoutEndAreInfinite() {
    assertThat(
            new Query()
                .add("? < ?", OffsetDateTime.MIN.toInstant(), OffsetDateTime.MAX.toInstant())
                .literal())
        .isEqualTo("'-infinity'::timestamptz < 'infinity'::timestamptz");
  }

  @Test
  void valuesTakeTheirPlacesInOrder() {
    UUID uuid = new UUID(1, 2);
    Query part = new Query().add("b = ? LIMIT ?", uuid, 5);
    assertThat(new Query().add("a < ? AND ", 7L).add(part).add(" OFFSET 0").literal())
        .isEqualTo("a < 7 AND b = '" + uuid + "'::uuid LIMIT 5 OFFSET 0");
  }

  @Test
  void textIsNeverWrittenIntoAStatement() {
    assertThatThrownBy(() -> new Query().add("a = ?", "x").literal())
        .isInstanceOf(IllegalStateException.class);
  }
}
