package io.messagelogger.it.access;

import io.messagelogger.it.fault.FaultServer;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.Issuer;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A server that asks who one is: by tokens of an issuer, or keys of a file. Thread-safe. */
public final class Guarded implements AutoCloseable {
  private final Issuer issuer = new Issuer();
  private final Path file;
  private final FaultServer server;
  private final Map<String, String> keys = new ConcurrentHashMap<>();

  /** Starts it with these settings beside its own. */
  public Guarded(String... namesAndValues) throws IOException {
    file = Files.createTempDirectory("message-logger-keys").resolve("keys.json");
    key("reader", "reader", null);
    key("writer", "writer", null);
    key("operator", "reader\",\"writer\",\"operator", null);
    writeKeys();
    List<String> settings =
        new ArrayList<>(
            List.of(
                "HTTP_HOST",
                "*",
                "JWT_ISSUER",
                Issuer.NAME,
                "JWT_AUDIENCE",
                Issuer.AUDIENCE,
                "JWT_JWKS_URL",
                issuer.keysUrl(),
                "JWT_CLOCK_SKEW",
                "0",
                "AUDIT_READS",
                "on",
                "API_KEYS_FILE",
                file.toString(),
                "FEED_ORIGINS",
                "https://friend.example"));
    settings.addAll(List.of(namesAndValues));
    server = FaultServer.start(TestServices.get(), settings.toArray(new String[0]));
    client().awaitReady();
  }

  public Client client() {
    return server.client();
  }

  public Issuer issuer() {
    return issuer;
  }

  public FaultServer server() {
    return server;
  }

  /** Makes a key; {@link #writeKeys} puts it into force. */
  public void key(String name, String roles, @Nullable String subjects) {
    keys.put(
        name,
        "{\"name\":\"%s\",\"sha256\":\"%s\",\"roles\":[\"%s\"]%s}"
            .formatted(
                name,
                sha256(secret(name)),
                roles,
                subjects == null ? "" : ",\"subjects\":[\"" + subjects + "\"]"));
  }

  public void revoke(String name) {
    keys.remove(name);
  }

  /** Replaces the file at once, as those who are careful do. */
  public void writeKeys() throws IOException {
    Path next = file.resolveSibling("next");
    Files.writeString(next, "[" + String.join(",\n", keys.values()) + "]");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public Path file() {
    return file;
  }

  public static String secret(String name) {
    return "ml_" + sha256("secret of " + name);
  }

  /** The SHA-256 of a text, in hexadecimal. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A request of the bearer of a token or key; of nobody when null. */
  public HttpResponse<String> ask(String method, String path, @Nullable String bearer) {
    return ask(method, path, bearer, "");
  }

  /** A request with a body; without one when it is empty. */
  public HttpResponse<String> ask(
      String method, String path, @Nullable String bearer, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(client().uri(path))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return client().send(request);
  }

  public HttpResponse<String> get(String path, @Nullable String bearer) {
    return ask("GET", path, bearer);
  }

  /**
   * Opens the feed.
   *
   * @param query the query string with its question mark, or nothing
   * @throws CompletionException with a WebSocketHandshakeException when it is refused
   */
  public Socket open(String query, @Nullable String bearer, @Nullable String origin) {
    Socket socket = new Socket();
    WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
    if (bearer != null) {
      builder.header("Authorization", "Bearer " + bearer);
    }
    if (origin != null) {
      builder.header("Origin", origin);
    }
    builder.buildAsync(java.net.URI.create(client().feed() + "/" + query), socket).join();
    return socket;
  }

  @Override
  public void close() throws IOException {
    server.close();
    issuer.close();
  }
}
