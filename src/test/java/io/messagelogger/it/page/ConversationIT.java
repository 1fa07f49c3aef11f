package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.messagelogger.testing.Client;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who says what to whom, as a sequence. */
class ConversationIT extends OnPage {
  private final String tail = UUID.randomUUID().toString().substring(0, 8);
  private final String ann = "ann-" + tail;
  private final String bob = "bob-" + tail;

  private String say(String from, String to, String type) {
    UUID uuid = UUID.randomUUID();
    client.push(
        message(
            uuid,
            from,
            Map.of(
                "destination_subject_ids", "[" + Client.quote(to) + "]",
                "message_type", Client.quote(type),
                "message_metadata", "{\"conversation_id\": \"talk-%s\"}".formatted(tail))));
    client.awaitStored(uuid.toString());
    return uuid.toString();
  }

  private Locator arrows() {
    return page.locator(".sequence-row");
  }

  @Test
  void itGrowsWhileOneLooksAndIsCopied() {
    say(ann, bob, "question");
    say(bob, ann, "answer");
    say(bob, "somebody else", "aside");
    context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
    open("conversation?a=" + ann + "&b=" + bob);
    assertThat(arrows()).hasCount(2);
    assertThat(page.locator(".conversation .pill")).containsText("growing live");
    say(ann, bob, "thanks");
    assertThat(arrows()).hasCount(3);
    assertThat(arrows().last()).containsText("thanks");

    page.getByTitle("Copy as Mermaid").click();
    assertThat(page.getByTitle("Copy as Mermaid")).containsText("Copied");
    assertThat((String) page.evaluate("() => navigator.clipboard.readText()"))
        .startsWith("sequenceDiagram")
        .containsSubsequence(ann, bob, "question", "answer", "thanks")
        .doesNotContain("aside");
    page.getByTitle("Copy as SVG").click();
    assertThat(page.getByTitle("Copy as SVG")).containsText("Copied");
    assertThat((String) page.evaluate("() => navigator.clipboard.readText()"))
        .startsWith("<svg")
        .contains("thanks");

    page.locator(".sequence [role=listbox]").focus();
    page.keyboard().press("Home");
    page.keyboard().press("Enter");
    assertThat(panel().locator(".fields")).containsText("question");
  }

  @Test
  void whatBelongsTogetherIsFoundFromAMessage() {
    say(ann, bob, "question");
    String middle = say(bob, "clerk-" + tail, "errand");
    say("clerk-" + tail, bob, "done");
    open("message/" + middle);
    assertThat(page.locator(".related li")).hasCount(3);
    page.getByText("As a sequence").click();
    assertThat(arrows()).hasCount(3);
    assertThat(page.locator(".lane")).hasCount(3);
    assertThat(arrows().nth(1)).containsText("errand");
  }

  @Test
  void whoHaveNotTalkedHaveNothingToShowUntilTheyDo() {
    open("conversation?a=" + ann + "&b=" + bob);
    assertThat(page.locator(".state")).containsText("They have not talked");
    assertThat(page.locator(".conversation .pill")).containsText("growing live");
    say(ann, bob, "hello");
    assertThat(arrows()).hasCount(1);
  }
}
