package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.messagelogger.docs.Snippet;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/api.md, run as they are written, in their order. */
class RecipesIT extends OnServer {
  private static final String PAGE = "docs/api.md";
  private static final String HEADING = "## Recipes";
  private static final int ORDERS = 230; // more than two pages

  private final String run = "recipe-" + UUID.randomUUID();
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> recipesDoWhatTheySay() {
    List<String> shell = Snippet.of(PAGE, HEADING, "sh");
    List<String> python = Snippet.of(PAGE, HEADING, "python");
    List<String> sql = Snippet.of(PAGE, HEADING, "sql");
    assertThat(shell).hasSize(5);
    assertThat(python).hasSize(2);
    assertThat(sql).hasSize(1);
    orders();
    return Stream.of(
        dynamicTest(
            "who waits for whom",
            () -> assertThat(shell(shell.get(0))).contains(run + " -> shop, " + run)),
        dynamicTest(
            "topics",
            () -> assertThat(shell(shell.get(1)).lines()).anyMatch(l -> l.startsWith("orders\t"))),
        dynamicTest(
            "all pages",
            () -> {
              shell(shell.get(2));
              assertThat(ours("orders-in-pages.ndjson")).hasSize(ORDERS);
            }),
        dynamicTest(
            "one file",
            () -> {
              shell(shell.get(3));
              assertThat(ours("orders.ndjson")).hasSize(ORDERS);
            }),
        dynamicTest(
            "lines in Python",
            () ->
                assertThat(python(python.get(0)).lines().filter(line -> line.contains(run)))
                    .hasSize(ORDERS)),
        dynamicTest(
            "a problem in Python",
            () ->
                assertThat(python(python.get(1)))
                    .startsWith("1\n")
                    .contains("since -> ", "limit -> ")),
        dynamicTest("DuckDB", () -> duckdb(sql.get(0))),
        dynamicTest(
            "psql",
            () -> {
              Tools.require("psql", "postgresql-client");
              assertThat(run("psql", shell.get(4), "bash", "-euo", "pipefail", "-c"))
                  .contains("unacknowledged", "orders");
              assertThat(ours("orders.csv")).hasSize(ORDERS);
            }));
  }

  /** Of ten orders one waits for its acknowledgement. */
  private void orders() {
    Instant start = Instant.now().minusSeconds(3_600);
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      Instant time = start.plusSeconds(i);
      messages.add(
          message(
                  UUID.randomUUID(),
                  run,
                  Map.of(
                      "topic",
                      "\"orders\"",
                      "ack_ts",
                      i % 10 == 0 ? "null" : "\"" + time.plusMillis(40) + "\"",
                      "destination_subject_ids",
                      "[\"shop\", \"" + run + "\"]",
                      "message_data",
                      "{\"sum\": 2.5, \"run\": \"" + run + "\"}"))
              .replace("2025-05-27T10:30:00Z", time.toString()));
    }
    client.push(messages.toArray(String[]::new));
    awaitDrained();
  }

  private List<String> ours(String file) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve(file))) {
      return lines.filter(line -> line.contains(run)).toList();
    }
  }

  private String shell(String recipe) throws Exception {
    Tools.require("curl", "Debian package curl");
    Tools.require("jq", "Debian package jq");
    return run("shell", recipe, "bash", "-euo", "pipefail", "-c");
  }

  private String python(String recipe) throws Exception {
    Tools.require("python3", "Debian package python3");
    return run("python", recipe, "python3", "-c");
  }

  private String run(String what, String recipe, String... command) throws Exception {
    Settings settings = TestServices.settings();
    List<String> words = new ArrayList<>(List.of(command));
    words.add(
        recipe
            .replace("http://localhost:5000", client.uri("").toString())
            .replaceAll("(?m)^export PG.*$", ""));
    Path output = folder.resolve(what + ".output");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST", settings.text(Setting.DB_HOST),
                "PGPORT", Integer.toString(settings.count(Setting.DB_PORT)),
                "PGUSER", settings.text(Setting.DB_USER),
                "PGPASSWORD", settings.text(Setting.DB_PASSWORD),
                "PGDATABASE", settings.text(Setting.DB_NAME),
                "PAGER", "cat"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(recipe).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(process.exitValue()).as("%s%n%s", recipe, said).isZero();
    return said;
  }

  private void duckdb(String sql) throws Exception {
    Path file = folder.resolve("orders.ndjson");
    if (!Files.exists(file)) { // without curl
      Files.writeString(file, client.get("/messages?topic=orders&format=ndjson").body());
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql.replace("orders.ndjson", file.toString()))) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString("topic")).isEqualTo("orders");
      assertThat(rows.getLong("messages")).isGreaterThanOrEqualTo(ORDERS);
      assertThat(rows.getLong("unacknowledged")).isGreaterThanOrEqualTo(ORDERS / 10);
      assertThat(rows.getDouble("ack_p95_ms")).isPositive();
      assertThat(rows.getDouble("sum")).isGreaterThanOrEqualTo(ORDERS * 2.5);
    }
  }
}
