package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules and dashboard against what a running server tells a real Prometheus. */
class MonitoringIT extends OnServer {
  private static final Path FOLDER = Path.of("k8s/components/monitoring");
  private static final Path RULES = FOLDER.resolve("rules.yaml");
  private static final Path DASHBOARD = FOLDER.resolve("message-logger.json");

  @TempDir Path folder;

  @Test
  void everyMetricIsInAScrape() throws IOException {
    traffic();
    String scrape = client.get("/metrics").body();
    Set<String> names =
        Pattern.compile("\\bmessage_logger_[a-z_]+\\b")
            .matcher(Files.readString(RULES) + String.join(" ", expressions()))
            .results()
            .map(found -> found.group())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names)
        .hasSizeGreaterThan(15)
        .allSatisfy(
            name ->
                assertThat(scrape.lines())
                    .as(name)
                    .anyMatch(line -> line.startsWith(name + "{") || line.startsWith(name + " ")));
  }

  @Test
  void prometheusTakesTheRulesAndAnswersTheDashboard() throws IOException, InterruptedException {
    try (PrometheusServer prometheus =
        new PrometheusServer(folder, TestServices.httpPort(), RULES)) {
      await()
          .atMost(60, SECONDS)
          .ignoreExceptions()
          .until(() -> results(prometheus.query("message_logger_drainers")) > 0);
      for (String expression : expressions()) {
        await()
            .atMost(60, SECONDS)
            .untilAsserted(
                () -> {
                  traffic();
                  assertThat(results(prometheus.query(expression)))
                      .as(expression)
                      .satisfiesAnyOf(
                          count -> assertThat(count).isPositive(),
                          count -> assertThat(expression).contains("deriv")); // nothing waits here
                });
      }
      await()
          .atMost(60, SECONDS)
          .until(
              () ->
                  results(
                          prometheus.query(
                              "ALERTS{alertname=\"MessageLoggerDeadLetters\","
                                  + " alertstate=\"firing\"}"))
                      > 0);
      List<String> health = new ArrayList<>();
      for (JsonValue group : prometheus.rules().getJsonObject("data").getJsonArray("groups")) {
        for (JsonValue rule : group.asJsonObject().getJsonArray("rules")) {
          health.add(rule.asJsonObject().getString("health"));
        }
      }
      assertThat(health).hasSizeGreaterThan(10).containsOnly("ok");
    }
  }

  @Test
  void dashboardSaysWhoseThePoisonIs() throws IOException, SQLException {
    traffic();
    String sql =
        panels().stream()
            .flatMap(panel -> panel.getJsonArray("targets").stream())
            .map(target -> target.asJsonObject().getString("rawSql", ""))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElseThrow();
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() -> assertThat(column(sql, "source")).contains("poisoner"));
    assertThat(column(sql, "kind")).contains("invalid");
  }

  /** Some of everything that a server counts. */
  private void traffic() {
    UUID uuid = UUID.randomUUID();
    client.push(
        message(uuid, "monitored"),
        message(uuid, "monitored"),
        message(uuid, "conflicting"),
        "{\"message_uuid\": \"%s\", \"source_subject_id\": \"poisoner\"}"
            .formatted(UUID.randomUUID()));
    client.awaitStored(uuid.toString());
  }

  private List<String> column(String sql, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = client.connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(name));
      }
    }
    return values;
  }

  private static int results(JsonObject answer) {
    return answer.getJsonObject("data").getJsonArray("result").size();
  }

  /** The expressions of the dashboard, with what Grafana puts in for its variables. */
  private static List<String> expressions() throws IOException {
    Map<String, String> variables = Map.of("$job", ".*", "$__rate_interval", "10s");
    List<String> expressions = new ArrayList<>();
    for (JsonObject panel : panels()) {
      for (JsonValue target : panel.getJsonArray("targets")) {
        String expression = target.asJsonObject().getString("expr", "");
        for (Map.Entry<String, String> variable : variables.entrySet()) {
          expression = expression.replace(variable.getKey(), variable.getValue());
        }
        if (!expression.isEmpty()) {
          expressions.add(expression);
        }
      }
    }
    assertThat(expressions).hasSizeGreaterThan(15);
    return expressions;
  }

  private static List<JsonObject> panels() throws IOException {
    return Client.object(Files.readString(DASHBOARD)).getJsonArray("panels").stream()
        .map(JsonValue::asJsonObject)
        .filter(panel -> !panel.getString("type").equals("row"))
        .toList();
  }
}
