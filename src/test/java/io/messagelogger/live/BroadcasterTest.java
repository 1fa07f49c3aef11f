package io.messagelogger.live;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread that all plain clients depend on. */
class BroadcasterTest {
  @Test
  void aFaultDoesNotEndIt() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    Broadcaster broadcaster =
        new Broadcaster(
            () -> {
              if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("a fault");
              }
              return List.of();
            });
    Thread thread = new Thread(broadcaster);
    thread.start();
    broadcaster.add(new byte[] {1});
    await().atMost(10, SECONDS).until(() -> asked.get() == 1);
    broadcaster.add(new byte[] {2});
    await().atMost(10, SECONDS).until(() -> asked.get() == 2);
    broadcaster.end();
    thread.join(10_000);
    assertThat(thread.isAlive()).isFalse();
  }
}
