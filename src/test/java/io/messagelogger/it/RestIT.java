package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.object;
import static io.messagelogger.testing.Client.quote;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST API as its users meet it. */
class RestIT extends OnServer {

  @Test
  void theSeedsExampleIsAnsweredAsInTheSeed() {
    String uuid = "123e4567-e89b-12d3-a456-426614174000";
    String seed =
        """
        {
          "message_uuid": "123e4567-e89b-12d3-a456-426614174000",
          "origin_ts": "2025-05-27T10:30:00Z",
          "ack_ts": "2025-05-27T10:30:01Z",
          "message_data": {"text": "hello"},
          "source_subject_id": "subject-A",
          "destination_subject_ids": ["subject-B"],
          "topic": "greetings",
          "message_type": "chat",
          "message_metadata": {"priority": "high"}
        }
        """;
    client.push(seed);
    client.awaitStored(uuid);

    HttpResponse<String> response = client.get("/messages/" + uuid);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(object(response.body())).isEqualTo(object(seed));
    assertThat(object(response.body()).keySet())
        .containsExactly(
            "message_uuid",
            "origin_ts",
            "ack_ts",
            "message_data",
            "source_subject_id",
            "destination_subject_ids",
            "topic",
            "message_type",
            "message_metadata");
    assertThat(client.subject("subject-A")).contains(object(seed));
    assertThat(client.subject("subject-B")).contains(object(seed));
  }

  @Test
  void whatIsAbsentIsNull() {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, "sparse"));
    JsonObject stored = client.awaitStored(uuid.toString());
    assertThat(stored).hasSize(9).containsEntry("ack_ts", JsonValue.NULL);
    assertThat(stored.get("destination_subject_ids")).isEqualTo(JsonValue.NULL);
    assertThat(stored.get("message_data")).isEqualTo(JsonValue.NULL);
  }

  @Test
  void anUnknownUuidIsNotFound() {
    assertProblem(client.get("/messages/" + UUID.randomUUID()), 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "123", "123e4567-e89b-12d3-a456-42661417400", "1-1-1-1-1", "%20"})
  void whatIsNoUuidIsABadRequest(String text) {
    assertProblem(client.get("/messages/" + text), 400);
  }

  @Test
  void anUnknownSubjectHasNoMessages() {
    HttpResponse<String> response = client.get("/messages/subject/" + UUID.randomUUID());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("[]");
  }

  @Test
  void unknownPathsAndMethodsAreProblemsToo() {
    assertProblem(client.get("/no/such/path"), 404);
    assertProblem(client.get("/messages/a/b"), 404);
    assertProblem(
        client.send(HttpRequest.newBuilder(client.uri("/messages/subject/a")).DELETE()), 405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "team/alpha/agent 7",
        "100 %",
        "%41 is not A",
        "a+b",
        "semi;colon=x",
        "question?mark#hash",
        "back\\slash",
        "smile 😀 and ünïcode",
        "..",
        "//",
        "a\"quote'd&co=1",
        "trailing/"
      })
  void subjectsOfEveryKindAreFound(String subject) {
    assertSubjectIsFound(subject + " " + UUID.randomUUID());
    assertSubjectIsFound(UUID.randomUUID() + subject);
  }

  @Test
  void longSubjectsAreFound() {
    assertSubjectIsFound(("s".repeat(164) + UUID.randomUUID()).substring(0, 200));
    assertSubjectIsFound("é".repeat(900) + UUID.randomUUID());
  }

  private void assertSubjectIsFound(String subject) {
    UUID sent = UUID.randomUUID();
    UUID received = UUID.randomUUID();
    client.push(
        message(sent, subject),
        message(received, "other", Map.of("destination_subject_ids", "[" + quote(subject) + "]")));
    client.awaitStored(sent.toString());
    client.awaitStored(received.toString());
    assertThat(client.subject(subject))
        .extracting(message -> message.asJsonObject().getString("message_uuid"))
        .containsExactlyInAnyOrder(sent.toString(), received.toString());
  }

  @Test
  void aSubjectsMessagesComeNewestFirstAllOrInPages() {
    String subject = "pages-" + UUID.randomUUID();
    List<String> payloads = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      UUID uuid = UUID.randomUUID();
      payloads.add(
          """
          {"message_uuid": "%s", "origin_ts": "2025-05-27T10:%02d:%02dZ", "source_subject_id": "%s"}\
          """
              .formatted(uuid, i / 60, i % 60, subject));
      expected.add(0, uuid.toString());
    }
    client.push(payloads.toArray(new String[0]));
    await().atMost(30, SECONDS).until(() -> client.subject(subject).size() == payloads.size());

    assertThat(uuids(client.subject(subject))).isEqualTo(expected);

    List<String> paged = new ArrayList<>();
    String path = "/messages/subject/" + subject + "?limit=500";
    int pages = 0;
    while (path != null) {
      HttpResponse<String> page = client.get(path);
      assertThat(page.statusCode()).isEqualTo(200);
      paged.addAll(uuids(Client.array(page.body())));
      path = nextPath(page).orElse(null);
      pages++;
    }
    assertThat(paged).isEqualTo(expected);
    assertThat(pages).isEqualTo(3);
  }

  private static final Pattern NEXT =
      Pattern.compile("<(?:https?://[^/>]+)?(/[^>]+)>; rel=\"?next\"?");

  /** Where the next page is; empty on the last one, which links to the one before only. */
  private static Optional<String> nextPath(HttpResponse<String> page) {
    return page.headers().allValues("Link").stream()
        .map(NEXT::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private static List<String> uuids(JsonArray messages) {
    return messages.stream()
        .map(message -> message.asJsonObject().getString("message_uuid"))
        .toList();
  }

  @Test
  void aSearchFindsByEveryFilterInPages() {
    String source = "search-" + UUID.randomUUID();
    List<String> pushed = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      UUID uuid = UUID.randomUUID();
      pushed.add(0, uuid.toString());
      client.push(
          """
          {"message_uuid": "%1$s", "origin_ts": "2025-03-01T00:00:0%2$dZ", "source_subject_id": "%3$s",
           "destination_subject_ids": ["d%4$d%3$s"], "topic": "a topic & more", "message_type": "type-%4$d"}\
          """
              .formatted(uuid, i, source, i % 2));
    }
    client.awaitStored(pushed.get(0));
    awaitDrained();
    assertThat(uuids("/messages?source=" + source)).isEqualTo(pushed);
    assertThat(uuids("/messages?subject=d1" + source))
        .containsExactly(pushed.get(1), pushed.get(3), pushed.get(5));
    assertThat(uuids("/messages?destination=d0" + source + "&topic=a%20topic%20%26+more"))
        .containsExactly(pushed.get(0), pushed.get(2), pushed.get(4), pushed.get(6));
    assertThat(
            uuids(
                "/messages?source="
                    + source
                    + "&type=type-0&since=2025-03-01T01:00:02%2B01:00&until=2025-03-01T00:00:06Z"))
        .containsExactly(pushed.get(2), pushed.get(4));
    assertThat(uuids("/messages?source=" + source + "&type=none")).isEmpty();
    assertThat(Client.array(client.get("/messages?limit=3").body())).hasSize(3);
    List<String> paged = new ArrayList<>();
    String next = "/messages?source=" + source + "&limit=3&topic=a%20topic%20%26+more";
    for (int page = 0; next != null; page++) {
      assertThat(page).isLessThan(3);
      HttpResponse<String> response = client.get(next);
      paged.addAll(uuids(next));
      next = nextPath(response).orElse(null);
    }
    assertThat(paged).isEqualTo(pushed);
  }

  private List<String> uuids(String path) {
    HttpResponse<String> response = client.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Client.array(response.body()).stream()
        .map(message -> message.asJsonObject().getString("message_uuid"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "after=x",
        "since=yesterday",
        "until=2025-01-01T00:00:00",
        "tpoic=a",
        "data=x",
        "limit=1&limit=2"
      })
  void wrongSearchesAreBadRequests(String query) {
    assertProblem(client.get("/messages?" + query), 400);
  }

  @Test
  void nobodyErasesUnlessErasureIsOn() {
    HttpRequest.Builder erase =
        HttpRequest.newBuilder(client.uri("/messages/" + UUID.randomUUID())).DELETE();
    assertProblem(client.send(erase), 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "limit=-1", "after=x", "after=%20"})
  void wrongPageParametersAreBadRequests(String query) {
    assertProblem(client.get("/messages/subject/a?" + query), 400);
  }

  @Test
  void postedMessagesAreStored() {
    UUID one = UUID.randomUUID();
    HttpResponse<String> single = client.post("/messages", message(one, "post"));
    assertThat(single.statusCode()).isEqualTo(202);
    assertThat(single.headers().firstValue("Location"))
        .hasValueSatisfying(location -> assertThat(location).endsWith("/messages/" + one));
    client.awaitStored(one.toString());

    UUID two = UUID.randomUUID();
    UUID three = UUID.randomUUID();
    HttpResponse<String> several =
        client.post("/messages", "[" + message(two, "post") + ",\n" + message(three, "post") + "]");
    assertThat(several.statusCode()).isEqualTo(202);
    assertThat(object(several.body()).getInt("accepted")).isEqualTo(2);
    client.awaitStored(two.toString());
    client.awaitStored(three.toString());
  }

  @Test
  void aWrongMemberIsNamed() {
    HttpResponse<String> response =
        client.post(
            "/messages", "[" + message(UUID.randomUUID(), "ok") + ", {\"message_uuid\": \"no\"}]");
    assertProblem(response, 400);
    assertThat(object(response.body()).getString("pointer")).isEqualTo("/1/message_uuid");

    HttpResponse<String> destination =
        client.post(
            "/messages",
            message(UUID.randomUUID(), "ok", Map.of("destination_subject_ids", "[\"a\", null]")));
    assertProblem(destination, 400);
    assertThat(object(destination.body()).getString("pointer"))
        .isEqualTo("/destination_subject_ids/1");
  }

  @Test
  void nothingOfAWrongRequestIsTaken() {
    UUID good = UUID.randomUUID();
    assertProblem(client.post("/messages", "[" + message(good, "x") + ", 7]"), 400);
    assertProblem(client.post("/messages", message(good, "x") + " trailing"), 400);
    assertProblem(client.post("/messages", ""), 400);
    UUID after = UUID.randomUUID();
    client.push(message(after, "x"));
    client.awaitStored(after.toString());
    assertProblem(client.get("/messages/" + good), 404);
  }

  @Test
  void whatIsTooLargeIsRefused() {
    String text = quote("x".repeat(1_048_576));
    assertProblem(
        client.post("/messages", message(UUID.randomUUID(), "x", Map.of("message_data", text))),
        413);
    assertProblem(client.post("/messages", " ".repeat(16_777_217)), 413);
  }

  @Test
  void onlyJsonIsTaken() {
    assertProblem(
        client.send(
            HttpRequest.newBuilder(client.uri("/messages"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))),
        415);
  }

  @Test
  void theRootAnswersThePage() {
    HttpResponse<String> page = client.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body()).contains("Message Logger");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    for (String file :
        List.of("/page/main.js", "/page/css/base.css", "/lib/preact.module.js", "/icon.svg")) {
      assertThat(client.get(file).statusCode()).as(file).isEqualTo(200);
    }
    for (String none :
        List.of(
            "/page",
            "/page/",
            "/page/none.js",
            "/lib/",
            "/page/../WEB-INF/web.xml",
            "/page/WEB-INF/web.xml")) {
      assertProblem(client.get(none), 404);
    }
  }

  @Test
  void aBrowserAsksEachTimeWhetherThePageHasChanged() {
    for (String path : List.of("/", "/index.html", "/page/app.js", "/icon.svg")) {
      HttpResponse<String> first = client.get(path);
      assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
      String tag = first.headers().firstValue("ETag").orElseThrow();
      HttpResponse<String> again =
          client.send(HttpRequest.newBuilder(client.uri(path)).header("If-None-Match", tag));
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      HttpResponse<String> other =
          client.send(HttpRequest.newBuilder(client.uri(path)).header("If-None-Match", "\"x\""));
      assertThat(other.statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/index.html", "/page/main.js", "/icon.svg"})
  void aMessageThatIsSentToThePageIsRefusedAndNotLost(String path) {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(client.uri(path))
                  .method(method, HttpRequest.BodyPublishers.ofString("{}")));
      assertProblem(response, 405);
      assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    }
    HttpResponse<String> options =
        client.send(
            HttpRequest.newBuilder(client.uri(path))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
  }

  @Test
  void whatAPathTakesCanBeAsked() {
    HttpResponse<String> options =
        client.send(
            HttpRequest.newBuilder(client.uri("/messages"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonObject problem = object(response.body());
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("error")).isNotBlank();
  }
}
