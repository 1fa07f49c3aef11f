package io.messagelogger.it.access;

import static io.messagelogger.testing.Client.object;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code /info} tells whom, where one has to say who one is. */
class InfoAccessIT {
  private static Guarded guarded;

  @BeforeAll
  static void start() throws IOException {
    guarded = new Guarded();
  }

  @AfterAll
  static void stop() throws Exception {
    guarded.close();
  }

  @Test
  void strangersAreToldHowToLogIn() {
    for (String who : new String[] {"Bearer nonsense", "Bearer " + Guarded.secret("reader")}) {
      JsonObject info = info(who);
      assertThat(info.keySet())
          .as(who)
          .containsExactlyInAnyOrder("name", "version", "commit", "authentication");
      assertThat(info.getJsonObject("authentication").getBoolean("required")).isTrue();
      assertThat(info.getJsonObject("authentication").getString("issuer")).isNotBlank();
    }
  }

  @Test
  void operatorsAreToldWhatRuns() {
    JsonObject info = info("Bearer " + Guarded.secret("operator"));
    assertThat(info).containsKeys("redis", "database", "settings");
    assertThat(info.getJsonObject("settings").getString("HTTP_HOST")).isEqualTo("*");
  }

  private static JsonObject info(String authorization) {
    return object(
        guarded
            .client()
            .send(
                HttpRequest.newBuilder(guarded.client().uri("/info"))
                    .header("Authorization", authorization))
            .body());
  }
}
