package io.messagelogger.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs src/test/page with node's own test runner: the machine's node where it is new enough, else
 * the one that Playwright's driver brings, so that these tests are never skipped.
 */
class PageLogicTest {
  private static final int OLDEST = 22; // finds out by itself that a file is a module

  @Test
  void thePagesLogicDoesWhatItShall() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(node(), "--test", "--test-reporter=spec"));
    try (Stream<Path> files = Files.list(Path.of("src/test/page"))) {
      files
          .filter(file -> file.toString().endsWith(".test.js"))
          .map(Path::toString)
          .sorted()
          .forEach(command::add);
    }
    assertThat(command).hasSizeGreaterThan(3);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("fail 0").doesNotContain("pass 0");
  }

  private static String node() throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path node = Path.of(folder, "node");
      if (Files.isExecutable(node) && version(node) >= OLDEST) {
        return node.toString();
      }
    }
    return Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
        .driverDir()
        .resolve("node")
        .toString();
  }

  private static int version(Path node) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(node.toString(), "--version").start();
    String version =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 && version.matches("v\\d+\\..*")
        ? Integer.parseInt(version.substring(1, version.indexOf('.')))
        : 0;
  }
}
