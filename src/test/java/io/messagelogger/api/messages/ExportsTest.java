package io.messagelogger.api.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.api.Caller;
import io.messagelogger.api.ProblemException;
import io.messagelogger.api.Requests;
import io.messagelogger.settings.Settings;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How many whole lists are streamed at the same time, in all and for one caller. */
class ExportsTest {
  private final Exports exports =
      new Exports(Settings.from(Map.of("EXPORTS", "3", "EXPORTS_PER_CALLER", "2")::get));

  private Runnable begin(String name) {
    Reader reader = new Reader(name, Set.of(Role.READER), Scope.ALL, null, null);
    return exports.begin(Caller.attach(Requests.from("here"), reader, reader.countedAs("here")));
  }

  @Test
  void whoNeedNotSayWhoItIsIsLimitedWithTheOthersOnly() {
    Reader anyone = Reader.ANYONE;
    for (int i = 0; i < 3; i++) {
      exports.begin(Caller.attach(Requests.from("proxy"), anyone, anyone.countedAs("proxy")));
    }
    assertRefused(
        () ->
            exports.begin(Caller.attach(Requests.from("proxy"), anyone, anyone.countedAs("proxy"))),
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
    Runnable first = begin("a");
    begin("a");
    assertRefused(() -> begin("a"), 429, "EXPORTS_PER_CALLER");
    assertRefused(() -> begin("a"), 429, "EXPORTS_PER_CALLER");
    begin("b");
    assertRefused(() -> begin("b"), 503, "EXPORTS)");
    first.run();
    first.run(); // ended once
    Runnable second = begin("b");
    assertRefused(() -> begin("b"), 429, "EXPORTS_PER_CALLER");
    assertRefused(() -> begin("a"), 503, "EXPORTS)");
    second.run();
    begin("a");
  }
}
