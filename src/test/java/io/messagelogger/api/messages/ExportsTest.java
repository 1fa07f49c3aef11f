package io.messagelogger.api.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.api.Caller;
import io.messagelogger.api.ProblemException;
import io.messagelogger.api.Requests;
import io.messagelogger.api.messages.Exports.Outcome;
import io.messagelogger.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * How many whole lists are streamed at the same time, in all and for one caller, and what is told
 * of them.
 */
class ExportsTest {
  private final List<String> log = new ArrayList<>();
  private long now;
  private final Exports exports =
      new Exports(
          Settings.from(Map.of("EXPORTS", "3", "EXPORTS_PER_CALLER", "2")::get),
          () -> now,
          log::add);

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void aLongOneSaysEveryTenSecondsHowFarItIsAndHowItEnds() {
    Exports.Running running = begin("a", "/messages for somebody");
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
    Exports.Running running = begin("a", "/messages");
    running.wrote(10);
    pass(9);
    running.end(Outcome.COMPLETE);
    assertThat(log).isEmpty();
    assertThat(exports.ended(Outcome.COMPLETE)).isEqualTo(1);
  }

  private Exports.Running begin(String name, String what) {
    Reader reader = new Reader(name, Set.of(Role.READER), Scope.ALL, null, null);
    return exports.begin(Caller.attach(Requests.from("here"), reader), what);
  }

  @Test
  void whoNeedNotSayWhoItIsIsLimitedWithTheOthersOnly() {
    Reader anyone = Reader.ANYONE;
    for (int i = 0; i < 3; i++) {
      exports.begin(Caller.attach(Requests.from("proxy"), anyone), "/messages");
    }
    assertRefused(
        () -> exports.begin(Caller.attach(Requests.from("proxy"), anyone), "/messages"),
        503,
        "EXPORTS)");
  }

  private static void assertRefused(ThrowingCallable asked, int status, String setting) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(status);
              assertThat(e.problem().detail()).contains(setting);
            });
  }

  @Test
  void oneCallerDoesNotTakeThoseOfTheOthers() {
    Exports.Running first = begin("a", "/messages");
    begin("a", "/messages");
    assertRefused(() -> begin("a", "/messages"), 429, "EXPORTS_PER_CALLER");
    assertRefused(() -> begin("a", "/messages"), 429, "EXPORTS_PER_CALLER");
    begin("b", "/messages");
    assertRefused(() -> begin("b", "/messages"), 503, "EXPORTS)");
    first.end(Outcome.COMPLETE);
    first.end(Outcome.COMPLETE); // ended once
    Exports.Running second = begin("b", "/messages");
    assertRefused(() -> begin("b", "/messages"), 429, "EXPORTS_PER_CALLER");
    assertRefused(() -> begin("a", "/messages"), 503, "EXPORTS)");
    second.end(Outcome.COMPLETE);
    begin("a", "/messages");
  }
}
