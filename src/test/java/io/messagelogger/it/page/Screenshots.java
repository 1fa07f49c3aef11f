package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.messagelogger.dev.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The pictures of README and docs, of a day that agents have talked: {@code mvn -Pscreenshots}. */
class Screenshots extends OnPage {
  private static final Path FOLDER = Path.of("docs", "screenshots");
  private static final int PUSHED_AT_ONCE = 500;
  private static final int LIVE_ORDERS = 30;

  private final Scenario scenario = new Scenario(7);

  @Test
  void arePainted() throws IOException {
    Files.createDirectories(FOLDER);
    Instant now = Instant.now();
    push(scenario.history(now.minus(Duration.ofDays(1)), now, 2000));
    awaitDrained();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      context.close();
      context =
          newContext(
              new Browser.NewContextOptions().setViewportSize(1360, 820).setColorScheme(scheme));
      page = newPage();
      String look = scheme.name().toLowerCase(Locale.ROOT);
      open("live");
      awaitLive();
      talk();
      paint("live-" + look);
      rows().nth(4).click();
      assertThat(panel().locator("[role=tree]").first()).isVisible();
      paint("message-" + look);
      open("search?topic=payments&since=24h");
      assertThat(rows().first()).isVisible();
      assertThat(page.locator(".facet li").first()).isVisible();
      paint("search-" + look);
      open("conversation?a=planner&b=payments");
      assertThat(page.locator(".sequence-row").first()).isVisible();
      paint("conversation-" + look);
      open("graph?since=24h");
      assertThat(page.locator(".graph-picture")).isVisible();
      paint("graph-" + look);
      open("overview?window=24h");
      assertThat(page.locator(".charts canvas").first()).isVisible();
      paint("overview-" + look);
    }
    Files.copy(
        FOLDER.resolve("live-light.png"),
        Path.of("docs", "screenshot.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(FOLDER.resolve("graph-dark.png")).isNotEmptyFile();
  }

  /** Orders that are placed now, each pushed at its time. */
  private void talk() {
    for (int i = 0; i < LIVE_ORDERS; i++) {
      List<Scenario.Step> steps = scenario.order(Instant.now().minusSeconds(20));
      for (Scenario.Step step : steps) {
        client.push(step.payload());
      }
      int shown = i;
      page.waitForFunction(
          "async least => (await import('/page/live/feed.js')).live.total > least", shown * 5);
    }
  }

  private void push(List<Scenario.Step> steps) {
    for (int from = 0; from < steps.size(); from += PUSHED_AT_ONCE) {
      client.push(
          steps.subList(from, Math.min(steps.size(), from + PUSHED_AT_ONCE)).stream()
              .map(Scenario.Step::payload)
              .toArray(String[]::new));
    }
  }

  private void paint(String name) {
    page.waitForFunction(
        "() => document.fonts.ready.then(() => !document.querySelector('.stale, .loading'))");
    page.screenshot(new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")));
  }
}
