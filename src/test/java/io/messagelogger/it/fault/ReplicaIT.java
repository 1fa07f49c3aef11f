package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real streaming replica that answers questions, stands still, is in the way, and goes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaIT {
  private static final String FALLBACKS = "message_logger_replica_fallbacks_total";
  private static final String CONFLICT_WITH_RECOVERY = "40001";

  private String source = "";
  private Path folder;
  private Services services;
  private EmbeddedDatabase primary;
  private EmbeddedDatabase replica;
  private FaultServer server;
  private Client client;

  @BeforeAll
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    primary = services.embeddedDatabase().orElseThrow();
    // What is in the way of the replay is cancelled at once.
    replica = primary.standby(folder.resolve("replica"), "max_standby_streaming_delay=0");
    server =
        FaultServer.start(
            services,
            "DB_READ_HOST",
            "127.0.0.1",
            "DB_READ_PORT",
            Integer.toString(replica.port()),
            "DB_READ_MAX_LAG",
            "off");
    client = server.client();
    client.awaitReady();
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    replica.close();
    services.close();
    Folder.delete(folder);
  }

  @BeforeEach
  void inUse() {
    source = "source-" + UUID.randomUUID();
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(client.metric("message_logger_replica_in_use")).isOne();
              assertThat(health().getInt("replica_lag_seconds")).isZero();
            });
  }

  @Test
  void answersListsWhileWhatWasJustStoredIsFoundByItsUuid() {
    UUID old = store("old");
    awaitReplayed(old);
    pause();
    UUID fresh = store("fresh");
    try {
      assertThat(client.count("SELECT count(*) FROM message_key WHERE topic = 'fresh'")).isOne();
      for (String question :
          List.of(
              "/messages?source=%s",
              "/messages?source=%s&format=ndjson",
              "/messages/subject/%s",
              "/messages/" + old + "/related",
              "/conversations/%s/b",
              "/stats?source=%s&by=topic",
              "/terms?field=topic",
              "/terms?field=source")) {
        HttpResponse<String> answer = client.get(question.formatted(source));
        assertThat(answer.statusCode()).as(question).isEqualTo(200);
        assertThat(answer.body()).as(question).doesNotContain(fresh.toString(), "\"fresh\"");
      }
      assertThat(client.get("/stats?source=" + source + "&by=topic").body()).contains("\"old\"");
      assertThat(edge("/graph?source=" + source)).isOne();

      HttpResponse<String> found = client.get("/messages/" + fresh);
      assertThat(found.statusCode()).isEqualTo(200);
      String tag = found.headers().firstValue("ETag").orElseThrow();
      assertThat(get("/messages/" + fresh, "If-None-Match", tag).statusCode()).isEqualTo(304);

      client.push(message(old, "old", Map.of("ack_ts", "\"2026-01-02T03:04:06Z\"")));
      await()
          .atMost(60, SECONDS)
          .until(() -> client.get("/messages/" + old).body().contains("2026-01-02T03:04:06"));

      await().atMost(60, SECONDS).until(() -> health().getInt("replica_lag_seconds") > 1);
      assertThat(client.metric("message_logger_replica_lag_seconds")).isPositive();
      assertThat(client.metric("message_logger_replica_lag_bytes")).isPositive();
      assertThat(health().getString("replica")).isEqualTo("in use");
      assertThat(server.reasons()).isEmpty();
    } finally {
      replica("pg_wal_replay_resume()");
    }
    awaitReplayed(fresh);
    await().atMost(60, SECONDS).until(() -> health().getInt("replica_lag_seconds") == 0);
    JsonObject info = Client.object(client.get("/info").body());
    assertThat(info.getJsonObject("database").getJsonObject("replica").getBoolean("in_use"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anExportThatReplayCancelsGoesOnFromThePrimary(boolean filtered) throws Exception {
    Oracle oracle = new Oracle();
    int count = 60_000;
    oracle.push(client.redis(), count);
    Oracle.awaitDrained(client.redis());
    await()
        .atMost(60, SECONDS)
        .until(() -> replicated("SELECT count(*) FROM message_key") >= count);
    double before = client.metric(FALLBACKS);
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(
                client.uri(
                    "/messages?format=ndjson" + (filtered ? "&source=" + oracle.source() : "")))
            .build();
    List<String> uuids = new ArrayList<>();
    try (InputStream body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String first = lines.readLine();
      // Its lock is in the way of the snapshot, and with it all that comes after.
      client.execute("BEGIN; LOCK TABLE message_exchange IN ACCESS EXCLUSIVE MODE; COMMIT");
      store("after");
      for (String line = first; line != null; line = lines.readLine()) {
        if (line.contains(oracle.source())) {
          uuids.add(uuid(line));
        }
      }
    }
    assertThat(uuids).hasSize(count).doesNotHaveDuplicates();
    await().atMost(10, SECONDS).until(() -> client.metric(FALLBACKS) > before);
    assertThat(server.said("The replica could not answer") + server.said("replica is down"))
        .isPositive();
  }

  @Test
  void nobodyNoticesThatItGoesAndComes() throws IOException {
    UUID known = store("known");
    awaitReplayed(known);
    long down = server.said("replica is down");
    replica.kill();
    for (int i = 0; i < 20; i++) {
      assertThat(client.get("/messages?source=" + source).body()).contains(known.toString());
    }
    await().atMost(60, SECONDS).until(() -> server.said("replica is down") > down);
    await()
        .atMost(10, SECONDS)
        .until(() -> health().getString("replica").contains("the primary is asked"));
    assertThat(server.reasons()).as("nobody has to wait for it").isEmpty();
    assertThat(client.metric("message_logger_replica_in_use")).isZero();
    UUID meanwhile = store("meanwhile");
    assertThat(client.get("/messages?source=" + source).body()).contains(meanwhile.toString());
    replica.restart();
    await().atMost(60, SECONDS).until(() -> client.metric("message_logger_replica_in_use") == 1);
    assertThat(server.said("replica is back")).isPositive();
  }

  @Test
  void answersWhileThePrimaryIsDown() throws IOException {
    UUID known = store("known");
    awaitReplayed(known);
    primary.kill();
    try {
      server.awaitDown("database", "");
      assertThat(client.get("/messages?source=" + source).body()).contains(known.toString());
      assertThat(client.get("/messages/" + known).statusCode()).isEqualTo(200);
    } finally {
      primary.restart();
    }
    client.awaitReady();
  }

  private UUID store(String topic) {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, topic, Map.of()));
    await()
        .atMost(60, SECONDS)
        .until(
            () ->
                client.count("SELECT count(*) FROM message_key WHERE message_uuid = '" + uuid + "'")
                    == 1);
    return uuid;
  }

  private String message(UUID uuid, String topic, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("topic", Client.quote(topic));
    all.put("destination_subject_ids", "[\"b\"]");
    all.put("message_metadata", "{\"correlation_id\": \"one\"}");
    return Client.message(uuid, source, all);
  }

  private void awaitReplayed(UUID uuid) {
    await()
        .atMost(60, SECONDS)
        .until(() -> client.get("/messages?source=" + source).body().contains(uuid.toString()));
  }

  private int edge(String path) {
    return Client.object(client.get(path).body())
        .getJsonArray("edges")
        .getJsonObject(0)
        .getInt("messages");
  }

  private HttpResponse<String> get(String path, String header, String value) {
    return client.send(HttpRequest.newBuilder(client.uri(path)).header(header, value));
  }

  private static String uuid(String line) {
    return Client.object(line).getString("message_uuid");
  }

  private JsonObject health() {
    for (JsonValue check :
        Client.object(client.get("/health/ready").body()).getJsonArray("checks")) {
      if (check.asJsonObject().getString("name").equals("database")) {
        return check.asJsonObject().getJsonObject("data");
      }
    }
    throw new AssertionError("no check of the database");
  }

  /** Waits until nothing is replayed any more: to ask for the pause only asks for it. */
  private void pause() {
    replica("pg_wal_replay_pause()");
    await()
        .atMost(60, SECONDS)
        .until(() -> "paused".equals(replica("pg_get_wal_replay_pause_state()")));
  }

  private long replicated(String sql) {
    return Long.parseLong(replica("(" + sql + ")"));
  }

  /**
   * Asks once more when replay cancels the question: vacuum on the primary may do that any time.
   */
  private String replica(String expression) {
    while (true) {
      try (Connection connection = replica.connectAsSuperuser("message_db");
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT " + expression)) {
        rows.next();
        return rows.getString(1);
      } catch (SQLException e) {
        if (!CONFLICT_WITH_RECOVERY.equals(e.getSQLState())) {
          throw new IllegalStateException(expression, e);
        }
      }
    }
  }
}
