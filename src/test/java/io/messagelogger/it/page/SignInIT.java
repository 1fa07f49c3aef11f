package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.messagelogger.it.fault.FaultServer;
import io.messagelogger.testing.Issuer;
import io.messagelogger.testing.OpenIdProvider;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in at an OpenID Connect provider, on a server that asks who one is. */
class SignInIT extends OnPage {
  private static final OpenIdProvider PROVIDER = new OpenIdProvider();
  private static @Nullable FaultServer server;

  private final String topic = "sign-in-" + UUID.randomUUID();

  @BeforeEach
  final void startGuarded() throws IOException {
    if (server == null) {
      server =
          FaultServer.start(
              TestServices.get(),
              "JWT_ISSUER",
              PROVIDER.issuer(),
              "JWT_AUDIENCE",
              Issuer.AUDIENCE,
              "JWT_JWKS_URL",
              PROVIDER.keysUrl(),
              "JWT_CLIENT_ID",
              OpenIdProvider.CLIENT,
              "JWT_CLOCK_SKEW",
              "0");
      server.client().awaitReady();
      URI uri = server.client().uri("/");
      PROVIDER.allow(uri.getScheme() + "://" + uri.getAuthority());
    }
    PROVIDER.tokens(300, true);
    PROVIDER.lieAboutNonce("");
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
    PROVIDER.close();
  }

  private void openGuarded(String hash) {
    page.navigate(server.client().uri("/") + hash);
    assertThat(page.locator("header")).isVisible();
  }

  private Locator dialog() {
    return page.locator("dialog");
  }

  private void toTheIssuer() {
    page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName(Pattern.compile("Sign in at 127\\.0\\.0\\.1:\\d+")))
        .click();
  }

  private void signIn() {
    toTheIssuer();
    page.locator("#in").click();
    assertThat(page.locator("header")).containsText("Ada");
  }

  private void push(String text) {
    client.push(
        message(
            UUID.randomUUID(),
            "guard",
            Map.of("topic", "\"" + topic + "\"", "message_data", "\"" + text + "\"")));
  }

  @Test
  void oneSignsInAndIsWhereOneWantedToBe() {
    store(topic, 3);
    openGuarded("#/search?topic=" + topic);
    assertThat(dialog()).containsText("Sign in");
    signIn();
    assertThat(rows()).hasCount(3);
    assertThat(page.url()).endsWith("#/search?topic=" + topic).doesNotContain("code");
    page.keyboard().press("1");
    awaitLive();
    page.reload();
    assertThat(page.locator("header")).containsText("Ada");
    awaitLive();
    assertThat((String) page.evaluate("() => JSON.stringify(Object.entries(sessionStorage))"))
        .contains("message-logger.token")
        .doesNotContain("verifier");
    assertThat(page.evaluate("() => localStorage.getItem('message-logger.token')")).isNull();

    page.locator("header").getByText("Ada").click();
    dialog().getByText("Sign out").click(); // ends the session there too, and comes back
    assertThat(dialog()).containsText("Sign in at");
    assertThat(page.locator("header")).not().containsText("Ada");
  }

  @Test
  void anAnswerThatNobodyAskedForIsRefused() {
    openGuarded("#state=forged&code=forged");
    assertThat(dialog()).containsText("belongs to no sign-in that was begun in this tab");
    assertThat(page.url()).doesNotContain("forged");
    page.keyboard().press("Escape");
    assertThat(dialog()).hasCount(0);
    page.navigate(server.client().uri("/") + "?state=forged&code=forged");
    assertThat(dialog()).containsText("belongs to no sign-in that was begun in this tab");
    assertThat(page.url()).doesNotContain("forged");
  }

  @Test
  void whatTheIssuerRefusesOrMixesUpIsSaid() {
    openGuarded("#/live");
    toTheIssuer();
    page.locator("#no").click();
    assertThat(dialog()).containsText("did not let you in: access_denied");
    PROVIDER.lieAboutNonce("of another");
    toTheIssuer();
    page.locator("#in").click();
    assertThat(dialog()).containsText("belongs to another sign-in");
    PROVIDER.lieAboutNonce("");
    signIn();
  }

  @Test
  void aTokenIsRenewedAndTheFeedGoesOn() {
    PROVIDER.tokens(8, true);
    openGuarded("#/live?topic=" + topic);
    int before = PROVIDER.renewals();
    signIn();
    awaitLive();
    push("first");
    assertThat(rows()).hasCount(1);
    // After the second renewal the first token, with which the feed was opened, has ended.
    page.waitForCondition(() -> PROVIDER.renewals() >= before + 2);
    assertThat(dialog()).hasCount(0);
    push("second");
    assertThat(rows()).hasCount(2);
    assertThat(rows().first()).containsText("second");
    awaitLive();
    assertThat(page.locator("header")).containsText("Ada");
  }

  @Test
  void whereNothingIsRenewedThePageSaysThatOneHasToSignInAgain() {
    PROVIDER.tokens(5, false);
    openGuarded("#/live?topic=" + topic);
    toTheIssuer();
    page.locator("#in").click();
    assertThat(page.locator(".banner.bad")).containsText("Not signed in");
    assertThat(dialog()).containsText("Sign in at");
    PROVIDER.tokens(300, true);
    signIn();
    awaitLive();
    push("again");
    assertThat(rows()).hasCount(1);
  }
}
