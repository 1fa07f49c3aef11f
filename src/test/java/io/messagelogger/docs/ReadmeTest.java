package io.messagelogger.docs;

import static org.assertj.core.api.Assertions.assertThat;

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
  void showsThePageAndLeadsToEveryOtherPage() {
    assertThat(README.links())
        .contains("docs/screenshot.png", "docs/decisions")
        .containsAll(
            Page.all().stream()
                .map(page -> page.path().toString())
                .filter(path -> !path.equals("README.md") && !path.startsWith("docs/decisions/"))
                .toList());
  }
}
