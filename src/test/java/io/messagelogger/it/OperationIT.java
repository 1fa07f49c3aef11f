package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Health, metrics and the API's description, as an operator meets them. */
class OperationIT extends OnServer {

  @Test
  void everyPartHasItsCheck() {
    assertThat(checks("/health/ready"))
        .containsExactlyInAnyOrder("access", "redis", "database", "drainer", "feed");
    assertThat(data("/health/ready", "drainer"))
        .containsOnlyKeys("queued", "claimed", "oldest_queued_seconds");
    assertThat(checks("/health/live")).containsExactly("drainer");
    assertThat(checks("/health/started")).containsExactly("drainer");
  }

  private JsonObject data(String path, String name) {
    return object(client.get(path).body()).getJsonArray("checks").stream()
        .map(JsonValue::asJsonObject)
        .filter(check -> check.getString("name").equals(name))
        .findFirst()
        .orElseThrow()
        .getJsonObject("data");
  }

  private List<String> checks(String path) {
    HttpResponse<String> response = client.get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    JsonObject health = object(response.body());
    assertThat(health.getString("status")).isEqualTo("UP");
    return health.getJsonArray("checks").stream()
        .map(JsonValue::asJsonObject)
        .map(check -> check.getString("name"))
        .toList();
  }

  @Test
  void whatIsStoredIsCounted() {
    double claimed = client.metric("message_logger_claimed_total");
    double stored = client.metric("message_logger_stored_total");
    double dead = client.metric("message_logger_dead_lettered_total");
    double batches = client.metric("message_logger_batches_total");
    UUID uuid = UUID.randomUUID();
    client.redis().lpush("MESSAGES", "no message", message(uuid, "counted"));
    client.awaitStored(uuid.toString());
    await().until(() -> client.metric("message_logger_claimed_total") == claimed + 2);
    assertThat(client.metric("message_logger_stored_total")).isEqualTo(stored + 1);
    assertThat(client.metric("message_logger_dead_lettered_total")).isEqualTo(dead + 1);
    assertThat(client.metric("message_logger_batches_total")).isGreaterThan(batches);
    assertThat(client.metric("message_logger_batch_time_seconds_count")).isPositive();
    assertThat(client.metric("message_logger_batch_size_sum")).isPositive();
    assertThat(client.metric("message_logger_drainers")).isEqualTo(2);
    await().until(() -> client.metric("message_logger_dead_letters_open") > 0);
    assertThat(client.metric("message_logger_feed_clients")).isZero();
  }

  /** A timer whose docs say histogram must have buckets, a total must be a counter. */
  @Test
  void everyMetricIsOfTheKindThatThePageSays() throws IOException {
    Map<String, String> kinds = new HashMap<>();
    Matcher types =
        Pattern.compile("(?m)^# TYPE (message_logger_\\w+) (\\w+)$")
            .matcher(client.get("/metrics").body());
    while (types.find()) {
      kinds.put(types.group(1), types.group(2));
    }
    Map<String, String> told = new HashMap<>();
    Matcher rows =
        Pattern.compile("(?m)^\\| `(message_logger_\\w+)` \\| (\\w+) \\|")
            .matcher(Files.readString(Path.of("docs/operating.md")));
    while (rows.find()) {
      told.put(rows.group(1), rows.group(2));
    }
    assertThat(told).hasSizeGreaterThan(20);
    kinds.keySet().removeIf(name -> name.endsWith("_max")); // of a histogram, beside it
    assertThat(kinds).isEqualTo(told);
    assertThat(client.get("/metrics").body())
        .contains("message_logger_batch_time_seconds_bucket{", "message_logger_batch_size_bucket{");
  }

  @Test
  void theDescriptionTellsTheRestPart() {
    JsonObject openapi =
        object(
            client
                .send(
                    HttpRequest.newBuilder(client.uri("/openapi"))
                        .header("Accept", "application/json"))
                .body());
    JsonObject paths = openapi.getJsonObject("paths");
    assertThat(paths.keySet())
        .containsExactlyInAnyOrder(
            "/info",
            "/me",
            "/tickets",
            "/messages",
            "/messages/live",
            "/messages/{message_uuid}",
            "/messages/subject/{subject_id}",
            "/dead-letters",
            "/dead-letters/{dead_letter_id}",
            "/dead-letters/{dead_letter_id}/payload",
            "/dead-letters/{dead_letter_id}/retry",
            "/dead-letters/retry",
            "/dead-letters/discard",
            "/stats",
            "/graph",
            "/terms",
            "/conversations/{a}/{b}",
            "/messages/{message_uuid}/related");
    assertThat(responses(paths, "/messages", "post"))
        .contains("202", "400", "408", "413", "415", "503");
    assertThat(responses(paths, "/messages/{message_uuid}", "get"))
        .contains("200", "400", "404", "503");
    assertThat(responses(paths, "/messages/subject/{subject_id}", "get"))
        .contains("200", "400", "503");
    assertThat(responses(paths, "/dead-letters/{dead_letter_id}/retry", "post"))
        .contains("202", "404", "409", "503");
    assertThat(client.get("/openapi/ui/").statusCode()).isEqualTo(200);
  }

  /** The description is written by hand: what it refers to must be there. */
  @Test
  void everyReferenceInTheDescriptionLeadsSomewhere() {
    String text =
        client
            .send(
                HttpRequest.newBuilder(client.uri("/openapi")).header("Accept", "application/json"))
            .body();
    JsonObject openapi = object(text);
    List<String> references =
        Pattern.compile("\"\\$ref\" ?: ?\"#([^\"]+)\"")
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(references)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            pointer ->
                assertThat(Json.createPointer(pointer).containsValue(openapi))
                    .as(pointer)
                    .isTrue());
  }

  private static List<String> responses(JsonObject paths, String path, String method) {
    return List.copyOf(
        paths.getJsonObject(path).getJsonObject(method).getJsonObject("responses").keySet());
  }
}
