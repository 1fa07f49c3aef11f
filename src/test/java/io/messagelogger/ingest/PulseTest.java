package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Pulse pulse = new Pulse();

  @Test
  void aThreadThatBeatsIsInOrder() {
    pulse.beat();
    assertThat(pulse.complaint(LONG)).isEmpty();
  }

  @Test
  void oneThatHasEndedSaysWhy() {
    pulse.beat();
    pulse.end("java.lang.StackOverflowError");
    assertThat(pulse.complaint(LONG))
        .contains("its thread has ended: java.lang.StackOverflowError");
  }

  @Test
  void oneThatHasEndedWithoutAWordIsNoticedToo() throws InterruptedException {
    Thread thread = new Thread(pulse::beat);
    thread.start();
    thread.join();
    assertThat(pulse.complaint(LONG)).contains("its thread has ended without a word");
  }

  @Test
  void oneThatHangsIsFoundWhereItHangs() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              pulse.beat();
              hang(end);
            });
    thread.start();
    await()
        .untilAsserted(
            () ->
                assertThat(pulse.complaint(Duration.ofMillis(1)).orElseThrow())
                    .startsWith("no sign of life for ")
                    .contains("it is at " + PulseTest.class.getName() + ".hang (line "));
    end.countDown();
    thread.join();
  }

  @Test
  void oneThatWasNeverStartedIsNoticed() {
    await()
        .untilAsserted(
            () ->
                assertThat(pulse.complaint(Duration.ofMillis(1)).orElseThrow())
                    .contains("it was never started"));
  }

  private static void hang(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
