package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import io.messagelogger.testing.Client;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The live view as people who watch it meet it. */
class LiveIT extends OnPage {
  private final String topic = "live-" + UUID.randomUUID();

  private String push(Map<String, String> more) {
    UUID uuid = UUID.randomUUID();
    Map<String, String> all = new java.util.HashMap<>(more);
    all.put("topic", Client.quote(topic));
    client.push(message(uuid, all.getOrDefault("source", "watcher"), all));
    return uuid.toString();
  }

  @Test
  void itStartsWithWhatIsStoredAndShowsWhatComes() {
    store(topic, 30);
    open("live?topic=" + topic);
    assertThat(rows().first()).containsText("\"n\": 29");
    assertThat(page.locator(".tail")).containsText("30 messages");
    awaitLive();
    push(Map.of("message_data", "{\"fresh\":true}"));
    assertThat(rows().first()).containsText("fresh");
    assertThat(page.locator(".tail")).containsText("31 messages");
  }

  @Test
  void everyDigitAndTheOrderOfKeysStay() {
    open("live?topic=" + topic);
    awaitLive();
    push(
        Map.of(
            "message_data",
            "{\"b\":9007199254740993,\"10\":12345678901234567.89,\"2\":1.10,\"a\":12345678901234567890}"));
    rows().first().click();
    Locator tree = panel().locator("[role=tree]").first();
    for (String digits :
        new String[] {"9007199254740993", "12345678901234567.89", "1.10", "12345678901234567890"}) {
      assertThat(tree).containsText(digits);
    }
    panel().getByText("As stored").click();
    Locator stored = page.locator("main [role=tree]").first();
    assertThat(stored).containsText("9007199254740993");
    assertThat(stored).containsText("12345678901234567.89");
    assertThat(stored).containsText("1.10");
  }

  @Test
  void rowsCanBeClickedWhileOthersArrive() {
    open("live?topic=" + topic);
    awaitLive();
    ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();
    try {
      var unused = publisher.scheduleAtFixedRate(() -> push(Map.of()), 0, 5, TimeUnit.MILLISECONDS);
      page.waitForCondition(() -> rows().count() > 15);
      for (int i = 0; i < 10; i++) {
        int y = 250 + 20 * i;
        page.mouse().move(500, y); // onto a row: from here on they hold still
        page.mouse().down();
        String pressed = rowAt(y);
        // A person holds the button for a tenth of a second or so, while some twenty messages come.
        page.evaluate(
            "() => new Promise(done => { let n = 8; const next = () => --n ?"
                + " requestAnimationFrame(next) : done(); next(); })");
        assertThat(rowAt(y)).isEqualTo(pressed);
        page.mouse().up();
        assertThat(panel().locator(".fields")).containsText(pressed.substring(0, 12));
        page.keyboard().press("Escape");
        assertThat(panel()).hasCount(0);
      }
    } finally {
      publisher.shutdownNow();
    }
  }

  private String rowAt(int y) {
    return (String)
        page.evaluate("y => document.elementFromPoint(500, y).closest('.row').textContent", y);
  }

  @Test
  void aPauseIsLoudAndLosesNothing() {
    store(topic, 60);
    open("live?topic=" + topic);
    awaitLive();
    page.getByText("Pause", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(pill()).hasAttribute("data-tone", "warn");
    String first = rows().first().textContent();
    for (int i = 0; i < 250; i++) {
      push(Map.of("message_data", "{\"paused\":" + i + "}"));
    }
    assertThat(page.locator(".banner.warn")).containsText("250 new");
    assertThat(rows().first()).hasText(first);
    page.getByText("Show them").click();
    assertThat(page.locator(".tail")).containsText("310 messages");
    awaitLive();
  }

  @Test
  void scrollingAwayPausesAndTheTopGoesOn() {
    store(topic, 100);
    open("live?topic=" + topic);
    awaitLive();
    assertThat(rows().first()).isVisible();
    page.locator("#messages").hover();
    page.mouse().wheel(0, 600);
    assertThat(page.locator(".banner.warn")).containsText("you have left the top");
    push(Map.of("message_data", "{\"late\":1}"));
    assertThat(page.locator(".banner.warn")).containsText("1 new");
    page.mouse().wheel(0, -5000);
    assertThat(rows().first()).containsText("late");
    awaitLive();
  }

  @Test
  void olderOnesFollowWhenOneScrolls() {
    store(topic, 450);
    open("live?topic=" + topic);
    assertThat(page.locator(".tail")).containsText("200 messages");
    page.locator("#messages").focus();
    page.keyboard().press("End");
    assertThat(page.locator(".tail")).containsText("400 messages");
    page.keyboard().press("End");
    assertThat(page.locator(".tail")).containsText("450 messages");
  }

  @Test
  void whatIsNoMessageIsShownAsItIs() {
    page.routeWebSocket(
        Pattern.compile(".*"),
        socket -> {
          socket.send("{\"something\":\"like JSON\"}");
          socket.send("hello");
          socket.send("[1,");
        });
    page.route("**/messages?*", route -> route.fulfill(new Route.FulfillOptions().setBody("[]")));
    open("live");
    assertThat(rows()).hasCount(3);
    for (String text : new String[] {"{\"something\":\"like JSON\"}", "hello", "[1,"}) {
      Locator row = page.locator(".row", new Page.LocatorOptions().setHasText(text));
      assertThat(row).containsText("no message");
      row.click();
      assertThat(panel()).containsText("is no message");
      page.keyboard().press("Escape");
    }
  }

  @Test
  void payloadsAreInertAndWhatHidesIsShown() {
    open("live?topic=" + topic);
    awaitLive();
    push(
        Map.of(
            "message_type", Client.quote("<img src=x onerror=alert(1)>"),
            "message_data", Client.quote("a\u202Egnp.exe <script>alert(2)</script> \u001b[31m"),
            "destination_subject_ids", "[" + Client.quote(" \u2066x ") + "]"));
    Locator row = rows().first();
    assertThat(row).containsText("<img src=x onerror=alert(1)>");
    assertThat(row).containsText("‹U+202E›");
    assertThat(row).containsText("␠‹U+2066›x␠");
    assertThat(page.locator("main img")).hasCount(0);
    row.click();
    assertThat(panel().locator("[role=tree]").first()).containsText("␛[31m");
    assertThat(panel().locator("script")).hasCount(0);
  }

  @Test
  void hugePayloadsDoNotStallThePage() {
    open("live?topic=" + topic);
    awaitLive();
    // The keys are in the order of the column's type (by length, then by bytes): a live message may
    // be read from the table.
    StringBuilder keys = new StringBuilder("{");
    for (int i = 0; i < 10_000; i++) {
      keys.append("\"key-").append(i).append("\":").append(i).append(',');
    }
    keys.append("\"z-nested\":").append("[".repeat(400)).append(1).append("]".repeat(400));
    keys.append(",\"z-long-text\":\"").append("x".repeat(700_000)).append("\"}");
    push(Map.of("message_data", keys.toString()));
    assertThat(rows()).hasCount(1);
    rows().first().click();
    Locator tree = panel().locator("[role=tree]").first();
    assertThat(tree).containsText("10,002 keys");
    tree.focus();
    page.keyboard().press("ArrowRight");
    assertThat(tree).containsText("key-0");
    page.keyboard().press("End");
    assertThat(tree).containsText("z-long-text");
    assertThat(panel().locator(".long-text")).containsText("20,000 of 700,000 characters");
    panel().getByPlaceholder("Search in it").first().fill("key-9999");
    page.keyboard().press("Enter");
    assertThat(tree.locator(".json-row.active")).containsText("9999");
  }

  @Test
  void aLostConnectionIsToldAndWhatWasMissedIsRefilled() {
    AtomicReference<WebSocketRoute> socket = new AtomicReference<>();
    page.routeWebSocket(
        Pattern.compile(".*"),
        route -> {
          route.connectToServer();
          socket.set(route);
        });
    open("live?topic=" + topic);
    awaitLive();
    push(Map.of("message_data", "{\"before\":1}"));
    assertThat(rows().first()).containsText("before");
    socket.get().close(new WebSocketRoute.CloseOptions().setCode(1001).setReason("test"));
    assertThat(page.locator(".row.notice.lost")).containsText("Connection lost");
    push(Map.of("message_data", "{\"missed\":1}"));
    awaitLive();
    assertThat(page.locator(".row:not(.notice)", new Page.LocatorOptions().setHasText("missed")))
        .hasCount(1);
    assertThat(page.locator(".row:not(.notice)", new Page.LocatorOptions().setHasText("before")))
        .hasCount(1);
  }

  @Test
  void itIsNotGreenWhenTheFeedIsBlindOrTheServerSilent() {
    AtomicReference<String> answer = new AtomicReference<>("");
    page.route(
        "**/health/ready",
        route -> {
          if (answer.get().isEmpty()) {
            route.resume();
          } else if (answer.get().equals("none")) {
            route.abort();
          } else {
            route.fulfill(new Route.FulfillOptions().setStatus(503).setBody(answer.get()));
          }
        });
    open("live?topic=" + topic);
    awaitLive();
    answer.set(
        "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"redis\",\"status\":\"DOWN\",\"data\":{\"reason\":\"Connection"
            + " refused\",\"since\":\"2026-01-01T00:00:00Z\"}}]}");
    assertThat(pill()).hasAttribute("data-tone", "bad");
    assertThat(page.locator(".banner.bad")).containsText("Redis is away");
    assertThat(page.locator(".banner.bad")).containsText("Connection refused");
    answer.set("none");
    assertThat(page.locator(".banner.bad")).containsText("the server does not answer");
    answer.set("");
    awaitLive();
  }

  @Test
  void storedOnesAreReplayedFromATime() {
    store(topic, 10);
    open("live?topic=" + topic);
    awaitLive();
    page.getByTitle("Replay from a time").click();
    page.getByText("the last 5m").click();
    assertThat(page.locator(".row.notice.good")).containsText("Replayed 10 stored messages");
    assertThat(rows()).hasCount(10);
    assertThat(page).hasURL(Pattern.compile("since=5m"));
    push(Map.of("message_data", "{\"fresh\":true}"));
    assertThat(rows().first()).containsText("fresh");
    assertThat(rows()).hasCount(11);
    page.getByTitle("Replay from a time").click();
    page.getByText("Live only").click();
    assertThat(page).not().hasURL(Pattern.compile("since="));
    awaitLive();
  }

  @Test
  void aWrongFilterIsSaidInASentence() {
    open("live?min_ack_ms=soon");
    assertThat(pill()).containsText("Filter refused");
    assertThat(page.locator(".banner.bad")).containsText("min_ack_ms");
    page.getByText("Without filters").click();
    awaitLive();
    assertThat(page.locator(".banner.bad")).hasCount(0);
  }

  @Test
  void aMessageIsShownAsItsBytesToo() {
    open("live?topic=" + topic);
    awaitLive();
    push(Map.of("message_data", Client.quote("\u00e4\u00e4")));
    rows().first().click();
    panel().getByText("Hex").click();
    assertThat(panel().locator("pre.hex")).containsText("000000  7b 22 6d 65 73 73 61 67 65");
    assertThat(panel().locator("pre.hex")).containsText("c3 a4"); // UTF-8
    panel().getByText("Raw").click();
    assertThat(panel().locator("pre")).containsText("\"message_uuid\"");
  }

  @Test
  void anEmptyPageSaysHowToSendAndDoes() {
    String never = "never-" + UUID.randomUUID();
    open("live?topic=" + never);
    assertThat(page.locator(".state")).containsText("No message meets these filters yet");
    page.route("**/messages?*", route -> route.fulfill(new Route.FulfillOptions().setBody("[]")));
    open("live");
    page.reload();
    assertThat(page.locator(".command code")).containsText("curl");
    page.getByText("Send a test message").click();
    assertThat(rows().first()).containsText("Hello from the page");
  }

  @Test
  void twoTabsShowTheSame() {
    open("live?topic=" + topic);
    awaitLive();
    Page first = page;
    page = newPage();
    open("live?topic=" + topic);
    awaitLive();
    String uuid = push(Map.of());
    for (Page tab : new Page[] {first, page}) {
      tab.bringToFront();
      assertThat(tab.locator(".row:not(.notice)")).hasCount(1);
    }
    rows().first().click();
    assertThat(panel()).containsText(uuid);
    assertThat(first.locator("aside.panel")).hasCount(0);
  }

  @Test
  void aLinkShowsTheSame() {
    store(topic, 3);
    open("live?topic=" + topic);
    rows().first().click();
    assertThat(panel()).isVisible();
    String link = page.url();
    String uuid = panel().locator(".fields code").first().textContent();
    page = newPage();
    page.navigate(link);
    assertThat(panel()).containsText(uuid);
    assertThat(page.locator(".chip")).containsText(topic);
  }
}
