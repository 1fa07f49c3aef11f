package io.messagelogger.it;

import static io.messagelogger.testing.Client.object;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Setting;
import io.messagelogger.testing.TestServices;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code GET /info}, and what is told of a store that may lose messages. */
class InfoIT extends OnServer {

  @Test
  void tellsWhatRuns() {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(
            () -> {
              JsonObject info = object(client.get("/info").body());
              assertThat(info.get("redis")).isNotEqualTo(JsonValue.NULL);
              assertThat(info.get("database")).isNotEqualTo(JsonValue.NULL);
            });
    JsonObject info = object(client.get("/info").body());
    assertThat(info.getString("name")).isEqualTo("message-logger");
    assertThat(info.getString("version")).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(info.getString("commit")).matches("[0-9a-f]{40}|unknown");
    assertThat(info.getJsonObject("authentication").keySet())
        .containsExactly("required", "issuer", "client_id");
    assertThat(info.getJsonObject("redis").getString("role")).isEqualTo("master");
    JsonObject database = info.getJsonObject("database");
    assertThat(database.getString("kind"))
        .isEqualTo(database.getString("layout").equals("distributed") ? "citus" : "PostgreSQL");
    assertThat(info.getJsonObject("database").get("replica"))
        .as("none is configured")
        .isEqualTo(JsonValue.NULL);
    assertThat(info.getJsonObject("settings").keySet())
        .containsExactlyElementsOf(
            Arrays.stream(Setting.values())
                .filter(setting -> !setting.secret())
                .map(Setting::name)
                .toList());
  }

  @Test
  void tellsNoSecret() {
    String body = client.get("/info").body();
    List<Setting> secrets = Arrays.stream(Setting.values()).filter(Setting::secret).toList();
    assertThat(secrets).isNotEmpty();
    assertThat(secrets)
        .allSatisfy(secret -> assertThat(body).doesNotContain("\"" + secret.name() + "\""));
    assertThat(body)
        .doesNotContain("\"" + TestServices.settings().text(Setting.DB_PASSWORD) + "\"");
  }

  @Test
  void readinessTellsARedisThatMayLoseMessages() {
    String before =
        Objects.requireNonNull(client.redis().configGet("appendfsync").get("appendfsync"));
    try {
      client.redis().configSet("appendfsync", "no");
      await()
          .atMost(40, SECONDS)
          .untilAsserted(
              () -> {
                assertThat(client.get("/health/ready").body()).contains("appendfsync is no");
                assertThat(durable()).isZero();
              });
    } finally {
      client.redis().configSet("appendfsync", before);
    }
    await().atMost(40, SECONDS).until(() -> durable() == 1);
  }

  private double durable() {
    return client
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("message_logger_durable{") && line.contains("\"redis\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }
}
