package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.messagelogger.it.OnServer;
import io.messagelogger.testing.Client;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that open the page. Each has a browser profile of its own, and fails when a script has. */
abstract class OnPage extends OnServer {
  private static final double PATIENCE_MS = 30_000;

  /** What the page's scripts or its policy complained of. */
  private final List<String> faults = new CopyOnWriteArrayList<>();

  BrowserContext context;
  Page page;

  @BeforeEach
  final void openBrowser() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    context = newContext(new Browser.NewContextOptions().setViewportSize(1280, 800));
    page = newPage();
  }

  @AfterEach
  final void closeBrowser() {
    context.close();
    assertThat(faults).isEmpty();
  }

  final BrowserContext newContext(Browser.NewContextOptions options) {
    BrowserContext made = Chromium.get().newContext(options);
    made.setDefaultTimeout(PATIENCE_MS);
    return made;
  }

  final Page newPage() {
    Page made = context.newPage();
    made.onPageError(faults::add);
    made.onConsoleMessage(
        message -> {
          if (message.type().equals("error")
              && (message.text().contains("Content Security Policy")
                  || message.text().contains("TrustedHTML"))) {
            faults.add(message.text());
          }
        });
    return made;
  }

  /** Opens a view, {@code search?topic=a} for instance. */
  final void open(String view) {
    page.navigate(client.uri("/").toString() + "#/" + view);
    assertThat(page.locator("header")).isVisible();
  }

  /** The state of the feed as the page tells it. */
  final Locator pill() {
    return page.locator("#feed-state");
  }

  final void awaitLive() {
    assertThat(pill()).hasAttribute("data-tone", "good");
  }

  final Locator rows() {
    return page.locator(".row:not(.notice)");
  }

  final Locator panel() {
    return page.locator("aside.panel");
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A message of now; {@code more} has JSON values. */
  static String message(UUID uuid, String source, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    all.putIfAbsent("origin_ts", Client.quote(Instant.now().toString()));
    StringBuilder json =
        new StringBuilder(
            "{\"message_uuid\": \"%s\", \"source_subject_id\": %s"
                .formatted(uuid, Client.quote(source)));
    all.forEach((key, value) -> json.append(", \"%s\": %s".formatted(key, value)));
    return json.append('}').toString();
  }

  /** Stores messages of a topic, the newest last. */
  final void store(String topic, int count) {
    String[] messages = new String[count];
    UUID last = UUID.randomUUID();
    Instant now = Instant.now();
    for (int i = 0; i < count; i++) {
      messages[i] =
          message(
              i == count - 1 ? last : UUID.randomUUID(),
              "agent-" + i % 7,
              Map.of(
                  "topic",
                  Client.quote(topic),
                  "origin_ts",
                  Client.quote(now.minusSeconds(count - i).toString()),
                  "destination_subject_ids",
                  "[\"agent-" + (i + 1) % 7 + "\"]",
                  "message_type",
                  "\"event\"",
                  "message_data",
                  "{\"n\": " + i + "}"));
    }
    client.push(messages);
    client.awaitStored(last.toString());
    awaitDrained();
  }
}
