package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two clocks, and the time that it takes to read the other one. */
class ClocksTest {
  private static final Instant NOW = Instant.parse("2026-05-27T12:00:00Z");

  private final Clocks clocks = new Clocks();

  @ParameterizedTest
  @CsvSource({"PT0S", "PT59M", "PT-59M"})
  void aSmallDifferenceIsAgreement(Duration ahead) {
    clocks.judge(NOW, NOW.plus(ahead), NOW);
    assertThat(clocks.condition().state().up()).isTrue();
    assertThat(clocks.ahead()).isEqualTo(ahead);
  }

  @ParameterizedTest
  @CsvSource({
    "PT48H, this server's clock is behind the database's by 2 days",
    "PT-61M, this server's clock is ahead of the database's by 61 minutes"
  })
  void aLargeDifferenceIsTold(Duration ahead, String reason) {
    clocks.judge(NOW, NOW.plus(ahead), NOW);
    assertThat(clocks.condition().state().up()).isFalse();
    assertThat(clocks.condition().state().reason()).startsWith(reason);
  }

  /** A slow answer is no wrong clock. */
  @Test
  void theTimeThatTheAnswerTakesDoesNotCount() {
    clocks.judge(NOW, NOW.plusSeconds(9_000), NOW.plusSeconds(10_000));
    assertThat(clocks.ahead()).isZero();
    assertThat(clocks.condition().state().up()).isTrue();
  }
}
