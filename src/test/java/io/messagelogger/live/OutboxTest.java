package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What waits for a client, on a connection that takes as much as the test lets it. */
class OutboxTest {
  private final FakeConnection pipe = new FakeConnection();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Outbox outbox(int frames, long bytes) {
    return new Outbox(frames, bytes);
  }

  @Test
  void whatWaitsGoesInOneWriteAndInOrder() {
    Outbox outbox = outbox(10, 10_000);
    outbox.offer(bytes("a"), 1);
    outbox.offer(bytes("b"), 1);
    outbox.open(pipe);
    outbox.offer(bytes("c"), 1);
    outbox.send();
    assertThat(pipe.text()).isEqualTo("abc");
    assertThat(pipe.flushes()).isEqualTo(2);
  }

  @Test
  void aStalledConnectionIsGoneOnWithWhereItStopped() {
    Outbox outbox = outbox(1000, 1_000_000);
    pipe.room(1);
    outbox.open(pipe);
    String large = "x".repeat(2 * Outbox.PIECE + 1000);
    outbox.offer(bytes(large), 1);
    outbox.offer(bytes("end"), 1);
    outbox.send();
    assertThat(pipe.text()).hasSize(Outbox.PIECE);
    assertThat(outbox.blocked()).isPositive();
    assertThat(outbox.frames()).isEqualTo(2);
    pipe.room(Integer.MAX_VALUE);
    outbox.writable();
    assertThat(pipe.text()).isEqualTo(large + "end");
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.blocked()).isZero();
  }

  @Test
  void noMoreWaitsThanMay() {
    Outbox outbox = outbox(3, 10_000);
    assertThat(outbox.offer(bytes("ab"), 2)).isTrue();
    assertThat(outbox.offer(bytes("cd"), 2)).isFalse();
    assertThat(outbox.offer(bytes("c"), 1)).isTrue();
    assertThat(outbox.frames()).isEqualTo(3);
    Outbox small = outbox(10, 200);
    assertThat(small.offer(new byte[1000], 1)).as("alone it is taken").isTrue();
    assertThat(small.offer(new byte[1], 1)).isFalse();
  }

  @Test
  void theLastFrameComesAfterWhatWasBegunAndBeforeNothing() {
    Outbox outbox = outbox(10, 100_000);
    pipe.room(1);
    outbox.open(pipe);
    outbox.offer(bytes("x".repeat(Outbox.PIECE + 1000)), 1);
    outbox.offer(bytes("dropped"), 1);
    outbox.send();
    AtomicInteger done = new AtomicInteger();
    outbox.end(bytes("bye"), done::incrementAndGet);
    outbox.offer(bytes("too late"), 1);
    outbox.send();
    assertThat(done).hasValue(0);
    pipe.room(Integer.MAX_VALUE);
    outbox.writable();
    assertThat(pipe.text()).isEqualTo("x".repeat(Outbox.PIECE + 1000) + "bye");
    assertThat(done).hasValue(1);
  }

  @Test
  void thatLittleWaitsIsSaidOnce() {
    Outbox outbox = outbox(10, 100_000);
    outbox.offer(new byte[5000], 1);
    AtomicInteger low = new AtomicInteger();
    outbox.whenAtMost(100, low::incrementAndGet);
    assertThat(low).hasValue(0);
    outbox.open(pipe);
    outbox.send();
    assertThat(low).hasValue(1);
    outbox.whenAtMost(100, low::incrementAndGet);
    assertThat(low).as("at once").hasValue(2);
  }

  @Test
  void aFailureEndsIt() {
    Outbox outbox = outbox(10, 100_000);
    pipe.breakDown();
    outbox.open(pipe);
    outbox.offer(bytes("a"), 1);
    outbox.send();
    assertThat(pipe.failure()).hasMessage("broken");
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.offer(bytes("b"), 1)).as("nobody is there to miss it").isTrue();
    assertThat(outbox.isEmpty()).isTrue();
  }
}
