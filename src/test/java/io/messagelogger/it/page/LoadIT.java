package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A hundred thousand messages in one sitting. */
class LoadIT extends OnPage {
  private static final Logger LOG = Logger.getLogger(LoadIT.class.getName());
  private static final int ROUND = 50_000;
  private static final int BATCH = 100;
  private static final double PATIENCE_MS = 180_000;
  private static final int LARGE = 200;
  private static final int MEGABYTE = 1_000_000;
  private static final int MOST_ELEMENTS = 3_000;

  private final AtomicReference<WebSocketRoute> socket = new AtomicReference<>();
  private int sent;

  @Test
  void memoryStaysFlat() {
    page.routeWebSocket(Pattern.compile(".*"), socket::set);
    open("live");
    page.waitForCondition(() -> socket.get() != null);
    awaitLive();
    CDPSession session = context.newCDPSession(page);
    session.send("Performance.enable");
    send(ROUND);
    awaitShown();
    double first = heap(session);
    double script = metric(session, "ScriptDuration");
    double layout = metric(session, "LayoutDuration") + metric(session, "RecalcStyleDuration");
    long start = System.nanoTime();
    send(ROUND);
    awaitShown();
    double seconds = (System.nanoTime() - start) / 1e9;
    double second = heap(session);
    double busy =
        metric(session, "ScriptDuration")
            - script
            + metric(session, "LayoutDuration")
            + metric(session, "RecalcStyleDuration")
            - layout;
    LOG.info(
        "After %d messages %.1f MB, after %d %.1f MB; script, style and layout %.2f s for %d messages in %.1f s"
            .formatted(ROUND, first / 1e6, 2 * ROUND, second / 1e6, busy, ROUND, seconds));
    assertThat(second).isLessThan(first * 1.3 + 5e6);
    assertThat(second).isLessThan(150e6);
    assertThat(page.locator(".tail")).containsText("not kept on this page");
    awaitLive();
  }

  @Test
  void twoHundredMegabytesAreOpenedOneAfterTheOther() {
    page.routeWebSocket(Pattern.compile(".*"), socket::set);
    open("live");
    page.waitForCondition(() -> socket.get() != null);
    awaitLive();
    String large = "x".repeat(MEGABYTE);
    for (int n = 0; n < LARGE; n++) {
      socket
          .get()
          .send(
              "{\"type\":\"message\",\"cursor\":\"%d\",\"message\":%s}"
                  .formatted(
                      n,
                      message(
                          UUID.randomUUID(),
                          "large",
                          Map.of(
                              "message_data", "{\"n\":%d,\"text\":\"%s\"}".formatted(n, large)))));
      assertThat(rows().first()).containsText("\"n\":" + n + ",");
      page.locator("#messages").focus();
      page.keyboard().press("Home"); // the list holds still while one walks in it
      page.keyboard().press("Enter");
      assertThat(panel().locator("[role=tree]").first()).containsText("{n:" + n + "text:");
      page.keyboard().press("Escape");
      assertThat(panel()).hasCount(0);
      page.keyboard().press("p"); // go on
    }
    assertThat(page.locator(".tail")).containsText("not kept on this page");
    rows().first().click();
    assertThat(panel().locator(".long-text, [role=tree]").first()).isVisible();
    assertThat((Integer) page.evaluate("() => document.querySelectorAll('*').length"))
        .isLessThan(MOST_ELEMENTS);
    assertThat((Integer) page.evaluate("() => document.body.textContent.length"))
        .as("of a megabyte only its start is in the document")
        .isLessThan(MEGABYTE / 5);
    page.keyboard().press("?");
    assertThat(page.locator("dialog")).containsText("row by row");
  }

  /** As the feed does, in batches of envelopes, as fast as the browser takes them. */
  private void send(int count) {
    for (int from = 0; from < count; from += BATCH) {
      StringBuilder frame = new StringBuilder("[");
      for (int i = 0; i < BATCH; i++) {
        sent++;
        frame
            .append(i == 0 ? "" : ",")
            .append("{\"type\":\"message\",\"cursor\":\"")
            .append(sent)
            .append("\",\"message\":")
            .append(
                message(
                    UUID.randomUUID(),
                    "agent-" + sent % 20,
                    Map.of(
                        "message_data",
                        "{\"n\":" + sent + ",\"text\":\"" + "x".repeat(150) + "\"}")))
            .append('}');
      }
      socket.get().send(frame.append(']').toString());
    }
  }

  private void awaitShown() {
    page.waitForFunction(
        "async least => (await import('/page/live/feed.js')).live.total >= least",
        sent,
        new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MS));
  }

  private static double heap(CDPSession session) {
    session.send("HeapProfiler.collectGarbage");
    return session.send("Runtime.getHeapUsage").get("usedSize").getAsDouble();
  }

  private static double metric(CDPSession session, String name) {
    for (var entry : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
      JsonObject metric = entry.getAsJsonObject();
      if (metric.get("name").getAsString().equals(name)) {
        return metric.get("value").getAsDouble();
      }
    }
    throw new IllegalStateException("no metric " + name);
  }
}
