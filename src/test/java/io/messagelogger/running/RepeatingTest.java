package io.messagelogger.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task goes on when it fails, and ends when it is told to. */
class RepeatingTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private final Logger logger = Logger.getLogger(Repeating.class.getName());
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger severe = new AtomicInteger();
  private final AtomicInteger info = new AtomicInteger();

  RepeatingTest() {
    logger.setUseParentHandlers(false);
    logger.setFilter(
        record -> {
          if (record.getLevel().equals(Level.SEVERE)) {
            severe.incrementAndGet();
          } else if (record.getLevel().equals(Level.INFO)) {
            info.incrementAndGet();
          }
          return false;
        });
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    logger.setFilter(null);
    logger.setUseParentHandlers(true);
  }

  @Test
  void aTaskThatFailsRunsAgainAndIsSaidOnce() throws Exception {
    Repeating repeating =
        Repeating.start(
            scheduler,
            "failing",
            Duration.ZERO,
            SHORT,
            () -> {
              if (runs.incrementAndGet() <= 3) {
                throw new AssertionError("as always");
              }
            });
    await().until(() -> runs.get() > 5);
    assertThat(repeating.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(severe).hasValue(1);
    assertThat(info).hasValue(1);
  }

  @Test
  void anotherFailureIsNews() {
    Repeating.start(
        scheduler,
        "failing",
        Duration.ZERO,
        SHORT,
        () -> {
          throw new IllegalStateException(Integer.toString(runs.incrementAndGet() / 3));
        });
    await().until(() -> severe.get() >= 2);
    assertThat(runs.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void theStopWaitsForTheRunThatIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Repeating repeating =
        Repeating.start(
            scheduler,
            "slow",
            Duration.ZERO,
            SHORT,
            () -> {
              begun.countDown();
              long end = System.nanoTime() + 100_000_000;
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              runs.incrementAndGet();
            });
    begun.await();
    assertThat(repeating.stop(Duration.ofSeconds(10))).isTrue();
    int atStop = runs.get();
    assertThat(atStop).isPositive();
    await().during(Duration.ofMillis(50)).until(() -> runs.get() == atStop);
  }

  @Test
  void aRunThatDoesNotEndIsInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Repeating repeating =
        Repeating.start(
            scheduler,
            "stuck",
            Duration.ZERO,
            SHORT,
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    begun.await();
    assertThat(repeating.stop(Duration.ofMillis(10))).isFalse();
    interrupted.await();
  }
}
