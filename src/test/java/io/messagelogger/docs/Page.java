package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation in Markdown. Paths are relative to the root of the repository. */
record Page(Path path, String text) {
  static Page of(String path) {
    return of(Path.of(path));
  }

  static Page of(Path path) {
    try {
      return new Page(path, Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every page that a reader of the repository may open, README first. */
  static List<Page> all() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"));
        Stream<Path> findings = Files.walk(Path.of("findings"))) {
      return Stream.of(
              Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Path::of),
              docs.sorted(),
              findings.sorted())
          .flatMap(paths -> paths)
          .filter(path -> path.toString().endsWith(".md"))
          .map(Page::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From a heading to the next one of any level. */
  String section(String heading) {
    assertThat(text).contains(heading + "\n");
    int start = text.indexOf(heading + "\n") + heading.length();
    int end = text.indexOf("\n#", start);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  /** The targets of links and pictures that lead to files or headings of the repository. */
  List<String> links() {
    return groups("\\]\\(([^)\\s]+)\\)").stream()
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** The file or folder that a link of this page leads to, without the heading. */
  Path target(String link) {
    String file = link.split("#", 2)[0];
    return file.isEmpty()
        ? path
        : Path.of("/").relativize(Path.of("/").resolve(path).resolveSibling(file).normalize());
  }

  /** Where links to this page's headings lead, as GitHub makes them. */
  List<String> anchors() {
    return groups("(?m)^#+ (.*)$").stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** The first group of every match. */
  List<String> groups(String pattern) {
    return matches(pattern).map(match -> match.group(1)).toList();
  }

  Stream<MatchResult> matches(String pattern) {
    return Pattern.compile(pattern).matcher(text).results();
  }
}
