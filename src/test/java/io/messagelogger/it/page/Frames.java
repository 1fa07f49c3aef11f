package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import io.messagelogger.testing.Client;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * The frames of the live view at 2,000 messages a second on this machine: {@code mvn -Pscreenshots
 * -Dit.test=Frames}. System properties {@code frames.rate} and {@code frames.seconds}.
 */
class Frames extends OnPage {
  private static final Logger LOG = Logger.getLogger(Frames.class.getName());
  private static final int RATE = Integer.getInteger("frames.rate", 2_000);
  private static final int SECONDS = Integer.getInteger("frames.seconds", 30);
  private static final int WARM_UP = 5;
  private static final int PUSHES = 20; // a second

  /** Collects the time between frames, and the tasks of the page that took longer than 50 ms. */
  private static final String RECORD =
      """
      () => {
        const record = (window.record = { frames: [], tasks: [], on: true });
        new PerformanceObserver((list) => {
          if (record.on) record.tasks.push(...list.getEntries().map(({ duration }) => duration));
        }).observe({ entryTypes: ['longtask'] });
        let before = performance.now();
        const frame = (now) => {
          record.frames.push(now - before);
          before = now;
          if (record.on) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }
      """;

  @Test
  void areMeasured() throws InterruptedException, ExecutionException {
    open("live");
    awaitLive();
    CDPSession session = context.newCDPSession(page);
    session.send("Performance.enable");
    ExecutorService producer = Executors.newSingleThreadExecutor();
    try {
      Future<?> pushed = producer.submit(this::push);
      page.waitForTimeout(WARM_UP * 1000);
      double script = metric(session, "ScriptDuration");
      double layout = metric(session, "LayoutDuration") + metric(session, "RecalcStyleDuration");
      Number before = total();
      long start = System.nanoTime();
      page.evaluate(RECORD);
      page.waitForTimeout(SECONDS * 1000);
      page.evaluate("() => { window.record.on = false; }");
      double seconds = (System.nanoTime() - start) / 1e9;
      double[] frames = numbers("frames");
      double[] tasks = numbers("tasks");
      LOG.info(
          "%.0f messages/s; frames: %d, p50 %.0f, p99 %.0f, longest %.0f ms, %d over 100 ms; tasks of the page over 50 ms: %d, longest %.0f ms; script %.0f %%, style and layout %.0f %% of a core; %d cores, load average %.1f"
              .formatted(
                  (total().doubleValue() - before.doubleValue()) / seconds,
                  frames.length,
                  quantile(frames, 0.5),
                  quantile(frames, 0.99),
                  quantile(frames, 1),
                  Arrays.stream(frames).filter(ms -> ms > 100).count(),
                  tasks.length,
                  quantile(tasks, 1),
                  100 * (metric(session, "ScriptDuration") - script) / seconds,
                  100
                      * (metric(session, "LayoutDuration")
                          + metric(session, "RecalcStyleDuration")
                          - layout)
                      / seconds,
                  Runtime.getRuntime().availableProcessors(),
                  ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
      pushed.get();
      assertThat(frames).isNotEmpty();
      assertThat(rows().first()).isVisible();
    } finally {
      producer.shutdownNow();
    }
  }

  private void push() {
    long start = System.nanoTime();
    int each = RATE / PUSHES;
    for (int round = 0; round < (WARM_UP + SECONDS + 2) * PUSHES; round++) {
      String[] messages = new String[each];
      for (int i = 0; i < each; i++) {
        messages[i] =
            message(
                UUID.randomUUID(),
                "agent-" + i % 20,
                Map.of(
                    "topic", Client.quote("topic-" + i % 7),
                    "destination_subject_ids", "[" + Client.quote("agent-" + i % 19) + "]",
                    "message_data",
                        "{\"n\":" + (round * each + i) + ",\"text\":\"" + "x".repeat(150) + "\"}"));
      }
      client.redis().lpush("MESSAGES", messages);
      long due = start + (round + 1) * 1_000_000_000L / PUSHES;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
    }
  }

  private Number total() {
    return (Number) page.evaluate("async () => (await import('/page/live/feed.js')).live.total");
  }

  private double[] numbers(String name) {
    List<?> found = (List<?>) page.evaluate("name => window.record[name]", name);
    return found.stream().mapToDouble(number -> ((Number) number).doubleValue()).sorted().toArray();
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
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
