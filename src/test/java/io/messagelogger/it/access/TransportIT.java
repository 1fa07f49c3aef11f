package io.messagelogger.it.access;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.Services;
import io.messagelogger.it.fault.FaultServer;
import io.messagelogger.testing.Authority;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.Encryption;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that is reached over TLS, and reaches its database over TLS. */
class TransportIT {
  private static final Authority AUTHORITY = new Authority("Test CA");

  @TempDir static Path folder;
  private static Services services;
  private static FaultServer server;
  private static int port;
  private static Path certificate;
  private static Path key;

  @BeforeAll
  static void start() throws Exception {
    services = Services.embedded(folder.resolve("data"));
    Path authority = AUTHORITY.pem(folder.resolve("ca.pem"));
    EmbeddedDatabase database = services.embeddedDatabase().orElseThrow();
    Encryption.of(database, AUTHORITY.issue("localhost"));
    try (Connection connection = database.connectAsSuperuser("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE messages_reader LOGIN PASSWORD 'word'");
    }
    Authority.Issued issued = AUTHORITY.issue("localhost");
    certificate = issued.certificatePem(folder.resolve("tls.crt"));
    key = issued.keyPem(folder.resolve("tls.key"));
    port = TestServices.freePort();
    server =
        FaultServer.start(
            services,
            "HTTPS_PORT",
            Integer.toString(port),
            "TLS_CERTIFICATE_FILE",
            certificate.toString(),
            "TLS_KEY_FILE",
            key.toString(),
            "DB_HOST",
            "localhost",
            "DB_SSLMODE",
            "verify-full",
            "DB_SSLROOTCERT",
            authority.toString(),
            "DB_READ_USER",
            "messages_reader",
            "DB_READ_PASSWORD",
            "word");
    server.client().awaitReady();
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
    services.close();
  }

  private static SSLContext trusting(Authority authority) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", authority.certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpClient client(Authority authority, String... protocols) {
    SSLParameters parameters = new SSLParameters();
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    return HttpClient.newBuilder()
        .sslContext(trusting(authority))
        .sslParameters(parameters)
        .connectTimeout(Duration.ofSeconds(30))
        .build();
  }

  private static URI uri(String path) {
    return URI.create("https://localhost:" + port + path);
  }

  private static HttpResponse<String> get(HttpClient client, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void pageAndQuestionsAreAnswered(String protocol) throws Exception {
    HttpClient client = client(AUTHORITY, protocol);
    for (String path : List.of("/", "/info", "/messages?limit=1", "/health/ready", "/metrics")) {
      HttpResponse<String> response = get(client, path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
      assertThat(response.version()).as("the feed needs it").isEqualTo(HttpClient.Version.HTTP_1_1);
    }
    assertThat(get(client, "/messages?limit=1").headers().firstValue("Strict-Transport-Security"))
        .hasValueSatisfying(value -> assertThat(value).startsWith("max-age="));
    assertThat(server.client().get("/messages?limit=1").headers().map())
        .as("over plain HTTP it would be wrong")
        .doesNotContainKey("strict-transport-security");
  }

  /** A hello of TLS 1.1, by hand, as no client would send it any more. */
  @Test
  void olderVersionsAreRefused() throws IOException {
    String hello = "0302" + "00".repeat(32) + "00" + "0004" + "c013c009" + "0100" + "0000";
    byte[] body = HexFormat.of().parseHex(hello);
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(30_000);
      byte[] record = new byte[9 + body.length];
      record[0] = 22;
      record[1] = 3;
      record[2] = 2;
      record[4] = (byte) (body.length + 4);
      record[5] = 1;
      record[8] = (byte) body.length;
      System.arraycopy(body, 0, record, 9, body.length);
      socket.getOutputStream().write(record);
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertThat(answer.length == 0 || answer[0] == 21).as("an alert, or the end").isTrue();
    }
  }

  @Test
  void theFeedGoesOverIt() throws Exception {
    LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
    io.messagelogger.it.access.Socket socket = new io.messagelogger.it.access.Socket();
    client(AUTHORITY)
        .newWebSocketBuilder()
        .buildAsync(URI.create("wss://localhost:" + port + "/"), socket)
        .join();
    CompletableFuture<Void> events =
        client(AUTHORITY)
            .sendAsync(
                HttpRequest.newBuilder(uri("/messages/live")).build(),
                HttpResponse.BodyHandlers.ofLines())
            .thenAccept(
                response -> {
                  try (Stream<String> lines = response.body()) {
                    lines.forEach(frames::add);
                  }
                });
    UUID uuid = UUID.randomUUID();
    await()
        .atMost(60, SECONDS)
        .until(() -> server.client().metric("message_logger_feed_clients") == 2);
    assertThat(
            client(AUTHORITY)
                .send(
                    HttpRequest.newBuilder(uri("/messages"))
                        .header("Content-Type", "application/json")
                        .POST(
                            HttpRequest.BodyPublishers.ofString(Client.message(uuid, "encrypted")))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(202);
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> {
              assertThat(socket.frames()).anyMatch(frame -> frame.contains(uuid.toString()));
              assertThat(frames).anyMatch(line -> line.contains(uuid.toString()));
            });
    socket.abort();
    events.cancel(true);
  }

  @Test
  void ofTheDatabaseEachConnectionIsEncrypted() throws Exception {
    try (Connection connection =
            services.embeddedDatabase().orElseThrow().connectAsSuperuser("postgres");
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*), count(*) FILTER (WHERE ssl) FROM pg_stat_ssl"
                    + " JOIN pg_stat_activity USING (pid)"
                    + " WHERE application_name LIKE 'message-logger%'")) {
      rows.next();
      assertThat(rows.getLong(1)).isPositive().isEqualTo(rows.getLong(2));
    }
  }

  /** Every kind of question, asked by a user that can only read; and what that user cannot do. */
  @Test
  void questionsAreAskedByAUserThatCannotWrite() throws Exception {
    UUID uuid = UUID.randomUUID();
    server.client().push(Client.message(uuid, "read"), "no message");
    server.client().awaitStored(uuid.toString());
    for (String path :
        List.of(
            "/messages/" + uuid,
            "/messages/" + uuid + "/related",
            "/messages?limit=1",
            "/messages?format=ndjson",
            "/messages/subject/read",
            "/conversations/read/other",
            "/stats?by=topic&bucket=1h&since=2025-05-27T10:00:00Z&until=2025-05-27T11:00:00Z",
            "/graph?since=2025-05-27T10:00:00Z&until=2025-05-27T11:00:00Z",
            "/terms?field=source",
            "/dead-letters",
            "/health/ready")) {
      assertThat(server.client().get(path).statusCode()).as(path).isEqualTo(200);
    }
    EmbeddedDatabase database = services.embeddedDatabase().orElseThrow();
    try (Connection connection = database.connectAsSuperuser("postgres");
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT DISTINCT usename FROM pg_stat_activity"
                    + " WHERE application_name = 'message-logger-reading'")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("messages_reader");
      assertThat(rows.next()).isFalse();
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {database.port()});
    source.setDatabaseName("message_db");
    source.setUser("messages_reader");
    source.setPassword("word");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "INSERT INTO message_exchange (message_uuid) VALUES (gen_random_uuid())",
              "UPDATE message_exchange SET topic = 'x'",
              "DELETE FROM message_exchange",
              "DELETE FROM message_key",
              "DELETE FROM dead_letter",
              "TRUNCATE message_log",
              "DROP TABLE message_exchange",
              "ALTER TABLE message_exchange ADD x int",
              "SELECT nextval('message_log_log_id_seq')",
              "SELECT * FROM message_read_audit",
              "INSERT INTO message_read_audit (method, question) VALUES ('GET', '/')")) {
        assertThatThrownBy(() -> statement.execute(sql))
            .as(sql)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  /** Renewed without a restart; what is not valid changes nothing. */
  @Test
  void aNewCertificateIsTaken() throws Exception {
    Instant past = Instant.now().minus(Duration.ofDays(2));
    AUTHORITY.issue(past, past.plusSeconds(60), "localhost").certificatePem(certificate);
    await().atMost(60, SECONDS).until(() -> server.said("that of before stays in use") == 1);
    assertThat(get(client(AUTHORITY), "/info").statusCode()).isEqualTo(200);

    Authority next = new Authority("Next CA");
    Authority.Issued issued = next.issue("localhost");
    issued.keyPem(key);
    issued.certificatePem(certificate);
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() -> get(client(next), "/info").statusCode() == 200);
    assertThatThrownBy(() -> get(client(AUTHORITY), "/info"))
        .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class);

    AUTHORITY.issue("localhost").certificatePem(certificate); // of another key, for a moment
    Authority.Issued first = AUTHORITY.issue("localhost");
    first.keyPem(key);
    first.certificatePem(certificate);
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .until(() -> get(client(AUTHORITY), "/info").statusCode() == 200);
  }
}
