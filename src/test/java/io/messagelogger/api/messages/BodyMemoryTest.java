package io.messagelogger.api.messages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What bodies take while they arrive. */
class BodyMemoryTest {
  private final BodyMemory memory = new BodyMemory(100);

  @Test
  void whatHasArrivedIsTakenAndGivenBack() {
    assertThat(memory.take("a", 60)).isEqualTo(60);
    assertThat(memory.take("b", 40)).isEqualTo(40);
    assertThat(memory.taken()).isEqualTo(100);
    memory.giveBack("a", 60);
    memory.giveBack("b", 40);
    assertThat(memory.taken()).isZero();
  }

  /** Two halves that wait for each other would wait for good. */
  @Test
  void whenNothingIsLeftOneGoesOnToItsEnd() {
    memory.take("a", 50);
    memory.take("b", 50);
    assertThat(memory.take("a", 50)).isZero();
    assertThat(memory.take("b", 50)).isNegative();
    assertThat(memory.take("a", 500)).isZero();
    memory.giveBack("a", 50);
    assertThat(memory.take("b", 50)).isEqualTo(50);
  }

  @Test
  void afterTheOneThatWentOnAnotherMay() {
    memory.take("a", 100);
    assertThat(memory.take("b", 10)).isZero();
    assertThat(memory.take("c", 10)).isNegative();
    memory.giveBack("b", 0);
    assertThat(memory.take("c", 10)).isZero();
    assertThat(memory.taken()).isEqualTo(100);
  }
}
