package io.messagelogger.it.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The machine's Chromium, started once for all tests of a JVM and ended with it. Thread-safe. */
final class Chromium {
  private static final List<String> PLACES =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

  private static @Nullable Browser browser;

  private Chromium() {}

  /**
   * The browser. Where there is none the test is skipped and says so, but not on a build server:
   * there it fails.
   */
  static synchronized Browser get() {
    if (browser == null) {
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(executable())
                      .setArgs(
                          List.of(
                              "--no-sandbox",
                              "--disable-gpu",
                              "--disable-dev-shm-usage",
                              "--disable-background-networking",
                              "--disable-component-update",
                              "--no-first-run")));
      Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "chromium"));
    }
    return browser;
  }

  private static Path executable() {
    for (String place : PLACES) {
      if (Files.isExecutable(Path.of(place))) {
        return Path.of(place);
      }
    }
    String sentence = "No Chromium is installed (apt-get install chromium): the page is NOT tested";
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(sentence);
    }
    return Assumptions.abort(sentence);
  }
}
