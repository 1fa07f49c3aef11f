package io.messagelogger.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.JedisURIHelper;

/** What producers and readers of the service do, and a look behind its back. Thread-safe. */
public final class Client implements AutoCloseable {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final String DEADLOCK = "40P01";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final Settings settings;
  private final RedisClient redis;
  private final int port;

  /** A client of the server at this port, which has these settings. */
  public Client(Settings settings, int port) {
    this.settings = settings;
    this.port = port;
    URI address =
        settings.text(Setting.REDIS_URL).isEmpty()
            ? URI.create(
                "redis://"
                    + settings.text(Setting.REDIS_HOST)
                    + ":"
                    + settings.count(Setting.REDIS_PORT))
            : URI.create(settings.text(Setting.REDIS_URL));
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setTestOnBorrow(true); // Redis may have been restarted meanwhile
    this.redis =
        RedisClient.builder()
            .hostAndPort(JedisURIHelper.getHostAndPort(address))
            .clientConfig(
                DefaultJedisClientConfig.builder()
                    .user(JedisURIHelper.getUser(address))
                    .password(JedisURIHelper.getPassword(address))
                    .database(JedisURIHelper.getDBIndex(address))
                    .socketTimeoutMillis(180_000) // a busy machine makes a large element slowly
                    .build())
            .poolConfig(pool)
            .build();
  }

  /** A client of the server that Arquillian has started. */
  public static Client ofTestServer() {
    return new Client(TestServices.settings(), TestServices.httpPort());
  }

  /** A data source of the tests' database, outside of any server. */
  public static PGSimpleDataSource dataSource(Settings settings) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.text(Setting.DB_HOST)});
    source.setPortNumbers(new int[] {settings.count(Setting.DB_PORT)});
    source.setUser(settings.text(Setting.DB_USER));
    source.setPassword(settings.text(Setting.DB_PASSWORD));
    source.setDatabaseName(settings.text(Setting.DB_NAME));
    source.setReWriteBatchedInserts(true);
    return source;
  }

  /** Redis itself. */
  public RedisClient redis() {
    return redis;
  }

  /** Where the WebSocket is. */
  public URI feed() {
    return URI.create("ws://localhost:" + port);
  }

  /** A connection to the database, which the caller closes. */
  public Connection connection() throws SQLException {
    return dataSource(settings).getConnection();
  }

  /** The number that a statement of one column and one row answers. */
  public long count(String sql) {
    try (Connection connection = dataSource(settings).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Executes a statement. */
  public void execute(String sql) {
    try (Connection connection = dataSource(settings).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Deletes all messages and dead letters. The server may read them meanwhile in another order of
   * tables, and the database then ends one of the two; ours is tried again.
   */
  public void empty() {
    await()
        .atMost(30, SECONDS)
        .until(
            () -> {
              try (Connection connection = connection();
                  Statement statement = connection.createStatement()) {
                statement.execute(
                    "TRUNCATE message_exchange, message_key, message_destination, message_log,"
                        + " dead_letter CASCADE");
                return true;
              } catch (SQLException e) {
                if (DEADLOCK.equals(e.getSQLState())) {
                  return false;
                }
                throw e;
              }
            });
  }

  /** GET. */
  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /** POST of JSON. */
  public HttpResponse<String> post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Any request. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** An address of the server. */
  public URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  /** The messages of a subject, as the service answers. */
  public JsonArray subject(String id) {
    HttpResponse<String> response =
        get(
            "/messages/subject/"
                + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"));
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return array(response.body());
  }

  /** Pushes onto the queue as the seed's producers do. */
  public void push(String... payloads) {
    redis.rpush("MESSAGES", payloads);
  }

  /** Waits until the message can be read. */
  public JsonObject awaitStored(String uuid) {
    return await()
        .atMost(30, SECONDS)
        .ignoreExceptions()
        .until(() -> get("/messages/" + uuid), response -> response.statusCode() == 200)
        .body()
        .transform(Client::object);
  }

  /** Waits until the service is ready. */
  public void awaitReady() {
    await()
        .atMost(240, SECONDS)
        .ignoreExceptions()
        .until(() -> get("/health/ready").statusCode() == 200);
  }

  /** The value of a counter or gauge in /metrics; the sum of all series of that name. */
  public double metric(String name) {
    return metric(name, "");
  }

  /** The same, of those series only that have a label, as in {@code queue="orders"}. */
  public double metric(String name, String label) {
    double[] series =
        get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
            .filter(line -> line.contains(label))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    if (series.length == 0) {
      throw new IllegalStateException("no metric " + name + " " + label);
    }
    return Arrays.stream(series).sum();
  }

  /** JSON text as an object. */
  public static JsonObject object(String json) {
    try (JsonReader reader = JSON.createReader(new StringReader(json))) {
      return reader.readObject();
    }
  }

  /** JSON text as an array. */
  public static JsonArray array(String json) {
    try (JsonReader reader = JSON.createReader(new StringReader(json))) {
      return reader.readArray();
    }
  }

  /** A message with the required keys. */
  public static String message(UUID uuid, String source) {
    return message(uuid, source, Map.of());
  }

  /** A message with the required keys and some more, whose values are JSON. */
  public static String message(UUID uuid, String source, Map<String, String> more) {
    StringBuilder json =
        new StringBuilder(
            """
            {"message_uuid": "%s", "origin_ts": "2025-05-27T10:30:00Z", "source_subject_id": %s"""
                .formatted(uuid, quote(source)));
    more.forEach((key, value) -> json.append(", \"%s\": %s".formatted(key, value)));
    return json.append('}').toString();
  }

  /** Text as JSON. */
  public static String quote(String text) {
    return JSON.createValue(text).toString();
  }

  @Override
  public void close() {
    redis.close();
  }
}
