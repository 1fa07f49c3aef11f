package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a newcomer reads first is short, and its commands are those of the build. */
class ReadmeTest {
  private static final Page README = Page.of("README.md");

  @Test
  void firstCommandRunsTheServiceAndSecondPassesTheTests() {
    assertThat(README.groups("(?ms)^```sh$\\n(.*?)^```$"))
        .startsWith("mvn -Prun\n", "mvn verify\n");
    assertThat(Page.of("pom.xml").groups("<goal>([\\w-]+)</goal>"))
        .as("verify checks what the integration tests found")
        .contains("integration-test", "verify");
  }

  @Test
  void isShort() {
    assertThat(README.text().lines().count()).isLessThanOrEqualTo(150);
  }

  @Test
  void showsThePageAndLeadsToEveryPage() {
    assertThat(README.text().lines().skip(1).filter(line -> !line.isBlank()).findFirst().orElse(""))
        .contains("docs/screenshots/live-light.png", "docs/screenshots/live-dark.png");
    Set<Path> reached = new HashSet<>();
    Deque<Path> toRead = new ArrayDeque<>(List.of(README.path()));
    while (!toRead.isEmpty()) {
      Path next = toRead.remove();
      if (reached.add(next) && next.toString().endsWith(".md")) {
        Page page = Page.of(next);
        page.links().stream().map(page::target).filter(Files::exists).forEach(toRead::add);
      }
    }
    assertThat(Page.all())
        .extracting(Page::path)
        .allMatch(
            path -> reached.contains(path) || reached.contains(path.getParent()), "is reached");
  }
}
