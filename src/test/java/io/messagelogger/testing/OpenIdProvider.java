package io.messagelogger.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/**
 * A small OpenID Connect provider for browsers: discovery, authorization with one button, tokens
 * for a code with its PKCE verifier, renewal, sign-out. It answers only what the specifications
 * allow: a code is good once, for the redirect and the verifier that it was asked with.
 * Thread-safe.
 */
public final class OpenIdProvider implements AutoCloseable {
  public static final String CLIENT = "message-logger-page";

  private final HttpServer server;
  private final PublicJsonWebKey key = Issuer.rsa();
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private final Set<String> refreshTokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger renewals = new AtomicInteger();
  private volatile String origin = "";
  private volatile int seconds = 300;
  private volatile boolean renews = true;
  private volatile String nonce = "";

  /** A provider on a port of its own. */
  public OpenIdProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newCachedThreadPool()); // browsers keep connections to themselves
    server.createContext("/realm/.well-known/openid-configuration", this::discovery);
    server.createContext("/realm/keys", this::keys);
    server.createContext("/realm/authorize", this::authorize);
    server.createContext("/realm/token", this::token);
    server.createContext("/realm/end", this::end);
    server.start();
  }

  /** Its name, which is where it is. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
  }

  /** Where its keys are. */
  public String keysUrl() {
    return issuer() + "/keys";
  }

  /** The origin whose pages may ask it, as its client is configured. */
  public void allow(String origin) {
    this.origin = origin;
  }

  /** How long its tokens are good from now on, and whether they can be renewed. */
  public void tokens(int seconds, boolean renews) {
    this.seconds = seconds;
    this.renews = renews;
  }

  /** Puts this into ID tokens instead of the nonce that was asked for; nothing when empty. */
  public void lieAboutNonce(String nonce) {
    this.nonce = nonce;
  }

  /** Ends all sessions: nothing is renewed any more. */
  public void forget() {
    refreshTokens.clear();
  }

  /** How often a token was renewed. */
  public int renewals() {
    return renewals.get();
  }

  private void discovery(HttpExchange exchange) throws IOException {
    json(
        exchange,
        200,
        Json.createObjectBuilder()
            .add("issuer", issuer())
            .add("authorization_endpoint", issuer() + "/authorize")
            .add("token_endpoint", issuer() + "/token")
            .add("jwks_uri", keysUrl())
            .add("end_session_endpoint", issuer() + "/end")
            .add("response_types_supported", Json.createArrayBuilder(List.of("code")))
            .add("code_challenge_methods_supported", Json.createArrayBuilder(List.of("S256"))));
  }

  private void keys(HttpExchange exchange) throws IOException {
    String set =
        "{\"keys\":[" + key.toJson(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY) + "]}";
    send(exchange, 200, "application/json", set);
  }

  /** A page with a button; the button leads back with a code. */
  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
    boolean right =
        "code".equals(asked.get("response_type"))
            && CLIENT.equals(asked.get("client_id"))
            && "S256".equals(asked.get("code_challenge_method"))
            && asked.getOrDefault("redirect_uri", "").startsWith(origin + "/")
            && List.of(asked.getOrDefault("scope", "").split(" ", -1)).contains("openid");
    if (!right) {
      send(exchange, 400, "text/plain", "not allowed: " + asked);
      return;
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, asked);
    String back =
        asked.get("redirect_uri")
            + ("fragment".equals(asked.get("response_mode")) ? "#" : "?")
            + "state="
            + encode(asked.getOrDefault("state", ""))
            + "&iss="
            + encode(issuer());
    send(
        exchange,
        200,
        "text/html",
        "<h1>Realm</h1><p><a id=\"in\" href=\"%s&amp;code=%s\">Sign in as Ada</a></p><p><a id=\"no\" href=\"%s&amp;error=access_denied\">No</a></p>"
            .formatted(back.replace("&", "&amp;"), code, back.replace("&", "&amp;")));
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> asked =
        parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String grant = asked.getOrDefault("grant_type", "");
    Map<String, String> granted = Map.of();
    if (grant.equals("authorization_code")) {
      granted = codes.remove(asked.getOrDefault("code", ""));
      if (granted == null
          || !CLIENT.equals(asked.get("client_id"))
          || !granted.get("redirect_uri").equals(asked.get("redirect_uri"))
          || !granted.get("code_challenge").equals(challenge(asked.get("code_verifier")))) {
        refuse(exchange);
        return;
      }
    } else if (grant.equals("refresh_token")
        && refreshTokens.remove(asked.getOrDefault("refresh_token", ""))) {
      renewals.incrementAndGet();
    } else {
      refuse(exchange);
      return;
    }
    JsonObjectBuilder answer =
        Json.createObjectBuilder()
            .add("token_type", "Bearer")
            .add("expires_in", seconds)
            .add("access_token", accessToken())
            .add("id_token", idToken(granted));
    if (renews) {
      String refresh = UUID.randomUUID().toString();
      refreshTokens.add(refresh);
      answer.add("refresh_token", refresh);
    }
    json(exchange, 200, answer);
  }

  private void refuse(HttpExchange exchange) throws IOException {
    json(exchange, 400, Json.createObjectBuilder().add("error", "invalid_grant"));
  }

  /** Ends the session and leads back. */
  private void end(HttpExchange exchange) throws IOException {
    forget();
    Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
    exchange.getResponseHeaders().set("Location", asked.get("post_logout_redirect_uri"));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private String accessToken() {
    JwtClaims claims = Issuer.claims("ada", "reader", "writer");
    claims.setIssuer(issuer());
    claims.setClaim("preferred_username", "Ada");
    claims.setGeneratedJwtId();
    claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds));
    return Issuer.sign(claims.toJson(), key, "RS256", Map.of());
  }

  private String idToken(Map<String, String> asked) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(issuer());
    claims.setAudience(CLIENT);
    claims.setSubject("ada");
    claims.setIssuedAtToNow();
    claims.setExpirationTimeMinutesInTheFuture(5);
    claims.setClaim("nonce", nonce.isEmpty() ? asked.getOrDefault("nonce", "") : nonce);
    return Issuer.sign(claims.toJson(), key, "RS256", Map.of());
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(String.valueOf(verifier).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> found = new HashMap<>();
    for (String part : String.valueOf(query).split("&", -1)) {
      int mark = part.indexOf('=');
      if (mark > 0) {
        found.put(
            URLDecoder.decode(part.substring(0, mark), StandardCharsets.UTF_8),
            URLDecoder.decode(part.substring(mark + 1), StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void json(HttpExchange exchange, int status, JsonObjectBuilder body) throws IOException {
    JsonObject made = body.build();
    send(exchange, status, "application/json", made.toString());
  }

  private void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
