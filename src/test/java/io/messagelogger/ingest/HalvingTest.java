package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What is known of batches that are halved; the clock is a field. */
class HalvingTest {
  private static final Instant START = Instant.parse("2025-05-27T10:30:00Z");

  private Instant now = START;
  private final Halving halving =
      new Halving(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void itIsNewsOnceAndOverAfterAWhile() {
    assertThat(halving.state()).isEmpty();
    assertThat(halving.seen("out of shared memory")).isTrue();
    now = START.plusSeconds(500);
    assertThat(halving.seen("a limit")).isFalse();
    assertThat(halving.state()).contains(new Halving.State("a limit", START, now));
    now = now.plus(Halving.OVER).minusMillis(1);
    assertThat(halving.state()).isPresent();
    now = now.plusMillis(1);
    assertThat(halving.state()).isEmpty();
    assertThat(halving.seen("a limit")).isTrue();
    assertThat(halving.state()).contains(new Halving.State("a limit", now, now));
  }
}
