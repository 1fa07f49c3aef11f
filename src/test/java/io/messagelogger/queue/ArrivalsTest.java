package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Settings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Waiting for messages, on a queue that is only a number. */
class ArrivalsTest {
  private static final Settings SETTINGS = Settings.from(name -> null);

  private final AtomicInteger asked = new AtomicInteger();
  private volatile long length;

  private final Arrivals arrivals =
      new Arrivals(
          new Redis(SETTINGS) {
            @Override
            @SuppressWarnings("unchecked")
            <T> T call(String queue, Function<UnifiedJedis, T> commands) {
              asked.incrementAndGet();
              return (T) (Long) length;
            }
          },
          SETTINGS);

  @Test
  void aMessageThatIsThereIsSeenAtOnce() throws Exception {
    length = 1;
    assertThat(arrivals.awaitMessage(Duration.ZERO)).isTrue();
    assertThat(asked).hasValue(1);
  }

  @Test
  void anEmptyQueueIsSeenAndWhenItWas() throws Exception {
    long before = System.nanoTime();
    assertThat(arrivals.awaitMessage(Duration.ofMillis(120))).isFalse();
    assertThat(arrivals.emptyAt()).isBetween(before, System.nanoTime());
    assertThat(asked.get()).as("every 50 ms of the default interval").isBetween(2, 5);
  }

  @Test
  void aMessageThatComesEndsTheWait() throws Exception {
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(
            () -> length = 1, CompletableFuture.delayedExecutor(60, TimeUnit.MILLISECONDS));
    assertThat(arrivals.awaitMessage(Duration.ofSeconds(30))).isTrue();
    producer.get();
  }

  /** Of many that wait one asks. */
  @Test
  void waitersDoNotAskEachForThemselves() throws Exception {
    CompletableFuture<?>[] waiters = new CompletableFuture<?>[8];
    for (int i = 0; i < waiters.length; i++) {
      waiters[i] =
          CompletableFuture.runAsync(
              () -> {
                try {
                  arrivals.awaitMessage(Duration.ofMillis(200));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              command -> new Thread(command).start());
    }
    CompletableFuture.allOf(waiters).get();
    assertThat(asked.get()).isLessThan(8 * 4);
  }
}
