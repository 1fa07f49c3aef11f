package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import io.messagelogger.testing.Client;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A hundred thousand messages in one sitting. */
class LoadIT extends OnPage {
  private static final Logger LOG = Logger.getLogger(LoadIT.class.getName());
  private static final int ROUND = 50_000;
  private static final int A_SECOND = 4_000;

  private final String topic = "load-" + UUID.randomUUID();
  private long sent;

  @Test
  void memoryStaysFlatAndTheProcessorIsFree() {
    open("live?topic=" + topic);
    awaitLive();
    CDPSession session = context.newCDPSession(page);
    session.send("Performance.enable");
    publish(ROUND);
    awaitShown();
    double first = heap(session);
    double script = metric(session, "ScriptDuration");
    double layout = metric(session, "LayoutDuration");
    long start = System.nanoTime();
    publish(ROUND);
    awaitShown();
    double seconds = (System.nanoTime() - start) / 1e9;
    double second = heap(session);
    double busy =
        metric(session, "ScriptDuration") - script + metric(session, "LayoutDuration") - layout;
    LOG.info(
        "After %d messages %.1f MB, after %d %.1f MB; script and layout %.2f s for %d messages in %.1f s"
            .formatted(ROUND, first / 1e6, 2 * ROUND, second / 1e6, busy, ROUND, seconds));
    assertThat(second).isLessThan(first * 1.3 + 5e6);
    assertThat(second).isLessThan(150e6);
    assertThat(busy / seconds).isLessThan(0.7);
    assertThat(page.locator(".tail")).containsText("not kept on this page");
    awaitLive();
  }

  /** At a pace that the service's own feed keeps up with. */
  private void publish(int count) {
    long start = System.nanoTime();
    int published = 0;
    while (published < count) {
      long due = Math.min(count, (System.nanoTime() - start) * A_SECOND / 1_000_000_000L + 1);
      while (published < due) {
        client
            .redis()
            .publish(
                "MESSAGES",
                message(
                    UUID.randomUUID(),
                    "agent-" + published % 20,
                    Map.of(
                        "topic",
                        Client.quote(topic),
                        "message_data",
                        "{\"n\":" + published + ",\"text\":\"" + "x".repeat(150) + "\"}")));
        published++;
        sent++;
      }
      Thread.onSpinWait();
    }
  }

  private void awaitShown() {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> page.evaluate("async () => (await import('/page/live/feed.js')).live.total"),
            total -> ((Number) total).longValue() >= sent);
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
