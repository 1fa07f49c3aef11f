package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.messagelogger.dev.Agents;
import io.messagelogger.dev.Scenario;
import io.messagelogger.testing.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The pictures of README and docs/page.md, of a day that agents have talked: {@code mvn
 * -Pscreenshots}. The scenario is that of {@code mvn -Pdemo}.
 */
class Screenshots extends OnPage {
  private static final Path FOLDER = Path.of("docs", "screenshots");
  private static final int ORDERS_A_DAY = 1_200;
  private static final int ORDERS_A_MINUTE = 90;
  private static final Duration WATCHED = Duration.ofSeconds(25);
  private static final int PUSHED_AT_ONCE = 500;
  private static final int MOST_BYTES = 300_000;

  private final Scenario scenario = new Scenario(7);

  @Test
  void arePainted() throws IOException {
    Files.createDirectories(FOLDER);
    Instant start = Instant.now();
    List<String> day =
        scenario.history(start.minus(Duration.ofDays(1)), start, ORDERS_A_DAY).stream()
            .map(Scenario.Step::payload)
            .toList();
    for (int from = 0; from < day.size(); from += PUSHED_AT_ONCE) {
      push(day.subList(from, Math.min(day.size(), from + PUSHED_AT_ONCE)));
    }
    awaitDrained();

    context.close();
    context = newContext(new Browser.NewContextOptions().setViewportSize(1360, 820));
    page = newPage();
    open("live");
    awaitLive();
    watch();
    paint("live");
    rows().nth(4).click();
    assertThat(panel().locator("[role=tree]").first()).isVisible();
    assertThat(panel().locator(".related li").first()).isVisible();
    paint("message");
    open("search?since=24h");
    assertThat(rows().first()).isVisible();
    assertThat(page.locator(".facet ul")).hasCount(4);
    assertThat(page.locator(".histogram canvas")).isVisible();
    paint("search");
    String retried =
        Client.array(
                client.get("/messages?type=payment.retried&since=1m&order=oldest&limit=1").body())
            .getJsonObject(0)
            .getString("message_uuid");
    open("conversation?related=" + retried);
    assertThat(page.locator(".sequence-row").first()).isVisible();
    paint("conversation");
    open("graph?since=24h");
    assertThat(page.locator(".graph-picture")).isVisible();
    paint("graph");
  }

  /** Looks on while the agents talk, so that there is something to see. */
  private void watch() {
    Instant start = Instant.now();
    Agents agents = new Agents(scenario, start, ORDERS_A_MINUTE);
    while (Instant.now().isBefore(start.plus(WATCHED))) {
      push(agents.due(Instant.now()));
      page.waitForTimeout(
          (double) Math.max(1, Duration.between(Instant.now(), agents.next()).toMillis()));
    }
  }

  private void push(List<String> payloads) {
    if (!payloads.isEmpty()) {
      client.redis().lpush("MESSAGES", payloads.toArray(new String[0]));
    }
  }

  /** The same in light and in dark. */
  private void paint(String name) throws IOException {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      page.mouse().move(0, 0);
      page.waitForFunction(
          "() => document.fonts.ready.then(() => !document.querySelector('.stale, .loading'))");
      Path file =
          FOLDER.resolve("%s-%s.png".formatted(name, scheme.name().toLowerCase(Locale.ROOT)));
      page.screenshot(new Page.ScreenshotOptions().setPath(file));
      assertThat(file).isNotEmptyFile();
      assertThat(Files.size(file)).as(name).isLessThan(MOST_BYTES);
    }
  }
}
