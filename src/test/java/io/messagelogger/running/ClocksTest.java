package io.messagelogger.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** This server's clock is judged by unless all others disagree with it. */
class ClocksTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final Clocks clocks = new Clocks(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(clocks.compared()).isFalse();
    assertThat(clocks.disagreement()).isEmpty();
  }

  @Test
  void aSmallDifferenceDoesNotMatter() {
    clocks.saw("Redis", NOW.plus(Duration.ofMinutes(59)));
    assertThat(clocks.compared()).isTrue();
    assertThat(clocks.disagreement()).isEmpty();
  }

  @Test
  void twoDaysBehindAllOthersIsWrong() {
    clocks.saw("Redis", NOW.plus(Duration.ofDays(2)));
    assertThat(clocks.disagreement())
        .contains("the clocks disagree: that of Redis is 2 days 0:00:00 ahead of this server's");
    clocks.saw("the database", NOW.plus(Duration.ofDays(2)));
    assertThat(clocks.disagreement()).isPresent();
  }

  @Test
  void oneThatAgreesIsEnough() {
    clocks.saw("Redis", NOW.minus(Duration.ofHours(3)));
    assertThat(clocks.disagreement())
        .contains("the clocks disagree: that of Redis is 3:00:00 behind this server's");
    clocks.saw("the database", NOW);
    assertThat(clocks.disagreement()).isEmpty();
  }

  @Test
  void itIsRightAgainWhenTheyAgree() {
    clocks.saw("Redis", NOW.plus(Duration.ofDays(1)));
    clocks.saw("Redis", NOW);
    assertThat(clocks.disagreement()).isEmpty();
  }
}
