package io.messagelogger.api.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How slowly a body may arrive; the time is a number. */
class ArrivalPaceTest {
  private static final long START = -5; // System.nanoTime may be anything

  private final ArrivalPace pace = new ArrivalPace(1_000, START);

  private static long after(int seconds) {
    return START + Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void whoStallsIsTooSlowAfterTenSeconds() {
    pace.arrived(9_999, after(5));
    assertThat(pace.tooSlow(after(10))).isFalse();
    assertThat(pace.tooSlow(after(11))).isTrue();
  }

  @Test
  void whatArrivedBeforeTheStallDoesNotCount() {
    pace.arrived(50_000_000, after(8));
    assertThat(pace.tooSlow(after(18))).isFalse();
    assertThat(pace.tooSlow(after(19))).isTrue();
  }

  @Test
  void manySmallPiecesAreFastEnoughTogether() {
    for (int second = 1; second <= 100; second++) {
      pace.arrived(1_001, after(second));
      assertThat(pace.tooSlow(after(second))).as("second %d", second).isFalse();
    }
  }

  @Test
  void whoSendsNothingForSecondsIsIdle() {
    pace.arrived(1, after(2));
    assertThat(pace.idle(after(5))).isFalse();
    assertThat(pace.idle(after(6))).isTrue();
    pace.restart(after(6));
    assertThat(pace.idle(after(9))).isFalse();
  }

  @Test
  void timeInWhichNothingIsReadIsNotTheSenders() {
    pace.restart(after(60));
    assertThat(pace.tooSlow(after(70))).isFalse();
    assertThat(pace.tooSlow(after(71))).isTrue();
  }
}
