package io.messagelogger.api.access;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.quote;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.it.access.Guarded;
import io.messagelogger.it.access.Socket;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.Issuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every question, of each role, about what is its own, what is another's and what is not there; and
 * what limits a caller. A question or parameter that this class does not know fails it.
 */
class MatrixIT {
  private static final String MARK = UUID.randomUUID().toString().substring(0, 8);
  private static final String TIMES = "since=2025-05-27T10:00:00Z&until=2025-05-27T11:00:00Z";
  private static final int LIMIT = 4;

  private static Guarded guarded;
  private static int callers;

  /** A message, and names that nothing else has; all of the same length. */
  private record Case(String name, String uuid) {
    static Case of(String start) {
      return new Case(start + "-" + MARK, UUID.randomUUID().toString());
    }

    String in(String template) {
      return template.replace("UUID", uuid).replace("NAME", name);
    }
  }

  private static final Case OWN = Case.of("own");
  private static final Case FOREIGN = Case.of("for");
  private static final Case MISSING = Case.of("mis");

  @BeforeAll
  static void start() throws IOException {
    guarded =
        new Guarded(
            "RATE_LIMIT", "20",
            "REQUESTS_PER_CALLER", Integer.toString(LIMIT),
            "EXPORTS_PER_CALLER", "1",
            "SOCKETS_PER_CALLER", "2",
            "EXPORTS", "10");
    for (Case one : List.of(OWN, FOREIGN)) {
      guarded
          .client()
          .push(
              message(
                  UUID.fromString(one.uuid),
                  one.name,
                  Map.of(
                      "destination_subject_ids", "[\"to-%s\"]".formatted(one.name),
                      "topic", quote("topic-" + one.name),
                      "message_type", quote("type-" + one.name),
                      "ack_ts", "\"2025-05-27T10:30:01Z\"",
                      "message_data", "{\"k\":\"%s\"}".formatted(one.name),
                      "message_metadata",
                          "{\"k\":\"%s\",\"correlation_id\":\"%s\"}".formatted(one.name, MARK))));
      awaitStored(one.uuid);
    }
  }

  private static void awaitStored(String uuid) {
    await().atMost(60, SECONDS).until(() -> get("/messages/" + uuid, all()).statusCode() == 200);
  }

  @AfterAll
  static void stop() throws IOException {
    guarded.close();
  }

  /** A caller of its own each time, so that no limit is reached by chance. */
  private static String token(@Nullable List<String> subjects, String... roles) {
    JwtClaims claims = Issuer.claims("caller-" + callers++, roles);
    if (subjects != null) {
      claims.setStringListClaim("subjects", subjects);
    }
    return guarded.issuer().token(claims);
  }

  private static String scoped() {
    return token(List.of(OWN.name), "reader");
  }

  private static String all() {
    return token(null, "reader");
  }

  private static HttpResponse<String> get(String path, @Nullable String bearer) {
    return guarded.get(path, bearer);
  }

  private static List<String> questions() {
    List<String> questions = new ArrayList<>();
    for (String filter :
        List.of(
            "subject=NAME",
            "source=NAME",
            "destination=to-NAME",
            "topic=topic-NAME",
            "type=type-NAME",
            "q=NAME",
            "data.k=NAME",
            "metadata.k=NAME",
            "data=%7B%22k%22%3A%22NAME%22%7D")) {
      for (String form : List.of("", "&order=oldest", "&format=ndjson", "&format=csv&end=1")) {
        questions.add("/messages?" + filter + "&" + TIMES + form);
      }
      for (String by : List.of("", "&by=topic", "&by=source&bucket=15m", "&by=pair")) {
        questions.add("/stats?" + filter + "&" + TIMES + by);
      }
      questions.add("/graph?" + filter + "&" + TIMES);
    }
    questions.addAll(
        List.of(
            "/messages/UUID",
            "/messages/UUID/related",
            "/messages/UUID/related?format=mermaid",
            "/messages/subject/NAME",
            "/messages/subject/to-NAME",
            "/messages/subject/NAME?limit=1&format=csv",
            "/conversations/NAME/to-NAME",
            "/conversations/NAME/to-NAME?format=mermaid",
            "/terms?field=subject&prefix=NAME",
            "/terms?field=source&prefix=NAME",
            "/terms?field=destination&prefix=to-NAME",
            "/terms?field=topic&prefix=topic-NAME",
            "/terms?field=type&prefix=type-NAME"));
    return questions;
  }

  /** Status, headers and body, but for the time. */
  private static String seen(Case one, String question, @Nullable String bearer) {
    HttpResponse<String> response = get(one.in(question), bearer);
    StringBuilder seen = new StringBuilder().append(response.statusCode()).append('\n');
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase("date") && !name.equalsIgnoreCase("content-disposition")) {
                seen.append(name.toLowerCase(java.util.Locale.ROOT)).append(values).append('\n');
              }
            });
    return seen.append(response.body())
        .toString()
        .replace(one.uuid, "UUID")
        .replace(one.name, "NAME");
  }

  @ParameterizedTest
  @MethodSource("questions")
  void whatIsForeignIsNotThere(String question) {
    String missing = seen(MISSING, question, scoped());
    assertThat(seen(FOREIGN, question, scoped())).isEqualTo(missing);
    assertThat(seen(OWN, question, scoped())).startsWith("200").isNotEqualTo(missing);
    assertThat(seen(FOREIGN, question, all()))
        .as("who sees everything sees it")
        .startsWith("200")
        .isNotEqualTo(missing);
  }

  @ParameterizedTest
  @MethodSource("questions")
  void withoutTheRoleAllIsTheSame(String question) {
    for (Case one : List.of(OWN, FOREIGN, MISSING)) {
      assertThat(get(one.in(question), null).statusCode()).isEqualTo(401);
      assertThat(get(one.in(question), token(null, "writer")).statusCode()).isEqualTo(403);
      assertThat(get(one.in(question), token(null, "operator")).statusCode()).isEqualTo(403);
      assertThat(get(one.in(question), token(List.of(OWN.name), "writer")).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void everyQuestionIsAsked() {
    List<String> paths =
        questions().stream().map(question -> OWN.in(question).replaceAll("\\?.*", "")).toList();
    assertThat(
            Rules.table().stream()
                .filter(line -> line.rule() == Rules.Rule.READER && line.method().equals("GET"))
                .filter(line -> !line.path().equals("/messages/live"))) // below
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(paths)
                    .as(line.path())
                    .anyMatch(path -> line.pattern().matcher(path).matches()));
  }

  /** Of related ones, those only that may be seen. */
  @Test
  void whatIsRelatedIsNotShownToThoseWhoMayNotSeeIt() {
    assertThat(get("/messages/" + OWN.uuid + "/related", all()).body())
        .contains(OWN.uuid, FOREIGN.uuid);
    assertThat(get("/messages/" + OWN.uuid + "/related", scoped()).body())
        .contains(OWN.uuid)
        .doesNotContain(FOREIGN.uuid, FOREIGN.name);
  }

  /** Those who may not see everything are no operators. */
  @Test
  void deadLettersAndErasureAreForThoseWhoSeeEverything() {
    String narrow = token(List.of(OWN.name), "reader", "operator");
    guarded.client().push("no message of " + FOREIGN.name);
    await()
        .atMost(60, SECONDS)
        .until(() -> get("/dead-letters", token(null, "operator")).body().contains(FOREIGN.name));
    for (String path : List.of("/dead-letters", "/dead-letters/1", "/dead-letters/999999999")) {
      HttpResponse<String> response = get(path, token(List.of(OWN.name), "reader", "operator"));
      assertThat(response.statusCode()).as(path).isEqualTo(403);
      assertThat(response.body()).doesNotContain(FOREIGN.name);
    }
    for (Case one : List.of(OWN, FOREIGN, MISSING)) {
      assertThat(guarded.ask("DELETE", one.in("/messages/UUID"), narrow).statusCode())
          .isEqualTo(403);
    }
  }

  // --- the feed

  /** What matches the foreign message alone, of each parameter of the feed. */
  private static final Map<String, String> FEED =
      Map.ofEntries(
          Map.entry("since", "10m"),
          Map.entry("subject", "NAME"),
          Map.entry("source", "NAME"),
          Map.entry("destination", "to-NAME"),
          Map.entry("topic", "topic-NAME"),
          Map.entry("type", "type-NAME"),
          Map.entry("q", "NAME"),
          Map.entry("data[.path]", "NAME"),
          Map.entry("metadata[.path]", "NAME"),
          Map.entry("until", "2025-05-27T10:30:00.5Z"),
          Map.entry("ack", "present"),
          Map.entry("min_ack_ms", "1000"),
          Map.entry("max_ack_ms", "1000"),
          Map.entry("envelope", "1"),
          Map.entry("batch", "10"),
          Map.entry("ticket", "x"));

  @Test
  void everyParameterOfTheFeedHasARule() {
    TreeSet<String> known = new TreeSet<>();
    for (String path : List.of("/messages/live?nonsense=1", "/messages/live?since=1h&nonsense=1")) {
      String body = get(path, all()).body();
      assertThat(body).contains("supported: ");
      known.addAll(
          Arrays.asList(body.replaceAll("(?s).*?supported: ([^\"]*)\".*", "$1").split(", ", -1)));
    }
    known.add("since"); // read apart from the others
    assertThat(FEED.keySet()).containsAll(known);
  }

  static Stream<String> feedParameters() {
    return FEED.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("feedParameters")
  void aReplayShowsNothingForeign(String parameter) throws Exception {
    String name = parameter.replace("[.path]", ".k");
    String condition =
        name.equals("since") ? "" : "&" + name + "=" + FOREIGN.in(FEED.get(parameter));
    String query = "?since=10m" + condition;
    assertThat(replay(query, scoped())).doesNotContain(FOREIGN.name, FOREIGN.uuid);
    assertThat(replay(query, all())).contains(FOREIGN.uuid);
    Socket socket =
        guarded.open(
            "?envelope=1&since=10m" + condition.replace("&envelope=1", ""), scoped(), null);
    await()
        .atMost(60, SECONDS)
        .until(() -> socket.frames().stream().anyMatch(frame -> frame.contains("caught_up")));
    assertThat(String.join("\n", socket.frames())).doesNotContain(FOREIGN.name, FOREIGN.uuid);
    socket.abort();
  }

  /** All events until the present is reached. */
  private static String replay(String query, String bearer) throws Exception {
    try (Stream<String> lines = events(query, bearer).body()) {
      StringBuilder seen = new StringBuilder();
      var each = lines.iterator();
      while (each.hasNext()) {
        String line = each.next();
        seen.append(line).append('\n');
        if (line.contains("\"caught_up\"")) {
          return seen.toString();
        }
      }
      throw new AssertionError("the events have ended: " + seen);
    }
  }

  private static HttpResponse<Stream<String>> events(String query, String bearer)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(guarded.client().uri("/messages/live" + query))
                .header("Authorization", "Bearer " + bearer)
                .build(),
            HttpResponse.BodyHandlers.ofLines());
  }

  // --- what is recorded

  @Test
  void aFeedIsRecordedToItsEnd() throws Exception {
    String query = "?since=10m&source=" + OWN.name;
    String bearer = all();
    String name = "caller-" + (callers - 1);
    replay(query, bearer);
    Socket socket = guarded.open("?envelope=1&batch=10&since=10m&source=" + OWN.name, bearer, null);
    await()
        .atMost(60, SECONDS)
        .until(() -> socket.frames().stream().anyMatch(frame -> frame.contains("caught_up")));
    assertThat(recorded(name, "question LIKE '/?%'", "ended_at IS NULL")).isOne();
    socket.abort();
    await()
        .atMost(60, SECONDS)
        .until(
            () ->
                recorded(name, "question LIKE '/messages/live?%'", "rows_read = 1") == 1
                    && recorded(name, "question LIKE '/?%'", "rows_read = 1") == 1);
  }

  private static long recorded(String reader, String... conditions) {
    return guarded
        .client()
        .count(
            "SELECT count(*) FROM message_read_audit WHERE reader = '%s' AND %s"
                .formatted(reader, String.join(" AND ", conditions)));
  }

  @Test
  void aFeedThatCannotBeRecordedIsNotShown() throws Exception {
    guarded.client().execute("ALTER TABLE message_read_audit RENAME TO message_read_audit_away");
    try {
      assertThat(events("", all()).statusCode()).isEqualTo(503);
      assertThat(events("?since=10m", all()).statusCode()).isEqualTo(503);
      assertThatThrownBy(() -> guarded.open("?since=10m&envelope=1", all(), null))
          .cause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              e -> assertThat(e.getResponse().statusCode()).isEqualTo(503));
    } finally {
      guarded.client().execute("ALTER TABLE message_read_audit_away RENAME TO message_read_audit");
    }
  }

  // --- limits

  private static void assertTooMany(HttpResponse<?> response, String setting) {
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After").map(Integer::valueOf))
        .hasValueSatisfying(seconds -> assertThat(seconds).isPositive());
    assertThat(response.body().toString()).contains(setting);
  }

  @Test
  void moreRequestsASecondAre429() {
    String bearer = all();
    HttpResponse<String> refused =
        await()
            .atMost(60, SECONDS)
            .until(
                () ->
                    IntStream.range(0, 100)
                        .parallel()
                        .mapToObj(i -> get("/me", bearer))
                        .filter(r -> r.statusCode() == 429 && r.body().contains("RATE_LIMIT"))
                        .findAny()
                        .orElse(null),
                found -> found != null);
    assertTooMany(refused, "RATE_LIMIT");
    assertThat(get("/me", all()).statusCode()).as("another caller").isEqualTo(200);
  }

  /** An answer that its caller does not read yet. */
  private static HttpResponse<InputStream> begin(String path, String bearer)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(guarded.client().uri(path))
                .header("Authorization", "Bearer " + bearer)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  /** More than connections hold: it is under way until it is read. */
  private static String large() {
    String name = "large-" + UUID.randomUUID();
    String text = "x".repeat(900_000);
    UUID last = UUID.randomUUID();
    for (int i = 0; i < 40; i++) {
      guarded
          .client()
          .push(
              message(
                  i == 39 ? last : UUID.randomUUID(), name, Map.of("message_data", quote(text))));
    }
    awaitStored(last.toString());
    return name;
  }

  @Test
  void moreAtATimeAre429AndARevokedKeyEndsWhatIsUnderWay() throws Exception {
    String name = large();
    guarded.key("exporter", "reader", null);
    guarded.writeKeys();
    String key = Guarded.secret("exporter");
    await().atMost(60, SECONDS).until(() -> get("/me", key).statusCode() == 200);
    Socket socket = guarded.open("", key, null);
    HttpResponse<InputStream> export = begin("/messages?format=ndjson&source=" + name, key);
    assertThat(export.statusCode()).isEqualTo(200);
    assertTooMany(get("/messages?format=csv&source=" + name, key), "EXPORTS_PER_CALLER");

    guarded.revoke("exporter");
    guarded.writeKeys();
    await().atMost(60, SECONDS).until(() -> get("/me", key).statusCode() == 401);
    await().atMost(60, SECONDS).until(() -> socket.code() == 1008);
    assertThatThrownBy(
            () -> {
              try (InputStream in = export.body()) {
                in.readAllBytes();
              }
            })
        .as("cut, not ended")
        .isInstanceOf(IOException.class);

    String bearer = all();
    List<InputStream> open = new ArrayList<>();
    for (int i = 0; i < LIMIT; i++) {
      open.add(begin("/messages/subject/" + name, bearer).body());
    }
    assertTooMany(get("/me", bearer), "REQUESTS_PER_CALLER");
    for (InputStream body : open) {
      body.close();
    }
    await().atMost(90, SECONDS).until(() -> get("/me", bearer).statusCode() == 200);
  }

  @Test
  void moreFeedsAreRefused() throws Exception {
    String bearer = all();
    Socket first = guarded.open("", bearer, null);
    Socket second = guarded.open("?envelope=1", bearer, null);
    await()
        .atMost(60, SECONDS)
        .until(() -> second.frames().stream().anyMatch(frame -> frame.contains("caught_up")));
    Socket third = guarded.open("", bearer, null);
    await().atMost(60, SECONDS).until(() -> third.code() == 1013);
    HttpResponse<String> refused =
        guarded
            .client()
            .send(
                HttpRequest.newBuilder(guarded.client().uri("/messages/live"))
                    .header("Authorization", "Bearer " + bearer));
    assertTooMany(refused, "SOCKETS_PER_CALLER");
    assertThat(List.of(first.code(), second.code())).containsOnly(0);
    first.abort();
    second.abort();
  }

  // --- what a field or parameter may carry

  static Stream<String> carriers() {
    return Stream.of(
        "'; DROP TABLE message_exchange; --",
        "\" OR \"\"=\"",
        "%' OR topic LIKE '%",
        "$.k ? (@ like_regex \".*\")",
        "{a,\"b\"}",
        "\\",
        "a\\*",
        "!a*",
        "=HYPERLINK(\"http://x.example\";\"y\")",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "x\r\n[ERROR] forged line",
        "\u2028[ERROR] forged\u0085line",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "end\nsequenceDiagram\n  A->>B: x",
        "%%{init: {}}%%;#35;",
        "${jndi:ldap://x.example}",
        "{0} %s %n",
        "../../etc/passwd");
  }

  @ParameterizedTest
  @MethodSource("carriers")
  void aFieldCarriesNothingButItself(String carrier) {
    String text = carrier + MARK;
    String start = carrier.substring(0, 1);
    UUID uuid = UUID.randomUUID();
    String json = quote(text);
    guarded
        .client()
        .push(
            message(
                uuid,
                text,
                Map.of(
                    "destination_subject_ids", "[" + json + "]",
                    "topic", json,
                    "message_type", json,
                    "message_data", "{\"k\":" + json + "}",
                    "message_metadata", "{\"k\":" + json + "," + json + ":1}")));
    awaitStored(uuid.toString());
    var read = Client.object(get("/messages/" + uuid, all()).body());
    for (String field : List.of("source_subject_id", "topic", "message_type")) {
      assertThat(read.getString(field)).isEqualTo(text);
    }
    String value = encoded(start.equals("!") ? "\\" + text : text);
    for (String filter :
        List.of(
            "subject=" + value,
            "source=" + value,
            "destination=" + value,
            "topic=" + value,
            "type=" + value,
            // No index serves these, and other tests have stored thousands of messages of this
            // time.
            "data.k=" + encoded(text) + "&source=" + value,
            "metadata.k=" + encoded(text) + "&source=" + value,
            "data=" + encoded("{\"k\":" + json + "}") + "&source=" + value,
            "metadata=" + encoded("{" + json + ":1}") + "&source=" + value)) {
      HttpResponse<String> found = get("/messages?" + filter + "&" + TIMES, all());
      assertThat(found.statusCode()).as(filter).isEqualTo(200);
      assertThat(Client.array(found.body())).as(filter).hasSize(1);
    }
    for (String question :
        List.of("q=", "ack=", "since=", "order=", "fields=", "format=", "after=", "x", "limit=")) {
      assertThat(get("/messages?" + question + value, all()).statusCode())
          .as(question)
          .isIn(200, 400);
    }
    String csv =
        get("/messages?format=csv&fields=topic&source=" + value + "&" + TIMES, all()).body();
    assertThat(csv.lines().skip(1).findFirst().orElse(""))
        .as("no formula (CSV_FORMULAS)")
        .doesNotMatch("\"?[=+\\-@\\t].*");
    String diagram = get("/messages/" + uuid + "/related?format=mermaid", all()).body();
    assertThat(diagram.lines())
        .as("a header, one participant, one arrow")
        .hasSize(3)
        .noneMatch(line -> line.contains("<") || line.contains("%%"));
    assertThat(guarded.server().log().lines()).noneMatch(line -> line.startsWith("[ERROR] forged"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
