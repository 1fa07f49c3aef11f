package io.messagelogger.it;

import static io.messagelogger.testing.Client.array;
import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.object;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Dead letters as those who look after them meet them, with the drainer at work. */
class DeadLettersIT extends OnServer {
  private final String mark = UUID.randomUUID().toString();

  @Test
  void aDeadLetterIsListedReadAndDiscarded() throws Exception {
    byte[] payload = ("\"" + mark + "\"").getBytes(StandardCharsets.UTF_8);
    client.redis().lpush("MESSAGES".getBytes(StandardCharsets.UTF_8), payload);
    client.redis().lpush("MESSAGES".getBytes(StandardCharsets.UTF_8), payload);
    JsonObject letter = awaitLetter("preview", "\"" + mark + "\"", 2);
    assertThat(letter.getString("kind")).isEqualTo("invalid");
    assertThat(letter.getInt("bytes")).isEqualTo(payload.length);
    assertThat(letter.getInt("attempts")).isEqualTo(1);
    assertThat(letter.isNull("retried_at")).isTrue();
    assertThat(letter.isNull("sqlstate")).isTrue();
    assertThat(letter.getString("reason")).isNotBlank();

    String path = "/dead-letters/" + letter.getInt("dead_letter_id");
    JsonObject one = object(client.get(path).body());
    assertThat(one.getString("payload")).isEqualTo("\"" + mark + "\"");
    assertThat(one.getJsonArray("actions")).isEmpty();
    assertThat(bytes(path + "/payload")).isEqualTo(payload);

    assertThat(client.send(HttpRequest.newBuilder(client.uri(path)).DELETE()).statusCode())
        .isEqualTo(204);
    assertProblem(client.get(path), 404);
    assertProblem(client.get(path + "/payload"), 404);
    assertProblem(client.post(path + "/retry", ""), 404);
    assertProblem(client.send(HttpRequest.newBuilder(client.uri(path)).DELETE()), 404);
  }

  @Test
  void bytesThatAreNoTextAreKeptToo() throws Exception {
    byte[] payload = new byte[500];
    new Random().nextBytes(payload);
    payload[0] = (byte) 0xff;
    client.redis().lpush("MESSAGES".getBytes(StandardCharsets.UTF_8), payload);
    JsonObject letter = awaitNewest(payload.length);
    String path = "/dead-letters/" + letter.getInt("dead_letter_id");
    JsonObject one = object(client.get(path).body());
    assertThat(one).doesNotContainKey("payload");
    assertThat(Base64.getDecoder().decode(one.getString("payload_base64"))).isEqualTo(payload);
    assertThat(bytes(path + "/payload")).isEqualTo(payload);
  }

  @Test
  void oneThatIsTooLargeIsKeptWholeAndNotRetried() throws Exception {
    byte[] payload = new byte[20_000_000];
    new Random().nextBytes(payload);
    UUID neighbour = UUID.randomUUID();
    client.push(message(neighbour, "neighbour"));
    client.redis().lpush("MESSAGES".getBytes(StandardCharsets.UTF_8), payload);
    JsonObject letter = awaitNewest(payload.length);
    assertThat(letter.getString("kind")).isEqualTo("too-large");
    assertThat(letter.getString("reason")).contains("20000000").contains("MAX_MESSAGE_BYTES");
    client.awaitStored(neighbour.toString());
    String path = "/dead-letters/" + letter.getInt("dead_letter_id");
    assertThat(bytes(path + "/payload")).isEqualTo(payload);
    JsonObject one = object(client.get(path).body());
    assertThat(one).doesNotContainKey("payload").doesNotContainKey("payload_base64");
    assertProblem(client.post(path + "/retry", ""), 409);
  }

  /** Invariant: who reads slowly, or not at all, takes nothing from the others meanwhile. */
  @Test
  void readersThatStopReadingKeepNobodyFromTheDatabase() throws Exception {
    byte[] payload = new byte[30_000_000];
    new Random().nextBytes(payload);
    client.redis().lpush("MESSAGES".getBytes(StandardCharsets.UTF_8), payload);
    int id = awaitNewest(payload.length).getInt("dead_letter_id");
    List<InputStream> bodies = new ArrayList<>();
    try {
      HttpClient http = // a connection each, not streams of one
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      for (int i = 0; i < 25; i++) { // more than the server has connections
        HttpRequest request =
            HttpRequest.newBuilder(client.uri("/dead-letters/" + id + "/payload")).build();
        InputStream body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        bodies.add(body);
        assertThat(body.readNBytes(1000)).isEqualTo(Arrays.copyOf(payload, 1000));
      }
      UUID uuid = UUID.randomUUID();
      client.push(message(uuid, "beside"));
      client.awaitStored(uuid.toString());
      assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
    } finally {
      for (InputStream body : bodies) {
        body.close();
      }
    }
  }

  /** What the issue of the day looks like: the database refuses some, is mended, and takes them. */
  @Test
  void aSelectionIsRetriedWhenItsCauseIsGone() {
    String topic = "refused-" + mark;
    List<UUID> uuids = new ArrayList<>();
    try (Refusal refusal = new Refusal(client, "topic", topic)) {
      for (int i = 0; i < 20; i++) {
        UUID uuid = UUID.randomUUID();
        uuids.add(uuid);
        client.push(message(uuid, "s-" + mark, Map.of("topic", "\"" + refusal.value() + "\"")));
      }
      await().atMost(60, SECONDS).until(() -> selected("open").size() == 20);
    }
    assertThat(selected("open"))
        .allSatisfy(
            value -> {
              JsonObject letter = value.asJsonObject();
              assertThat(letter.getString("kind")).isEqualTo("refused");
              assertThat(letter.getString("sqlstate")).isEqualTo("22023");
              assertThat(letter.getInt("attempts")).isPositive();
            });

    HttpResponse<String> started =
        client.post("/dead-letters/retry?kind=refused&rate=50&reason=" + topic, "");
    assertThat(started.statusCode()).isEqualTo(202);
    assertThat(object(started.body()).getInt("selected")).isEqualTo(20);
    String location = started.headers().firstValue("Location").orElseThrow();
    assertThat(location).endsWith("/dead-letters/retry");
    assertProblem(client.post("/dead-letters/retry", ""), 409);

    uuids.forEach(uuid -> client.awaitStored(uuid.toString()));
    JsonObject progress =
        await()
            .atMost(30, SECONDS)
            .until(
                () -> object(client.get("/dead-letters/retry").body()),
                now -> !now.isNull("finished"));
    assertThat(progress.getInt("retried")).isEqualTo(20);
    assertThat(progress.getInt("skipped")).isZero();
    assertThat(progress.getInt("failed")).isZero();
    assertThat(progress.isNull("reason")).isTrue();
    assertThat(selected("open")).isEmpty();
    assertThat(selected("retried")).hasSize(20);

    // And once more: each is stored already, and stays stored once.
    JsonObject again = selected("retried").getJsonObject(0);
    String path = "/dead-letters/" + again.getInt("dead_letter_id");
    assertThat(client.post(path + "/retry", "").statusCode()).isEqualTo(202);
    awaitDrained();
    assertThat(client.subject("s-" + mark)).hasSize(20);
    JsonObject one = object(client.get(path).body());
    assertThat(one.getJsonArray("actions")).hasSize(2);
    assertThat(one.getInt("retries")).isEqualTo(2);
    assertThat(one.isNull("retried_at")).isFalse();
  }

  /**
   * Invariant: however many retry the same letters at the same time, each message is stored once.
   */
  @Test
  void aStormOfRetriesStoresEachMessageOnce() throws Exception {
    int count = 2000;
    String topic = "storm-" + mark;
    try (Refusal refusal = new Refusal(client, "topic", topic)) {
      List<String> messages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        messages.add(
            message(
                UUID.randomUUID(), "s-" + mark, Map.of("topic", "\"" + refusal.value() + "\"")));
      }
      client.redis().lpush("MESSAGES", messages.toArray(new String[0]));
      await().atMost(180, SECONDS).until(() -> open(topic) == count);
    }
    List<Integer> ids =
        array(client.get(list("open", topic)).body()).stream()
            .map(letter -> letter.asJsonObject().getInt("dead_letter_id"))
            .toList();
    assertThat(client.post("/dead-letters/retry?rate=10000&reason=" + topic, "").statusCode())
        .isEqualTo(202);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    for (int id : ids) {
      answers.add(threads.submit(() -> client.post("/dead-letters/" + id + "/retry", "")));
    }
    for (Future<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(202);
    }
    threads.shutdown();
    await()
        .atMost(120, SECONDS)
        .until(() -> !object(client.get("/dead-letters/retry").body()).isNull("finished"));
    awaitDrained();
    assertThat(client.subject("s-" + mark)).hasSize(count);
    assertThat(open(topic)).isZero();
    assertThat(client.count("SELECT count(*) FROM message_exchange WHERE topic = '" + topic + "'"))
        .isEqualTo(count);
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter_action WHERE action = 'retry' AND reason LIKE '%"
                    + topic
                    + "%'"))
        .as("each retry is on record")
        .isGreaterThanOrEqualTo(count);
  }

  private long open(String topic) {
    return client.count(
        "SELECT count(*) FROM dead_letter WHERE retried_at IS NULL AND reason LIKE '%"
            + topic
            + "%'");
  }

  @Test
  void aSelectionIsDiscardedAndOnRecord() {
    for (int i = 0; i < 30; i++) {
      client.push("{\"message_uuid\":\"" + mark + " " + i + "\"}");
    }
    await().atMost(60, SECONDS).until(() -> invalid().size() == 30);
    int one = invalid().getJsonObject(0).getInt("dead_letter_id");

    assertProblem(client.post("/dead-letters/discard", ""), 400);
    assertProblem(client.post("/dead-letters/discard?kind=odd", ""), 400);
    HttpResponse<String> started =
        client.post("/dead-letters/discard?kind=invalid&rate=10000&reason=" + mark, "");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    assertThat(object(started.body()).getInt("selected")).isEqualTo(30);
    assertThat(started.headers().firstValue("Location").orElseThrow())
        .endsWith("/dead-letters/discard");

    JsonObject progress =
        await()
            .atMost(30, SECONDS)
            .until(
                () -> object(client.get("/dead-letters/discard").body()),
                now -> !now.isNull("finished"));
    assertThat(progress.getInt("discarded")).isEqualTo(30);
    assertThat(progress.isNull("reason")).isTrue();
    assertThat(invalid()).isEmpty();
    assertThat(client.get("/dead-letters/" + one).statusCode()).isEqualTo(404);
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter_action WHERE action = 'discard' AND dead_letter_id = "
                    + one))
        .isEqualTo(1);
  }

  private JsonArray invalid() {
    return array(client.get("/dead-letters?kind=invalid&limit=1000&reason=" + mark).body());
  }

  @Test
  void oneThatIsStillWrongIsOpenAgain() {
    String text = "still wrong " + mark;
    client.push(text);
    JsonObject letter = awaitLetter("preview", text, 1);
    String path = "/dead-letters/" + letter.getInt("dead_letter_id");
    assertThat(client.post(path + "/retry", "").statusCode()).isEqualTo(202);
    JsonObject back = awaitLetter("preview", text, 2);
    assertThat(back.getInt("dead_letter_id")).isEqualTo(letter.getInt("dead_letter_id"));
    assertThat(back.isNull("retried_at")).isTrue();
    assertThat(back.getInt("retries")).isEqualTo(1);
  }

  @Test
  void aRunningRetryCanBeStopped() {
    String topic = "stopped-" + mark;
    try (Refusal refusal = new Refusal(client, "topic", topic)) {
      for (int i = 0; i < 5; i++) {
        client.push(
            message(
                UUID.randomUUID(), "s-" + mark, Map.of("topic", "\"" + refusal.value() + "\"")));
      }
      await()
          .atMost(60, SECONDS)
          .until(() -> array(client.get(list("open", topic)).body()).size() == 5);
      assertThat(client.post("/dead-letters/retry?rate=1&reason=" + topic, "").statusCode())
          .isEqualTo(202);
      HttpRequest.Builder stop = HttpRequest.newBuilder(client.uri("/dead-letters/retry")).DELETE();
      assertThat(client.send(stop).statusCode()).isEqualTo(204);
      JsonObject progress =
          await()
              .atMost(30, SECONDS)
              .until(
                  () -> object(client.get("/dead-letters/retry").body()),
                  now -> !now.isNull("finished"));
      assertThat(progress.getInt("retried")).isLessThan(5);
      assertThat(progress.getString("reason")).isEqualTo("it was stopped");
    }
  }

  @Test
  void pagesLeadFromOneToTheNext() {
    for (int i = 0; i < 7; i++) {
      client.push("page " + i + " " + mark);
    }
    await().atMost(30, SECONDS).until(() -> listed("open").size() >= 7);
    List<Integer> all = new ArrayList<>();
    String path = "/dead-letters?state=all&limit=3";
    while (path != null && all.size() < 50) {
      HttpResponse<String> page = client.get(path);
      assertThat(page.statusCode()).isEqualTo(200);
      array(page.body()).forEach(v -> all.add(v.asJsonObject().getInt("dead_letter_id")));
      path =
          page.headers()
              .firstValue("Link")
              .map(link -> link.replaceAll(".*<(?:https?://[^/]*)?([^>]*)>.*", "$1"))
              .orElse(null);
      if (path != null) {
        assertThat(path).contains("state=all").contains("limit=3");
      }
    }
    assertThat(all).hasSizeGreaterThanOrEqualTo(7).doesNotHaveDuplicates();
  }

  @Test
  void wrongParametersAreSaid() {
    assertProblem(client.get("/dead-letters?kind=odd"), 400);
    assertProblem(client.get("/dead-letters?state=odd"), 400);
    assertProblem(client.get("/dead-letters?limit=0"), 400);
    assertProblem(client.get("/dead-letters?limit=1001"), 400);
    assertProblem(client.get("/dead-letters?after=odd"), 400);
    assertProblem(client.get("/dead-letters/odd"), 404);
    assertProblem(client.get("/dead-letters/99999999999999999999999"), 404);
    assertProblem(client.post("/dead-letters/retry?rate=0", ""), 400);
    assertProblem(client.post("/dead-letters/retry?kind=odd", ""), 400);
  }

  /** A database that refuses what was asked would look like one that is away, to all readers. */
  @Test
  void aReasonThatTheDatabaseCannotHoldIsWrong() {
    for (int i = 0; i < 6; i++) { // more than a circuit breaker would take
      assertProblem(client.get("/dead-letters?reason=%00" + mark), 400);
    }
    assertThat(client.get("/dead-letters?reason=" + mark).statusCode()).isEqualTo(200);
  }

  /** All of them at once, as in other questions. */
  @Test
  void everyWrongParameterIsNamed() {
    HttpResponse<String> response =
        client.get("/dead-letters?kind=odd&limit=0&limit=1&reson=x&after=odd");
    assertProblem(response, 400);
    assertThat(object(response.body()).getJsonArray("errors"))
        .extracting(error -> error.asJsonObject().getString("parameter"))
        .containsExactlyInAnyOrder("kind", "limit", "reson", "after");
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonObject problem = object(response.body());
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("error")).isEqualTo(problem.getString("detail"));
  }

  private JsonObject awaitLetter(String key, String text, int occurrences) {
    return await()
        .atMost(30, SECONDS)
        .until(
            () ->
                listed("open").stream()
                    .map(value -> value.asJsonObject())
                    .filter(letter -> letter.getString(key).equals(text))
                    .filter(letter -> letter.getInt("occurrences") == occurrences)
                    .findFirst(),
            letter -> letter.isPresent())
        .orElseThrow();
  }

  private JsonObject awaitNewest(int bytes) {
    return await()
        .atMost(60, SECONDS)
        .until(
            () ->
                listed("open").stream()
                    .map(value -> value.asJsonObject())
                    .filter(letter -> letter.getInt("bytes") == bytes)
                    .findFirst(),
            letter -> letter.isPresent())
        .orElseThrow();
  }

  private JsonArray listed(String state) {
    return array(client.get("/dead-letters?limit=1000&state=" + state).body());
  }

  private JsonArray selected(String state) {
    return array(client.get(list(state, "refused-" + mark)).body());
  }

  private static String list(String state, String reason) {
    return "/dead-letters?kind=refused&limit=1000&state="
        + state
        + "&reason="
        + URLEncoder.encode(reason, StandardCharsets.UTF_8);
  }

  private byte[] bytes(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(client.uri(path)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .isEqualTo("application/octet-stream");
    return response.body();
  }
}
