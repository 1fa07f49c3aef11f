package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README says what the code and the build say. */
class ReadmeTest {
  private static final String README = read("README.md");
  private static final String POM = read("pom.xml");
  private static final String METRICS = read("src/main/java/io/messagelogger/ops/Metrics.java");

  @Test
  void firstCommandRunsTheServiceAndSecondPassesTheTests() {
    assertThat(groups(README, "(?ms)^```sh$\\n(.*?)^```$"))
        .startsWith("mvn -Prun\n", "mvn verify\n");
  }

  @Test
  void namesProfilesAndPhasesThatTheBuildHas() {
    assertThat(groups(POM, "(?s)<profile>\\s*(?:<!--.*?-->\\s*)?<id>(.*?)</id>"))
        .contains("run")
        .containsAll(groups(README, "mvn [^`\\n]*?-P(\\w+)"));
    assertThat(groups(POM, "<goal>([\\w-]+)</goal>"))
        .as("verify checks what the integration tests found")
        .contains("integration-test", "verify");
  }

  @Test
  void listsTheSettings() {
    List<String> rows =
        Arrays.stream(Setting.values())
            .map(
                setting ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(
                            setting.name(),
                            defaultOf(setting),
                            setting.meaning(),
                            setting.allowed()))
            .toList();
    assertThat(groups(section("### Settings"), "(?m)^(\\| `.*)$")).isEqualTo(rows);
  }

  @Test
  void listsTheMetrics() {
    List<String> names =
        matches(METRICS, "registry\\s*\\.(\\w+)\\(\\s*named\\(\\s*\"(\\w+)\"")
            .map(call -> "message_logger_" + call.group(2) + suffix(call.group(1)))
            .toList();
    assertThat(names).isNotEmpty();
    assertThat(groups(section("### Metrics"), "(?m)^\\| `(\\w+)`"))
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(names).containsAll(groups(README, "\\b(message_logger_\\w+)"));
  }

  @Test
  void linksLeadSomewhere() {
    List<String> links =
        groups(README, "\\]\\(([^)]+)\\)").stream()
            .filter(link -> !link.matches("[a-z]+:.*"))
            .toList();
    assertThat(links).contains("docs/architecture.svg", "docs/screenshot.png", "CHANGELOG.md");
    assertThat(links)
        .allSatisfy(
            link -> {
              if (link.startsWith("#")) {
                assertThat(anchors()).contains(link.substring(1));
              } else {
                assertThat(Path.of(link)).exists();
              }
            });
  }

  private static String defaultOf(Setting setting) {
    return setting.defaultText().isEmpty() ? "unset" : "`" + setting.defaultText() + "`";
  }

  /** What the Prometheus format puts behind the name of a metric of this kind. */
  private static String suffix(String kind) {
    return switch (kind) {
      case "counter" -> "_total";
      case "timer" -> "_seconds";
      case "histogram", "gauge" -> "";
      default ->
          throw new AssertionError("a kind of metric that the README has no name for: " + kind);
    };
  }

  /** From a heading to the next one of any level. */
  private static String section(String heading) {
    assertThat(README).contains(heading + "\n");
    int start = README.indexOf(heading + "\n") + heading.length();
    int end = README.indexOf("\n#", start);
    return README.substring(start, end < 0 ? README.length() : end);
  }

  private static List<String> anchors() {
    return groups(README, "(?m)^#+ (.*)$").stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT).replace(' ', '-'))
        .toList();
  }

  private static List<String> groups(String text, String pattern) {
    return matches(text, pattern).map(match -> match.group(1)).toList();
  }

  private static Stream<MatchResult> matches(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results();
  }

  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
