package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import io.messagelogger.testing.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking for what is stored. */
class SearchIT extends OnPage {
  private final String topic = "search-" + UUID.randomUUID();

  private String storeFrom(String subject) {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, subject, Map.of("topic", Client.quote(topic))));
    client.awaitStored(uuid.toString());
    return uuid.toString();
  }

  @Test
  void resultsGoOnToTheEnd() {
    store(topic, 250);
    open("search?topic=" + topic);
    assertThat(rows().first()).containsText("\"n\": 249");
    page.locator("#messages").focus();
    // Each time as far as it has loaded; what follows then comes by itself.
    page.waitForCondition(
        () -> {
          page.keyboard().press("End");
          return page.locator(".tail").textContent().contains("250 messages loaded, all there are");
        });
    page.keyboard().press("End");
    assertThat(rows().last()).containsText("\"n\": 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", " blanks at its ends ", "a/b%2F?#", "!not", "star*"})
  void subjectsOfEveryKindAreFoundAndNobodyElses(String subject) {
    storeFrom("somebody else");
    String uuid = storeFrom(subject);
    open("live");
    page.locator("#find").fill(subject);
    page.keyboard().press("Enter");
    assertThat(page.locator(".chip")).hasCount(1);
    page.locator("#filter").fill("topic=" + topic);
    page.keyboard().press("Enter");
    assertThat(page.locator(".tail")).containsText("1 message loaded, all there are");
    rows().first().click();
    assertThat(panel()).containsText(uuid);
  }

  @Test
  void aSubjectThatIsAUuidIsFoundToo() {
    String subject = UUID.randomUUID().toString();
    String uuid = storeFrom(subject);
    open("live");
    page.locator("#find").fill(subject);
    page.keyboard().press("Enter");
    assertThat(page.locator(".state")).containsText("No such message");
    page.getByText("Messages of the subject").click();
    rows().first().click();
    assertThat(panel()).containsText(uuid);
    page.locator("#find").fill(uuid);
    page.keyboard().press("Enter");
    assertThat(page.locator("main .fields")).containsText(uuid);
  }

  @Test
  void aLateAnswerNeverReplacesANewerOne() {
    store(topic, 1);
    String other = "other-" + UUID.randomUUID();
    store(other, 2);
    AtomicReference<Route> held = new AtomicReference<>();
    page.route(Pattern.compile(".*/messages\\?.*" + topic + ".*"), held::set);
    open("search?topic=" + topic);
    page.waitForCondition(() -> held.get() != null);
    assertThat(page.locator(".state")).containsText("Looking");
    open("search?topic=" + other);
    assertThat(page.locator(".tail")).containsText("2 messages");
    held.get().resume();
    page.goBack();
    page.goForward();
    assertThat(page.locator(".tail")).containsText("2 messages");
    assertThat(rows().first()).containsText(other.substring(0, 5));
  }

  @Test
  void backLeadsToWhatWasShownBefore() {
    store(topic, 2);
    open("search?topic=" + topic);
    assertThat(rows()).hasCount(2);
    rows().first().click();
    assertThat(panel()).isVisible();
    page.goBack();
    assertThat(panel()).hasCount(0);
    assertThat(rows()).hasCount(2);
    page.getByRole(
            com.microsoft.playwright.options.AriaRole.LINK,
            new Page.GetByRoleOptions().setName("Overview"))
        .click();
    assertThat(page.locator(".overview")).isVisible();
    page.goBack();
    assertThat(page.locator(".chip")).containsText(topic);
    assertThat(rows()).hasCount(2);
  }

  @Test
  void whatGoesWrongIsSaidInASentence() {
    AtomicReference<String> mode = new AtomicReference<>("gone");
    page.route(
        "**/messages?*",
        route -> {
          switch (mode.get()) {
            case "gone" -> route.abort();
            case "database" ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setStatus(503)
                        .setBody("{\"status\":503,\"detail\":\"The database is down\"}"));
            case "proxy" ->
                route.fulfill(
                    new Route.FulfillOptions().setStatus(502).setBody("<html>Bad Gateway</html>"));
            default -> route.resume();
          }
        });
    open("search?topic=" + topic);
    assertThat(page.locator(".state.bad")).containsText("The server does not answer");
    assertThat(page.locator("main")).not().containsText("Failed to fetch");
    mode.set("database");
    page.getByText("Try again").click();
    assertThat(page.locator(".state.bad")).containsText("The database is away");
    mode.set("proxy");
    page.getByText("Try again").click();
    assertThat(page.locator(".state.bad")).containsText("The server answered with 502");
    mode.set("well");
    page.getByText("Try again").click();
    assertThat(page.locator(".state")).containsText("Nothing found");
  }

  @Test
  void theHistogramIsBrushed() {
    String[] messages = new String[24];
    UUID last = UUID.randomUUID();
    Instant start = Instant.now().minus(Duration.ofHours(23));
    for (int i = 0; i < messages.length; i++) {
      messages[i] =
          message(
              i == messages.length - 1 ? last : UUID.randomUUID(),
              "brushed",
              Map.of(
                  "topic",
                  Client.quote(topic),
                  "origin_ts",
                  Client.quote(start.plus(Duration.ofMinutes(57L * i)).toString())));
    }
    client.push(messages);
    client.awaitStored(last.toString());
    awaitDrained();
    open("search?since=24h&topic=" + topic);
    assertThat(page.locator(".tail")).containsText("24 messages loaded, all there are");
    Locator plot = page.locator(".histogram .u-over");
    assertThat(plot).isVisible();
    BoundingBox box = plot.boundingBox();
    page.mouse().move(box.x + box.width * 0.25, box.y + box.height / 2);
    page.mouse().down();
    page.mouse().move(box.x + box.width * 0.4, box.y + box.height / 2);
    page.mouse().move(box.x + box.width * 0.5, box.y + box.height / 2);
    page.mouse().up();
    assertThat(page).hasURL(Pattern.compile("since=20.*until=20"));
    assertThat(page.locator(".tail"))
        .containsText(Pattern.compile("^[4-9] messages loaded, all there are"));
    page.goBack();
    assertThat(page.locator(".tail")).containsText("24 messages loaded, all there are");
  }

  @ParameterizedTest
  @CsvSource({"NDJSON, 250", "CSV, 251"}) // a line of names first
  void everythingIsSaved(String format, int lines) throws IOException {
    store(topic, 250);
    open("search?topic=" + topic);
    assertThat(rows().first()).isVisible();
    page.getByText("Export").click();
    Download download =
        page.waitForDownload(() -> page.getByText(Pattern.compile("^" + format + ",")).click());
    assertThat(page.locator(".progress-note")).containsText("Saved %d lines".formatted(lines));
    assertThat(download.suggestedFilename()).endsWith("." + format.toLowerCase(Locale.ROOT));
    List<String> saved = Files.readAllLines(download.path());
    assertThat(saved).hasSize(lines).last().asString().contains(topic);
  }

  @Test
  void anExportIsCancelledOrBreaksOffWithASentence() {
    store(topic, 3);
    List<Route> held = new CopyOnWriteArrayList<>();
    page.route(Pattern.compile(".*format=ndjson.*"), held::add);
    open("search?topic=" + topic);
    assertThat(rows()).hasCount(3);
    page.getByText("Export").click();
    page.getByText("NDJSON, a message a line").click();
    assertThat(page.locator(".progress-note")).containsText("Exporting 0 lines");
    page.waitForCondition(() -> held.size() == 1);
    page.getByText("Cancel").click();
    assertThat(page.locator(".progress-note")).hasCount(0);
    page.getByText("Export").click();
    page.getByText("NDJSON, a message a line").click();
    page.waitForCondition(() -> held.size() == 2);
    held.get(1).abort();
    assertThat(page.locator(".progress-note")).containsText("The server does not answer");
    page.getByLabel("Dismiss").click();
    assertThat(page.locator(".progress-note")).hasCount(0);
  }

  @Test
  void aWrongFilterIsNamed() {
    open("search?min_ack_ms=soon");
    assertThat(page.locator(".state.bad")).containsText("min_ack_ms");
  }

  @Test
  void aTokenIsAskedForWhenTheServerWantsOne() {
    AtomicReference<String> sent = new AtomicReference<>("");
    page.route(
        Pattern.compile(".*/(messages\\?.*|me|tickets|stats.*)$"),
        route -> {
          String header = route.request().headerValue("authorization");
          if (header == null) {
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(401)
                    .setBody("{\"status\":401,\"detail\":\"Sign in\"}"));
          } else if (route.request().url().endsWith("/me")) {
            sent.set(header);
            route.fulfill(
                new Route.FulfillOptions()
                    .setBody("{\"name\":\"Ada\",\"roles\":[\"reader\"],\"subjects\":null}"));
          } else if (route.request().url().endsWith("/tickets")) {
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(201)
                    .setBody("{\"ticket\":\"t\",\"expires_in\":30}"));
          } else {
            route.fulfill(new Route.FulfillOptions().setBody("[]"));
          }
        });
    AtomicReference<String> address = new AtomicReference<>("");
    page.routeWebSocket(Pattern.compile(".*"), socket -> address.set(socket.url()));
    open("search?topic=" + topic);
    assertThat(page.locator("dialog")).containsText("Paste a token");
    page.locator("dialog textarea").fill("secret-token");
    page.locator("dialog button.primary").click();
    assertThat(page.locator("header")).containsText("Ada");
    assertThat(sent.get()).isEqualTo("Bearer secret-token");
    page.waitForCondition(() -> address.get().contains("ticket=t"));
    assertThat(address.get()).doesNotContain("secret");
    assertThat(page.url()).doesNotContain("secret");
  }
}
