package io.messagelogger.it.access;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.object;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Issuer;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, keys, roles, scopes and sockets on a server that asks who one is. */
class AccessIT {
  private static Guarded guarded;

  @BeforeAll
  static void start() throws IOException {
    guarded = new Guarded("CORS_ORIGINS", "https://app.example", "EXPORTS", "15");
  }

  @AfterAll
  static void stop() throws IOException {
    guarded.close();
  }

  /** A way to ask, with what it needs. */
  private record Surface(String method, String path, String role) {}

  private static List<Surface> surfaces() {
    String uuid = UUID.randomUUID().toString();
    return List.of(
        new Surface("GET", "/messages", "reader"),
        new Surface("GET", "/messages?limit=1", "reader"),
        new Surface("HEAD", "/messages/" + uuid, "reader"),
        new Surface("GET", "/messages/" + uuid, "reader"),
        new Surface("GET", "/messages/subject/a", "reader"),
        new Surface("GET", "/messages/subject/a%2Fb", "reader"),
        new Surface("GET", "/messages/../messages/", "reader"),
        new Surface("POST", "/tickets", "reader"),
        new Surface("POST", "/messages", "writer"),
        new Surface("DELETE", "/messages/" + uuid, "operator"),
        new Surface("GET", "/dead-letters", "operator"),
        new Surface("GET", "/dead-letters/1", "operator"),
        new Surface("GET", "/dead-letters/1/payload", "operator"),
        new Surface("DELETE", "/dead-letters/1", "operator"),
        new Surface("POST", "/dead-letters/999999999/retry", "operator"),
        new Surface("GET", "/dead-letters/retry", "operator"),
        new Surface("DELETE", "/dead-letters/retry", "operator"));
  }

  @ParameterizedTest
  @MethodSource("surfaces")
  void nobodyGetsInWithoutSayingWhoTheyAre(Surface surface) {
    HttpResponse<String> response = guarded.ask(surface.method, surface.path, null);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer ");
  }

  @ParameterizedTest
  @MethodSource("surfaces")
  void aRoleOpensWhatIsItsOwn(Surface surface) {
    for (String role : List.of("reader", "writer", "operator")) {
      int status =
          guarded
              .ask(surface.method, surface.path, guarded.issuer().token("t-" + role, role))
              .statusCode();
      if (role.equals(surface.role)) {
        assertThat(status).as(role).isNotIn(401, 500, 503);
        if (!surface.method.equals("DELETE")) {
          assertThat(status).as(role).isNotEqualTo(403); // ERASURE is off
        }
      } else {
        assertThat(status).as(role).isEqualTo(403);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/index.html", "/page/main.js", "/health/ready", "/health/live", "/metrics"})
  void thePageAndHealthAreOpen(String path) {
    assertThat(guarded.get(path, null).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsNotThere() {
    String reader = Guarded.secret("operator");
    for (String path : List.of("/problem", "/nothing", "/messages/a/b", "/index.html/x")) {
      assertThat(guarded.get(path, null).statusCode()).as(path).isEqualTo(401);
      assertThat(guarded.get(path, reader).statusCode()).as(path).isEqualTo(404);
    }
    for (String path : List.of("/WEB-INF/web.xml", "/web-inf/web.xml", "/META-INF/MANIFEST.MF")) {
      assertThat(guarded.get(path, reader).statusCode()).as(path).isEqualTo(404);
    }
    HttpResponse<String> wrong = guarded.ask("PUT", "/messages", reader);
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void meSaysWhoOneIs() {
    assertThat(guarded.get("/me", null).statusCode()).isEqualTo(401);
    assertThat(object(guarded.get("/me", Guarded.secret("operator")).body()))
        .isEqualTo(
            object(
                "{\"name\":\"operator\",\"roles\":[\"reader\",\"writer\",\"operator\"],\"subjects\":null}"));
    JwtClaims claims = Issuer.claims("ann", "reader", "operator", "of another service");
    claims.setStringListClaim("subjects", List.of("a", "b*"));
    assertThat(object(guarded.get("/me", guarded.issuer().token(claims)).body()))
        .as("an operator sees everything, or is none")
        .isEqualTo(object("{\"name\":\"ann\",\"roles\":[\"reader\"],\"subjects\":[\"a\",\"b*\"]}"));
    claims.setStringListClaim("subjects", List.of("*"));
    assertThat(object(guarded.get("/me", guarded.issuer().token(claims)).body()).get("subjects"))
        .isEqualTo(JsonValue.NULL);
  }

  // --- tokens

  private static Stream<Map.Entry<String, String>> wrongTokens() {
    Issuer issuer = guarded.issuer();
    String good = issuer.token("eve", "reader");
    String[] parts = good.split("\\.", -1);
    String none =
        Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                    "{\"alg\":\"none\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "."
            + parts[1]
            + ".";
    long now = Instant.now().getEpochSecond();
    return Stream.of(
        Map.entry("unsigned", none),
        Map.entry("its signature cut off", parts[0] + "." + parts[1] + "."),
        Map.entry("two parts", parts[0] + "." + parts[1]),
        Map.entry(
            "another's signature", parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "A"),
        Map.entry("another key", Issuer.sign(claims().toJson(), Issuer.rsa(), "RS256", Map.of())),
        Map.entry(
            "another key under a known name",
            Issuer.sign(
                claims().toJson(),
                Issuer.rsa(),
                "RS256",
                Map.of("kid", issuer.rsaKey().getKeyId()))),
        Map.entry(
            "a key that it brings",
            Issuer.sign(
                claims().toJson(),
                Issuer.rsa(),
                "RS256",
                Map.of("jku", "http://127.0.0.1:1/keys", "jwk", "{}"))),
        Map.entry(
            "an algorithm that is not allowed",
            Issuer.sign(claims().toJson(), issuer.rsaKey(), "RS512", Map.of())),
        Map.entry(
            "critical header",
            Issuer.sign(
                claims().toJson(), issuer.rsaKey(), "RS256", Map.of("crit", List.of("x"), "x", 1))),
        with("issuer", c -> c.setIssuer("https://other.example")),
        with("no issuer", c -> c.unsetClaim("iss")),
        with("audience", c -> c.setAudience("another-service")),
        with("no audience", c -> c.unsetClaim("aud")),
        with("expired", c -> c.setExpirationTime(NumericDate.fromSeconds(now - 1))),
        with("without end", c -> c.unsetClaim("exp")),
        with("from the future", c -> c.setIssuedAt(NumericDate.fromSeconds(now + 600))),
        with("not yet valid", c -> c.setNotBefore(NumericDate.fromSeconds(now + 600))),
        with("without time", c -> c.unsetClaim("iat")),
        with("nobody's", c -> c.unsetClaim("sub")),
        with("a blank name", c -> c.setSubject(" ")),
        with("a name that is no text", c -> c.setClaim("sub", 7)),
        with("exp that is text", c -> c.setClaim("exp", "tomorrow")),
        with("roles that are an object", c -> c.setClaim("groups", Map.of("reader", true))),
        with("roles that are numbers", c -> c.setClaim("groups", List.of(1))),
        with("subjects that are null", c -> c.setClaim("subjects", null)),
        with("subjects that are a number", c -> c.setClaim("subjects", 1)),
        with("subjects that are mixed", c -> c.setClaim("subjects", List.of("a", 1))),
        Map.entry("not JSON", Issuer.sign("hello", issuer.rsaKey(), "RS256", Map.of())),
        Map.entry("giant", issuer.token("x".repeat(20_000), "reader")),
        Map.entry("garbage", "a.b.c"),
        Map.entry("an unknown key", "ml_" + "0".repeat(64)),
        Map.entry("a hash", Guarded.sha256(Guarded.secret("reader"))));
  }

  private static JwtClaims claims() {
    return Issuer.claims("eve", "reader");
  }

  private static Map.Entry<String, String> with(
      String what, java.util.function.Consumer<JwtClaims> change) {
    JwtClaims claims = claims();
    change.accept(claims);
    return Map.entry(what, guarded.issuer().token(claims));
  }

  @ParameterizedTest
  @MethodSource("wrongTokens")
  void aWrongTokenLetsNobodyIn(Map.Entry<String, String> token) {
    HttpResponse<String> response = guarded.get("/messages?limit=1", token.getValue());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("error=\"invalid_token\"");
    assertThat(response.body()).doesNotContain(token.getValue(), "jose4j", "Exception");
  }

  @Test
  void aGoodTokenLetsIn() {
    Issuer issuer = guarded.issuer();
    assertThat(guarded.get("/messages?limit=1", issuer.token(claims())).statusCode())
        .isEqualTo(200);
    String ec = Issuer.sign(claims().toJson(), issuer.ecKey(), "ES256", Map.of());
    assertThat(guarded.get("/messages?limit=1", ec).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "Bearer ", "Basic YTpi", "bearer", "Token x"})
  void whatIsNoBearerIsRefused(String header) {
    HttpResponse<String> response =
        guarded
            .client()
            .send(
                HttpRequest.newBuilder(guarded.client().uri("/me"))
                    .header("Authorization", header));
    assertThat(response.statusCode()).isEqualTo(401);
  }

  @Test
  void twoHeadersAreRefused() {
    String token = guarded.issuer().token(claims());
    HttpResponse<String> response =
        guarded
            .client()
            .send(
                HttpRequest.newBuilder(guarded.client().uri("/me"))
                    .header("Authorization", "Bearer " + token)
                    .header("Authorization", "Bearer " + token));
    assertThat(response.statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenThatEndsIsRefusedFromThen() {
    JwtClaims claims = claims();
    claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + 3));
    String token = guarded.issuer().token(claims);
    assertThat(guarded.get("/me", token).statusCode()).isEqualTo(200);
    await().atMost(10, SECONDS).until(() -> guarded.get("/me", token).statusCode() == 401);
    assertThat(Instant.now().getEpochSecond()).isGreaterThanOrEqualTo(exp(claims));
    assertThat(guarded.get("/me", token).body()).contains("has expired");
  }

  private static long exp(JwtClaims claims) {
    try {
      return claims.getExpirationTime().getValue();
    } catch (org.jose4j.jwt.MalformedClaimException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void newKeysOfTheIssuerAreTaken() {
    guarded.issuer().rotate();
    String token = guarded.issuer().token("rotated", "reader");
    await().atMost(20, SECONDS).until(() -> guarded.get("/me", token).statusCode() == 200);
  }

  // --- keys

  @Test
  void keysComeAndGoWithTheFile() throws IOException {
    String key = Guarded.secret("new");
    assertThat(guarded.get("/me", key).statusCode()).isEqualTo(401);
    guarded.key("new", "reader", null);
    guarded.writeKeys();
    await().atMost(10, SECONDS).until(() -> guarded.get("/me", key).statusCode() == 200);

    String valid = Files.readString(guarded.file());
    Files.writeString(guarded.file(), valid.substring(1));
    await()
        .atMost(10, SECONDS)
        .until(() -> guarded.server().said("the keys of before stay in force") == 1);
    assertThat(guarded.get("/me", key).statusCode()).isEqualTo(200);

    guarded.revoke("new");
    guarded.writeKeys();
    await().atMost(10, SECONDS).until(() -> guarded.get("/me", key).statusCode() == 401);
  }

  // --- sockets

  @Test
  void aSocketNeedsATokenOrATicket() {
    assertRefused("", null, null, 401);
    assertRefused("?ticket=" + "0".repeat(64), null, null, 401);
    assertRefused("?access_token=" + Guarded.secret("reader"), null, null, 401);
    assertRefused("", Guarded.secret("writer"), null, 403);
    guarded.open("", Guarded.secret("reader"), null).abort();
    String ticket = ticket(Guarded.secret("reader"));
    guarded.open("?ticket=" + ticket, null, null).abort();
    assertRefused("?ticket=" + ticket, null, null, 401);
    assertThat(
            guarded.get("/messages?ticket=" + ticket(Guarded.secret("reader")), null).statusCode())
        .as("a ticket is for sockets")
        .isEqualTo(401);
  }

  private static String ticket(String bearer) {
    HttpResponse<String> response = guarded.ask("POST", "/tickets", bearer);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    assertThat(object(response.body()).getInt("expires_in")).isEqualTo(30);
    return object(response.body()).getString("ticket");
  }

  private static void assertRefused(
      String query, @Nullable String bearer, @Nullable String origin, int status) {
    assertThatThrownBy(() -> guarded.open(query, bearer, origin))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
  }

  @Test
  void onlyAllowedOriginsOpenTheFeedOrSend() {
    String key = Guarded.secret("reader");
    String own = guarded.client().uri("").toString();
    for (String origin : List.of(own, "https://friend.example", "https://FRIEND.example")) {
      guarded.open("", key, origin).abort();
    }
    for (String origin :
        List.of(
            "null",
            "https://evil.example",
            "https://friend.example.evil.example",
            "https://friend.example:444",
            "http://localhost",
            "http://localhost:1",
            own + ".evil.example",
            "file://" + own.substring("http://".length()))) {
      assertRefused("", key, origin, 403);
      assertThat(
              guarded
                  .client()
                  .send(
                      HttpRequest.newBuilder(guarded.client().uri("/messages"))
                          .header("Authorization", "Bearer " + Guarded.secret("writer"))
                          .header("Origin", origin)
                          .POST(HttpRequest.BodyPublishers.ofString("[]")))
                  .statusCode())
          .as(origin)
          .isEqualTo(403);
    }
  }

  @Test
  void aSocketEndsWithItsToken() {
    JwtClaims claims = claims();
    claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + 4));
    Socket byToken = guarded.open("", guarded.issuer().token(claims), null);
    Socket byTicket = guarded.open("?ticket=" + ticket(guarded.issuer().token(claims)), null, null);
    Socket another = guarded.open("", Guarded.secret("reader"), null);
    await().atMost(15, SECONDS).until(() -> byToken.code() == 1008 && byTicket.code() == 1008);
    assertThat(Instant.now().getEpochSecond()).isGreaterThanOrEqualTo(exp(claims));
    assertThat(another.code()).isZero();
    another.abort();
  }

  @Test
  void aSocketEndsWithItsKey() throws IOException {
    guarded.key("gone", "reader", null);
    guarded.key("narrowed", "reader", null);
    guarded.writeKeys();
    String gone = Guarded.secret("gone");
    String narrowed = Guarded.secret("narrowed");
    await().atMost(10, SECONDS).until(() -> guarded.get("/me", gone).statusCode() == 200);
    Socket revoked = guarded.open("?ticket=" + ticket(gone), null, null);
    Socket changed = guarded.open("", narrowed, null);
    String kept = ticket(gone);
    guarded.revoke("gone");
    guarded.key("narrowed", "reader", "a");
    guarded.writeKeys();
    await().atMost(10, SECONDS).until(() -> revoked.code() == 1008 && changed.code() == 1008);
    assertRefused("?ticket=" + kept, null, null, 401);
  }

  @Test
  void eachIsShownItsOwn() throws IOException {
    String mark = UUID.randomUUID().toString();
    JwtClaims claims = claims();
    claims.setStringListClaim("subjects", List.of("own-" + mark, "team-" + mark + "-*"));
    Socket narrow = guarded.open("", guarded.issuer().token(claims), null);
    Socket all = guarded.open("", Guarded.secret("reader"), null);
    List<String> own = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    for (String source : List.of("own-" + mark, "team-" + mark + "-7", "x-" + mark)) {
      UUID uuid = UUID.randomUUID();
      (source.startsWith("x") ? foreign : own).add(uuid.toString());
      guarded.client().push(message(uuid, source));
    }
    UUID received = UUID.randomUUID();
    own.add(received.toString());
    guarded
        .client()
        .push(
            message(
                received,
                "x-" + mark,
                Map.of("destination_subject_ids", "[\"y\", \"own-" + mark + "\"]")));
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                Stream.concat(own.stream(), foreign.stream())
                    .allMatch(uuid -> all.frames().stream().anyMatch(f -> f.contains(uuid))));
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                own.stream()
                    .allMatch(uuid -> narrow.frames().stream().anyMatch(f -> f.contains(uuid))));
    assertThat(narrow.frames()).hasSize(own.size());
    guarded.client().redis().publish("MESSAGES", "no message " + mark);
    await()
        .atMost(30, SECONDS)
        .until(() -> all.frames().stream().anyMatch(f -> f.equals("no message " + mark)));
    assertThat(narrow.frames()).hasSize(own.size());
    narrow.abort();
    all.abort();

    String bearer = guarded.issuer().token(claims);
    String missing = UUID.randomUUID().toString();
    HttpResponse<String> absent = guarded.get("/messages/" + missing, bearer);
    assertThat(absent.statusCode()).isEqualTo(404);
    for (String uuid : foreign) {
      HttpResponse<String> response = guarded.get("/messages/" + uuid, bearer);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body().replace(uuid, missing)).isEqualTo(absent.body());
    }
    for (String uuid : own) {
      assertThat(guarded.get("/messages/" + uuid, bearer).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aWriterSendsAsItsOwnSubjectsOnly() {
    JwtClaims claims = Issuer.claims("w", "writer");
    claims.setStringListClaim("subjects", List.of("w"));
    String token = guarded.issuer().token(claims);
    UUID own = UUID.randomUUID();
    assertThat(guarded.ask("POST", "/messages", token, message(own, "w")).statusCode())
        .isEqualTo(202);
    assertThat(
            guarded
                .ask(
                    "POST",
                    "/messages",
                    token,
                    "["
                        + message(UUID.randomUUID(), "w")
                        + ","
                        + message(UUID.randomUUID(), "v")
                        + "]")
                .statusCode())
        .isEqualTo(403);
  }

  // --- logs and answers

  @Test
  void aLineOfTheLogIsOneLineWhateverIsSent() {
    JwtClaims claims = Issuer.claims("eve\n[ERROR] forged \u0085\u2028line", "writer");
    assertThat(guarded.get("/messages", guarded.issuer().token(claims)).statusCode())
        .isEqualTo(403);
    assertThat(guarded.get("/messages/%0A%5BERROR%5D%20forged%0Apath", null).statusCode())
        .isIn(400, 401);
    assertThat(guarded.get("/%0A%5BERROR%5D%20forged", "a.b.c").statusCode()).isIn(400, 401);
    await().atMost(10, SECONDS).until(() -> guarded.server().said("not a reader") > 0);
    assertThat(guarded.server().log().lines()).noneMatch(line -> line.startsWith("[ERROR] forged"));
  }

  @Test
  void nothingOfATokenIsInTheLog() {
    String good = guarded.issuer().token("loud", "reader");
    guarded.get("/me", good);
    guarded.get("/me", good.substring(0, good.length() - 4) + "AAAA");
    guarded.get("/me", Guarded.secret("nobody"));
    assertThat(guarded.server().log())
        .doesNotContain(good.substring(0, 40), Guarded.secret("nobody"), Guarded.secret("reader"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/me", "/messages", "/nothing", "/health/live", "/metrics", "/openapi"})
  void answersCarryTheirHeaders(String path) {
    HttpResponse<String> response = guarded.get(path, null);
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(response.headers().map().keySet())
        .doesNotContain("Server", "server", "X-Powered-By", "$WSEP", "Set-Cookie", "set-cookie");
  }

  @Test
  void sixtyFourCallersAtOnceSeeTheirOwn() throws Exception {
    try (Crowd crowd = new Crowd(guarded, 64)) {
      crowd.store();
      crowd.ask();
      crowd.follow();
      assertThat(crowd.leaks()).isEmpty();
    }
  }

  // --- what is recorded, and limits

  @Test
  void whatIsReadIsRecorded() {
    UUID uuid = UUID.randomUUID();
    String name = "audited-" + uuid;
    guarded.client().push(message(uuid, "a"));
    await()
        .atMost(30, SECONDS)
        .until(
            () -> guarded.get("/messages/" + uuid, Guarded.secret("reader")).statusCode() == 200);
    String token = guarded.issuer().token(name, "reader");
    guarded.get("/messages/" + uuid + "?format=json", token);
    guarded.get("/messages?topic=%27;DROP", token);
    assertThat(guarded.get("/messages/" + uuid + "?note=%00%27;DROP", token).statusCode())
        .isEqualTo(400);
    guarded.open("?ticket=" + ticket(guarded.issuer().token(name, "reader")), null, null).abort();
    assertThat(recorded(name, "question = '/messages/" + uuid + "?format=json' AND rows_read = 1"))
        .isOne();
    assertThat(recorded(name, "question = '/messages?topic=%27;DROP' AND rows_read = 0")).isOne();
    await().atMost(10, SECONDS).until(() -> recorded(name, "question = '/'") == 1);
    assertThat(recorded(name, "question LIKE '%ticket=%'")).isZero();
  }

  private static long recorded(String reader, String condition) {
    return guarded
        .client()
        .count(
            "SELECT count(*) FROM message_read_audit WHERE reader = '%s' AND %s"
                .formatted(reader, condition));
  }

  @Test
  void whatCannotBeRecordedIsNotAnswered() {
    guarded.client().execute("ALTER TABLE message_read_audit RENAME TO message_read_audit_away");
    try {
      HttpResponse<String> response = guarded.get("/messages?limit=1", Guarded.secret("reader"));
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).doesNotContain("message_uuid", "SQL", "relation");
    } finally {
      guarded.client().execute("ALTER TABLE message_read_audit_away RENAME TO message_read_audit");
    }
    assertThat(guarded.get("/messages?limit=1", Guarded.secret("reader")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void infoTellsStrangersLittle() {
    assertThat(object(guarded.get("/info", null).body()).keySet())
        .containsExactlyInAnyOrder("name", "version", "commit", "authentication");
    assertThat(object(guarded.get("/info", null).body()).getJsonObject("authentication"))
        .isEqualTo(
            object(
                "{\"required\":true,\"issuer\":\"%s\",\"client_id\":null}".formatted(Issuer.NAME)));
    assertThat(object(guarded.get("/info", Guarded.secret("reader")).body()))
        .doesNotContainKey("settings");
    assertThat(object(guarded.get("/info", Guarded.secret("operator")).body()))
        .containsKey("settings");
    assertThat(object(guarded.get("/info", "ml_wrong").body())).doesNotContainKey("settings");
  }

  /** As a browser asks for leave (Fetch standard), which it does without credentials. */
  @Test
  void onlyPagesOfTheOriginsThatAreNamedMayRead() {
    HttpRequest.Builder leave =
        HttpRequest.newBuilder(guarded.client().uri("/messages"))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization");
    HttpResponse<String> given = guarded.client().send(leave);
    assertThat(given.statusCode()).isEqualTo(204);
    assertThat(given.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://app.example");
    assertThat(given.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("Authorization");
    HttpResponse<String> refused =
        guarded.client().send(leave.setHeader("Origin", "https://other.example"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    HttpResponse<String> read =
        guarded
            .client()
            .send(
                HttpRequest.newBuilder(guarded.client().uri("/messages?limit=1"))
                    .header("Origin", "https://app.example")
                    .header("Authorization", "Bearer " + Guarded.secret("reader")));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://app.example");
    assertThat(read.headers().allValues("Vary").toString()).contains("Origin");
  }
}
