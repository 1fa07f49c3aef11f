package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Dead letters on the page. */
class LettersIT extends OnPage {

  @Test
  void whoHasNoRightsIsToldWhatToDo() {
    page.route(
        "**/dead-letters*",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(403)
                    .setBody("{\"status\":403,\"detail\":\"Needs the role operator\"}")));
    open("letters");
    Locator state = page.locator(".state.bad");
    assertThat(state).containsText("No rights");
    assertThat(state).containsText("Needs the role operator");
    state.getByText("Sign in", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("dialog")).containsText("Paste a token");
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
  }

  @Test
  void theyAreSeenRetriedAndDiscarded() {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    long before = client.count("SELECT count(*) FROM dead_letter");
    for (int i = 0; i < 3; i++) {
      client.push(
          "{\"message_uuid\": \"<b>%s-%d</b>\", \"origin_ts\": \"2026-01-01T00:00:00Z\", \"source_subject_id\": \"x\"}"
              .formatted(mark, i));
    }
    await().until(() -> client.count("SELECT count(*) FROM dead_letter") == before + 3);

    open("letters?reason=" + mark);
    Locator letters = page.locator(".letter");
    assertThat(letters).hasCount(3);
    assertThat(page.locator(".group")).hasCount(1);
    letters.first().click();
    Locator detail = page.locator(".letter-detail");
    assertThat(detail.locator(".reason")).containsText("<b>" + mark);
    assertThat(detail).containsText("source_subject_id");
    assertThat(detail).containsText("nothing yet");

    detail.getByText("Retry", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator(".banner")).containsText("Put back: 1 of 1");
    page.getByText("OK", new Page.GetByTextOptions().setExact(true)).click();
    awaitDrained();
    await().until(() -> client.count("SELECT count(*) FROM dead_letter") == before + 3);
    page.getByText("Reload").click();
    assertThat(letters).hasCount(3);

    page.getByLabel("Choose all of this group").check();
    page.locator(".filter-bar").getByText("Discard…").click();
    assertThat(page.locator("dialog")).containsText("Discard 3 dead letters?");
    page.locator("dialog button.danger").click();
    assertThat(page.locator(".banner")).containsText("Discarded: 3 of 3");
    assertThat(page.locator(".letters-list")).containsText("None");
    await().until(() -> client.count("SELECT count(*) FROM dead_letter") == before);
  }
}
