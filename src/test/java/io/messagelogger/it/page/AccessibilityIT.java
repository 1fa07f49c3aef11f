package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for everybody: axe-core in every view, and the keyboard alone. */
class AccessibilityIT extends OnPage {
  private final String topic = "axe-" + UUID.randomUUID();

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark", "phone"})
  void axeFindsNothingInAnyView(String look) {
    store(topic, 40);
    client.push(
        "{\"message_uuid\": \""
            + topic
            + "\", \"origin_ts\": \"2026-01-01T00:00:00Z\","
            + " \"source_subject_id\": \"x\"}");
    awaitDrained();
    context.close();
    Browser.NewContextOptions options = new Browser.NewContextOptions().setViewportSize(1280, 800);
    if (look.equals("phone")) {
      options.setViewportSize(390, 844);
    } else {
      options.setColorScheme(look.equals("dark") ? ColorScheme.DARK : ColorScheme.LIGHT);
    }
    context = newContext(options.setBypassCSP(true)); // axe puts a script into the page
    page = newPage();
    open("live?topic=" + topic);
    awaitLive();
    assertThat(rows().first()).isVisible();
    axe("live");
    page.getByTitle("Pause or go on (p)").click();
    assertThat(page.locator(".banner.warn")).containsText("Paused");
    rows().first().click();
    assertThat(panel().locator("[role=tree]")).isVisible();
    axe("live, paused, with a message");
    open("search?topic=" + topic);
    assertThat(rows().first()).isVisible();
    axe("search");
    open("search?topic=none-" + topic);
    assertThat(page.locator(".state")).containsText("Nothing found");
    axe("search without a result");
    open("overview");
    assertThat(page.locator(".all-well")).isVisible();
    axe("overview");
    open("conversation?a=agent-1&b=agent-2");
    assertThat(page.locator(".sequence-row").first()).isVisible();
    axe("conversation");
    open("graph?since=1h");
    assertThat(page.locator(".graph-body, .state h2").first()).isVisible();
    axe("graph");
    open("letters?reason=" + topic);
    assertThat(page.locator(".letter").first()).isVisible();
    axe("dead letters");
    page.locator(".letter").first().click();
    assertThat(page.locator(".letter-detail .reason")).isVisible();
    axe("a dead letter");
    open("live?topic=" + topic);
    page.keyboard().press("?");
    assertThat(page.locator("dialog")).isVisible();
    axe("keyboard");
  }

  private void axe(String where) {
    assertThat(new AxeBuilder(page).analyze().getViolations())
        .as(where)
        .map(
            rule ->
                rule.getId()
                    + ": "
                    + rule.getNodes().get(0).getHtml()
                    + " "
                    + rule.getNodes().get(0).getFailureSummary())
        .isEmpty();
  }

  @Test
  void theKeyboardIsEnough() {
    store(topic, 5);
    open("live");
    assertThat(page.locator("#messages")).isVisible();
    page.keyboard().press("?");
    assertThat(page.locator("dialog")).containsText("row by row");
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
    page.keyboard().press("2");
    assertThat(page.locator(".search")).isVisible();
    page.keyboard().press("f");
    page.keyboard().type("topic=" + topic);
    page.keyboard().press("Enter");
    assertThat(rows()).hasCount(5);
    page.keyboard().press("Escape");
    page.locator("#messages").focus();
    page.keyboard().press("ArrowDown");
    page.keyboard().press("ArrowDown");
    assertThat(page.locator(".row.active")).containsText("\"n\": 3");
    page.keyboard().press("Enter");
    assertThat(panel()).isVisible();
    page.keyboard().press("Escape");
    assertThat(panel()).hasCount(0);
    assertThat(page.locator("#messages")).isFocused();
    page.keyboard().press("1");
    assertThat(page.locator(".live")).isVisible();
    page.keyboard().press("p");
    assertThat(page.locator(".banner.warn")).containsText("Paused");
  }

  @Test
  void aScreenReaderIsToldNowAndThenOnly() {
    open("live?topic=" + topic);
    awaitLive();
    assertThat(page.locator("[role=log]")).hasCount(1);
    store(topic, 20);
    assertThat(page.locator("[role=log]")).containsText(Pattern.compile("[0-9]+ new message"));
  }
}
