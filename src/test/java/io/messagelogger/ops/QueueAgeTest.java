package io.messagelogger.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueueAgeTest {
  private final QueueAge age = new QueueAge();

  @Test
  void nothingWaits() {
    assertThat(look(0, 0, 0)).isZero();
    assertThat(look(1, 0, 0)).isZero();
  }

  @Test
  void itGrowsWhileNothingIsTaken() {
    assertThat(look(10, 5, 0)).isZero();
    assertThat(look(13, 500, 0)).isEqualTo(3);
    assertThat(look(20, 1000, 0)).isEqualTo(10);
  }

  @Test
  void itFollowsTheLongestWaiting() {
    look(10, 100, 0);
    look(20, 200, 0);
    look(30, 300, 0);
    assertThat(look(31, 201, 99)).as("one of the first is left").isEqualTo(21);
    assertThat(look(32, 200, 100)).as("the second hundred is next").isEqualTo(12);
    assertThat(look(33, 150, 250)).as("some of the third, and new ones").isEqualTo(3);
    assertThat(look(34, 0, 400)).isZero();
  }

  @Test
  void aSteadyFlowHasASteadyAge() {
    for (int second = 0; second < 10_000; second++) {
      int pushed = 100 * (second + 1);
      int taken = Math.max(0, pushed - 6000);
      long seen = look(second, pushed - taken, taken);
      if (second > 100) {
        assertThat(seen).isBetween(59L, 60L);
      }
    }
  }

  @Test
  void aCalmServiceHasNoAge() {
    for (int second = 0; second < 600; second++) {
      assertThat(look(second, second % 2, second / 2)).isZero();
    }
  }

  @Test
  void itStartsAnewWhenAllWasDone() {
    look(0, 100, 900);
    assertThat(look(1000, 5, 0)).isZero();
    assertThat(look(1007, 5, 0)).isEqualTo(7);
  }

  @Test
  void manyLooksTakeNoMoreMemoryAndMakeItALittleTooHighAtMost() {
    int looks = 100_000;
    for (int second = 0; second < looks; second++) {
      look(second, second + 1, 0);
    }
    long half = look(looks, looks / 2, looks / 2);
    assertThat(half).isBetween(looks / 2L, looks / 2L + looks / 1000);
  }

  private long look(long second, long queued, long taken) {
    return age.look(Duration.ofSeconds(second).toNanos(), queued, taken).toSeconds();
  }
}
