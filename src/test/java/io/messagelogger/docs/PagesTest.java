package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages say what the code and the build say. */
class PagesTest {
  private static final Page POM = Page.of("pom.xml");
  private static final Page METRICS = Page.of("src/main/java/io/messagelogger/ops/Metrics.java");
  private static final Page TOTALS = Page.of("src/main/java/io/messagelogger/ops/Totals.java");

  private static final Page LABELLED_GAUGES =
      Page.of("src/main/java/io/messagelogger/ops/ConditionMetrics.java");

  /** What is named like a metric and is none. */
  private static final String TABLE_OF_FLYWAY = "message_logger_schema";

  static List<Page> pages() {
    return Page.all();
  }

  @Test
  void settingsHasEverySetting() {
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
    assertThat(Page.of("docs/settings.md").groups("(?m)^(\\| `.*)$")).isEqualTo(rows);
  }

  @Test
  void operatingHasEveryMetric() {
    assertThat(metrics()).isNotEmpty();
    assertThat(Page.of("docs/operating.md").groups("(?m)^\\| `(message_logger_\\w+)`"))
        .containsExactlyInAnyOrderElementsOf(metrics());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void metricsExist(Page page) {
    assertThat(page.groups("\\b(message_logger_\\w+)"))
        .filteredOn(name -> !name.equals(TABLE_OF_FLYWAY))
        .isSubsetOf(metrics());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void profilesExist(Page page) {
    assertThat(page.groups("mvn [^`\\n]*?-P(\\w+)"))
        .isSubsetOf(POM.groups("(?s)<profile>\\s*(?:<!--.*?-->\\s*)?<id>(.*?)</id>"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Page page) {
    assertThat(page.links())
        .allSatisfy(
            link -> {
              Path target = page.target(link);
              assertThat(target).exists();
              if (link.contains("#")) {
                assertThat(Files.isRegularFile(target)).as("%s is a page", target).isTrue();
                assertThat(Page.of(target).anchors())
                    .contains(link.substring(link.indexOf('#') + 1));
              }
            });
  }

  /** A record is of use to a reader of code only as long as it names code that there is. */
  @Test
  void everyDecisionNamesItsCode() {
    assertThat(pages())
        .filteredOn(page -> page.path().startsWith("docs/decisions"))
        .isNotEmpty()
        .allSatisfy(
            page ->
                assertThat(page.groups("(?m)^Code: (.*)$"))
                    .singleElement()
                    .satisfies(
                        code ->
                            assertThat(
                                    new Page(page.path(), code)
                                        .groups("`([a-z]+(?:\\.[a-z]+)*\\.[A-Z]\\w*)`"))
                                .isNotEmpty()
                                .allSatisfy(PagesTest::assertIsClass)));
  }

  /**
   * What is claimed of a chapter is shown by a test; one without a class is of the class before.
   */
  @Test
  void everyChapterOfSecurityNamesTestsThatExist() {
    Page page = Page.of("docs/security.md");
    List<List<String>> rows =
        page.matches("(?m)^\\| (V\\d+) .*$")
            .map(row -> List.of(row.group(1), row.group().split(" *\\| *", -1)[3]))
            .toList();
    assertThat(rows.stream().map(row -> row.get(0)))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 17).mapToObj(chapter -> "V" + chapter).toList());
    for (List<String> row : rows) {
      List<String> tests = new Page(page.path(), row.get(1)).groups("`([\\w.]+)`");
      assertThat(tests.isEmpty()).as(row.get(0)).isEqualTo(row.get(0).equals("V17")); // not used
      String type = "";
      for (String test : tests) {
        String method = test.substring(test.indexOf('.') + 1);
        boolean named = Character.isUpperCase(test.charAt(0));
        type = named ? test.replaceAll("\\..*", "") : type;
        String source = source(type);
        if (!named || test.contains(".")) {
          assertThat(source).as(test).contains(" " + method + "(");
        }
      }
    }
  }

  private static String source(String test) {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Page.of(
              files
                  .filter(file -> file.endsWith(test + ".java"))
                  .findFirst()
                  .orElseThrow(() -> new AssertionError("There is no " + test)))
          .text();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyFindingIsListed() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("findings"))) {
      assertThat(Page.of("findings/README.md").groups("(?m)^\\| \\[[\\w-]+\\]\\(([^)]*)\\)"))
          .containsExactlyInAnyOrderElementsOf(
              files
                  .filter(Files::isExecutable)
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".sh"))
                  .toList());
    }
  }

  private static void assertIsClass(String name) {
    String file = "java/io/messagelogger/" + name.replace('.', '/') + ".java";
    assertThat(List.of("main", "dev", "bench", "test"))
        .as("%s is a class", name)
        .anySatisfy(set -> assertThat(Path.of("src", set, file)).exists());
  }

  private static String defaultOf(Setting setting) {
    return setting.defaultText().isEmpty() ? "unset" : "`" + setting.defaultText() + "`";
  }

  /** Names as the Prometheus format has them; gauges with labels are named in full. */
  private static List<String> metrics() {
    return Stream.concat(
            Stream.of(METRICS, TOTALS)
                .flatMap(page -> page.matches("registry\\s*\\.(\\w+)\\(\\s*named\\(\\s*\"(\\w+)\""))
                .map(call -> "message_logger_" + call.group(2) + suffix(call.group(1))),
            LABELLED_GAUGES.groups("\"(message_logger_\\w+)\"").stream())
        .toList();
  }

  /** What the Prometheus format puts behind the name of a metric of this kind. */
  private static String suffix(String kind) {
    return switch (kind) {
      case "counter" -> "_total";
      case "timer" -> "_seconds";
      case "histogram", "gauge" -> "";
      default ->
          throw new AssertionError("a kind of metric that the pages have no name for: " + kind);
    };
  }
}
