package io.messagelogger.it.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.messagelogger.it.fault.FaultServer;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The server is restarted under the page; another one stores meanwhile. */
class RestartIT extends OnPage {
  private static final int LONGEST_STOP = 120;
  private static final double PATIENCE_MS = 120_000;

  private final String topic = "restart-" + UUID.randomUUID();

  private void push(int from, int to) {
    for (int n = from; n < to; n++) {
      client.push(
          message(
              UUID.randomUUID(),
              "restart",
              Map.of("topic", Client.quote(topic), "message_data", "{\"n\":" + n + "}")));
    }
    awaitDrained();
  }

  /** The numbers of the rows that are shown, from the top. */
  private List<Integer> shown() {
    List<Integer> numbers = new ArrayList<>();
    for (String text : rows().allTextContents()) {
      numbers.add(Integer.valueOf(text.replaceFirst("(?s).*\"n\":\\s*(\\d+).*", "$1")));
    }
    return numbers;
  }

  @Test
  void nothingIsLostOrDoubledAndThePageSaysWhatHappens() throws IOException, InterruptedException {
    String port = Integer.toString(TestServices.freePort());
    FaultServer server = FaultServer.start(TestServices.get(), "HTTP_PORT", port);
    try {
      server.client().awaitReady();
      page.navigate(server.client().uri("/") + "#/live?topic=" + topic);
      awaitLive();
      push(0, 5);
      assertThat(rows()).hasCount(5);

      assertThat(server.terminate(LONGEST_STOP)).isTrue();
      assertThat(pill()).containsText(Pattern.compile("Reconnecting since \\d\\d:\\d\\d:\\d\\d"));
      assertThat(page.locator(".banner.bad")).containsText("will be refilled");
      assertThat(page.locator(".row.notice.lost")).containsText("Connection lost at");
      assertThat(rows()).hasCount(5); // what is there stays there
      push(5, 12);

      server.close();
      server = FaultServer.start(TestServices.get(), "HTTP_PORT", port);
      server.client().awaitReady();
      page.waitForCondition(
          () -> "good".equals(pill().getAttribute("data-tone")),
          new Page.WaitForConditionOptions().setTimeout(PATIENCE_MS));
      push(12, 15);
      assertThat(rows()).hasCount(15);
      assertThat(shown())
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 15).boxed().toList());
      assertThat(page.locator(".row.notice"))
          .containsText(
              new String[] {"Nothing was missed.", "Connected again after", "Connection lost at"});
    } finally {
      server.close();
    }
  }
}
