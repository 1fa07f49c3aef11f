package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The runbook has each reason that a part gives for not working, in the code's words. */
class RunbookTest {
  private static final Page RUNBOOK = Page.of("docs/runbook.md");

  /** A text in the code, at the place of a reason or before what a failure says. */
  private static final Pattern REASON =
      Pattern.compile(
          "\\.down\\(\\s*(?:\\(?\\w+ \\? )?\"([^\"]+)\"|\"(a batch waits for [^\"]+)\"|reason \\+ \"; ([^\"]+)\"");

  static List<String> reasons() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files
          .filter(Files::isRegularFile)
          .flatMap(file -> Page.of(file).matches(REASON.pattern()))
          .flatMap(match -> Stream.of(1, 2, 3).map(match::group).filter(group -> group != null))
          .map(reason -> reason.replaceFirst("(?s)(%|: ?$| \\(SQLSTATE).*", "").strip())
          .distinct()
          .toList();
    }
  }

  @Test
  void reasonsAreFound() throws IOException {
    assertThat(reasons())
        .contains(
            "the subscription has ended",
            "needs an operator",
            "a batch waits for the database",
            "this server's clock is",
            "restart the server, nothing that it claimed is lost")
        .hasSizeGreaterThan(12);
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void saysWhatToDo(String reason) {
    assertThat(RUNBOOK.groups("`([^`\\n]+)`"))
        .as("in the words of the code, in the column Reason")
        .anySatisfy(text -> assertThat(text).contains(reason));
  }

  @Test
  void hasEachCheck() {
    List<String> checks =
        Page.of(Path.of("src/main/java/io/messagelogger/ops/Health.java"))
            .groups("response\\(\\s*\"(\\w+)\"");
    assertThat(checks).contains("redis", "database", "drainer", "feed");
    assertThat(RUNBOOK.groups("(?m)^\\| `(\\w+)`")).containsAll(checks);
  }
}
