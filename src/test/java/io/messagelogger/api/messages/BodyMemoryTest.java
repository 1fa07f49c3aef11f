package io.messagelogger.api.messages;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What bodies take while they arrive. */
class BodyMemoryTest {
  private final BodyMemory memory = new BodyMemory(100, 1);

  private int now(Object body, int wanted) throws InterruptedException {
    return memory.take(body, wanted, 0, NANOSECONDS);
  }

  private CompletableFuture<Integer> later(Object body, int wanted) {
    CompletableFuture<Integer> granted =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.take(body, wanted, 2, MINUTES);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().atMost(60, SECONDS).until(() -> memory.wanted() || granted.isDone());
    return granted;
  }

  @Test
  void whatHasArrivedIsTakenAndGivenBack() throws Exception {
    assertThat(now("a", 60)).isEqualTo(60);
    assertThat(now("b", 40)).isEqualTo(40);
    memory.giveBack("a", 60);
    assertThat(now("c", 60)).isEqualTo(60);
  }

  /** Two halves that wait for each other would wait for good. */
  @Test
  void whenNothingIsLeftOneGoesOnToItsEndAndTheOthersWait() throws Exception {
    now("a", 50);
    now("b", 50);
    assertThat(now("a", 50)).isZero();
    assertThat(now("b", 50)).as("in no time").isNegative();
    CompletableFuture<Integer> waiting = later("b", 50);
    assertThat(now("a", 500)).isZero();
    assertThat(waiting).isNotDone();
    memory.giveBack("a", 50);
    assertThat(waiting.get(60, SECONDS)).isEqualTo(50);
    assertThat(memory.wanted()).isFalse();
  }

  @Test
  void afterTheOneThatWentOnAnotherMay() throws Exception {
    now("a", 100);
    assertThat(now("b", 10)).isZero();
    CompletableFuture<Integer> waiting = later("c", 10);
    memory.giveBack("b", 0);
    assertThat(waiting.get(60, SECONDS)).isZero();
  }

  @Test
  void moreThanMayDoNotWait() throws Exception {
    now("a", 100);
    now("b", 10);
    CompletableFuture<Integer> waiting = later("c", 10);
    assertThat(memory.take("d", 10, 2, MINUTES)).isNegative();
    memory.giveBack("a", 100);
    assertThat(waiting.get(60, SECONDS)).isEqualTo(10);
  }
}
