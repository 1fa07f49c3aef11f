package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How far a replica is behind, second by second. */
class ReplicaLagTest {
  private static final long SECOND = 1_000_000_000;

  private final ReplicaLag lag = new ReplicaLag();

  private Optional<Duration> behind(long replayed, long second) {
    return behind(replayed, second, 0);
  }

  private Optional<Duration> behind(long replayed, long second, long age) {
    return lag.replayedTo(replayed, second * SECOND, Duration.ofSeconds(age))
        .map(ReplicaLag.Lag::time);
  }

  @Test
  void nobodyKnowsBeforeThePrimaryWasAsked() {
    assertThat(behind(100, 0)).isEmpty();
  }

  @Test
  void nothingWhileThePrimaryIsIdle() {
    lag.primaryAt(100, 0);
    assertThat(behind(100, 1, 9_999)).contains(Duration.ZERO);
    lag.primaryAt(100, 5_000 * SECOND);
    assertThat(behind(100, 5_000, 9_999)).contains(Duration.ZERO);
  }

  @Test
  void growsWhileItStandsStillAndShrinksAsItReplays() {
    lag.primaryAt(100, 0);
    assertThat(behind(100, 0)).contains(Duration.ZERO);
    for (int i = 1; i <= 10; i++) {
      lag.primaryAt(100 + i, i * SECOND);
      assertThat(behind(100, i)).contains(Duration.ofSeconds(i - 1));
    }
    assertThat(lag.replayedTo(104, 10 * SECOND, Duration.ZERO))
        .contains(new ReplicaLag.Lag(Duration.ofSeconds(5), 6));
    assertThat(behind(110, 11)).contains(Duration.ZERO);
  }

  @Test
  void goesOnGrowingWhenThePrimaryIsIdleAgain() {
    lag.primaryAt(100, 0);
    behind(100, 0);
    lag.primaryAt(200, SECOND);
    for (int i = 2; i < 100; i++) {
      lag.primaryAt(200, i * SECOND);
    }
    assertThat(behind(150, 100)).contains(Duration.ofSeconds(99));
  }

  @Test
  void oneThatStoodStillBeforeWeLookedIsAsOldAsItsLastTransaction() {
    lag.primaryAt(100, 7 * SECOND);
    assertThat(behind(50, 7, 3_600)).contains(Duration.ofHours(1));
    assertThat(behind(50, 8, 3_601)).contains(Duration.ofSeconds(3_601));
    assertThat(behind(100, 9, 3_601)).contains(Duration.ZERO);
    lag.primaryAt(101, 10 * SECOND);
    assertThat(behind(100, 10, 3_601)).as("after that, by what we see").contains(Duration.ZERO);
  }

  @Test
  void aPrimaryThatWasRestoredBeginsAnew() {
    lag.primaryAt(1_000, 0);
    behind(1_000, 0);
    lag.primaryAt(1_100, SECOND);
    lag.primaryAt(500, 2 * SECOND);
    assertThat(behind(500, 3)).contains(Duration.ZERO);
  }

  @Test
  void aDayOfStandingStillIsRememberedInLittle() {
    lag.primaryAt(0, 0);
    behind(0, 0);
    for (int i = 1; i <= 86_400; i++) {
      lag.primaryAt(i, i * SECOND);
    }
    assertThat(behind(0, 86_400)).contains(Duration.ofSeconds(86_399));
    Duration half = behind(43_200, 86_400).orElseThrow();
    assertThat(half).isBetween(Duration.ofHours(11), Duration.ofHours(12));
  }
}
