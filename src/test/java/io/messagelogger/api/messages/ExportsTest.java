package io.messagelogger.api.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.api.ProblemException;
import io.messagelogger.api.messages.Exports.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportsTest {
  private final List<String> log = new ArrayList<>();
  private long now;
  private final Exports exports = new Exports(2, () -> now, log::add);

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void aLongOneSaysEveryTenSecondsHowFarItIsAndHowItEnds() {
    Exports.Running running = exports.begin("/messages for somebody");
    for (int i = 0; i < 25; i++) {
      pass(1);
      running.wrote(100);
    }
    assertThat(log)
        .containsExactly(
            "An export of /messages for somebody goes on: 1000 messages in 10 s, 100 per second",
            "An export of /messages for somebody goes on: 2000 messages in 20 s, 100 per second");
    assertThat(exports.running()).isEqualTo(1);
    running.end(Outcome.ABANDONED);
    assertThat(log.get(2))
        .isEqualTo(
            "An export of /messages for somebody has ended, its client has gone: 2500 messages in"
                + " 25 s, 100 per second");
    assertThat(exports.running()).isZero();
    assertThat(exports.messages()).isEqualTo(2_500);
    assertThat(exports.ended(Outcome.ABANDONED)).isEqualTo(1);
    assertThat(exports.ended(Outcome.COMPLETE)).isZero();
  }

  @Test
  void aShortOneIsNotWorthALine() {
    Exports.Running running = exports.begin("/messages");
    running.wrote(10);
    pass(9);
    running.end(Outcome.COMPLETE);
    assertThat(log).isEmpty();
    assertThat(exports.ended(Outcome.COMPLETE)).isEqualTo(1);
  }

  @Test
  void thereAreNoMoreThanMayBe() {
    Exports.Running one = exports.begin("one");
    Exports.Running other = exports.begin("other");
    assertThatThrownBy(() -> exports.begin("third"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("EXPORTS");
    one.end(Outcome.COMPLETE);
    exports.begin("third").end(Outcome.COMPLETE);
    other.end(Outcome.FAILED);
    assertThat(exports.running()).isZero();
  }
}
