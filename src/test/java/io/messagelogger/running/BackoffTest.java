package io.messagelogger.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pauses grow, stay within their bounds, and start again. */
class BackoffTest {
  @Test
  void pausesGrowToFiveSeconds() {
    Backoff backoff = new Backoff();
    long expected = 100;
    for (int i = 0; i < 20; i++) {
      Duration pause = backoff.next();
      assertThat(pause).isBetween(Duration.ofMillis(expected / 2), Duration.ofMillis(expected));
      expected = Math.min(5000, expected * 2);
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }
}
