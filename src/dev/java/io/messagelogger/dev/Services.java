package io.messagelogger.dev;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The Redis and the database that a server works with: those of the environment (REDIS_URL or
 * REDIS_HOST, DB_HOST), else, in tests, a database in a container where a Docker engine answers,
 * else embedded ones. Immutable; one thread closes it.
 */
public final class Services implements Closeable {
  private static final String LOOPBACK = "127.0.0.1";

  private final Service redis;
  private final Service database;

  private Services(Service redis, Service database) {
    this.redis = redis;
    this.database = database;
  }

  /**
   * The tests' ones. What the environment does not name is started on a free port.
   *
   * @param environment answers null for what is not set
   * @param dataFolder where the embedded ones keep their data
   * @throws io.messagelogger.settings.InvalidSettingsException when a setting is wrong
   * @throws IOException when one does not start; then none runs
   */
  public static Services forTests(Function<String, @Nullable String> environment, Path dataFolder)
      throws IOException {
    Settings settings = Settings.from(environment);
    if (!externalDatabase(environment) && TimescaleContainer.possible()) {
      Account account = Account.of(settings);
      return start(
          () -> redis(environment, settings, dataFolder, 0),
          () -> TimescaleContainer.start(account));
    }
    return start(
        () -> redis(environment, settings, dataFolder, 0),
        () -> database(environment, settings, dataFolder, 0));
  }

  /**
   * Embedded ones on free ports, whatever the environment names: for tests that kill them.
   *
   * @param dataFolder where they keep their data
   * @throws IOException when one does not start; then none runs
   */
  public static Services embedded(Path dataFolder) throws IOException {
    Function<String, @Nullable String> nothing = name -> null;
    Settings settings = Settings.from(nothing);
    return start(
        () -> redis(nothing, settings, dataFolder, 0),
        () -> database(nothing, settings, dataFolder, 0));
  }

  /**
   * The run command's ones. What the environment does not name is started on the port of the
   * settings, never in a container.
   *
   * @param environment answers null for what is not set
   * @param dataFolder where the embedded ones keep their data
   * @throws IOException when one does not start; then none runs
   */
  static Services forRun(
      Function<String, @Nullable String> environment, Settings settings, Path dataFolder)
      throws IOException {
    return start(
        () -> redis(environment, settings, dataFolder, settings.count(Setting.REDIS_PORT)),
        () -> database(environment, settings, dataFolder, settings.count(Setting.DB_PORT)));
  }

  /** Whether the environment names a Redis. */
  static boolean externalRedis(Function<String, @Nullable String> environment) {
    return given(environment, Setting.REDIS_HOST) || given(environment, Setting.REDIS_URL);
  }

  /** Whether the environment names a database. */
  static boolean externalDatabase(Function<String, @Nullable String> environment) {
    return given(environment, Setting.DB_HOST);
  }

  /** Where the embedded Redis keeps its data. */
  static Path redisFolder(Path dataFolder) {
    return dataFolder.resolve("redis");
  }

  /** Where the embedded PostgreSQL keeps its data. */
  static Path databaseFolder(Path dataFolder) {
    return dataFolder.resolve("postgres");
  }

  /**
   * The settings that tell a server of both, to be set in its environment. They contain secrets.
   */
  public Map<String, String> environment() {
    Map<String, String> both = new HashMap<>(redis.environment());
    both.putAll(database.environment());
    return Map.copyOf(both);
  }

  /** One line that says which were chosen. */
  public String describe() {
    return "Redis: " + redis.description() + "; database: " + database.description();
  }

  /** The Redis, if it is embedded: for tests that stop, kill and restart it. */
  public Optional<EmbeddedRedis> embeddedRedis() {
    return redis.process() instanceof EmbeddedRedis embedded
        ? Optional.of(embedded)
        : Optional.empty();
  }

  /** The database, if it is embedded: for tests that stop, kill and restart it. */
  public Optional<EmbeddedDatabase> embeddedDatabase() {
    return database.process() instanceof EmbeddedDatabase embedded
        ? Optional.of(embedded)
        : Optional.empty();
  }

  /** Stops what was started: Redis, then the database. */
  @Override
  public void close() throws IOException {
    try (database) {
      redis.close();
    }
  }

  private static Services start(Start redis, Start database) throws IOException {
    Service first = redis.start();
    try {
      return new Services(first, database.start());
    } catch (IOException | RuntimeException e) {
      try (first) {
        throw e;
      }
    }
  }

  private static Service redis(
      Function<String, @Nullable String> environment, Settings settings, Path folder, int port)
      throws IOException {
    if (given(environment, Setting.REDIS_URL)) {
      String url = settings.text(Setting.REDIS_URL);
      URI uri = URI.create(url);
      return Service.external(
          Map.of(Setting.REDIS_URL.name(), url),
          uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + " (REDIS_URL)");
    }
    if (given(environment, Setting.REDIS_HOST)) {
      String host = settings.text(Setting.REDIS_HOST);
      String at = settings.text(Setting.REDIS_PORT);
      return Service.external(
          Map.of(Setting.REDIS_HOST.name(), host, Setting.REDIS_PORT.name(), at),
          host + ":" + at + " (REDIS_HOST)");
    }
    EmbeddedRedis embedded = EmbeddedRedis.start(redisFolder(folder), port);
    return new Service(
        Map.of(
            Setting.REDIS_HOST.name(),
            LOOPBACK,
            Setting.REDIS_PORT.name(),
            Integer.toString(embedded.port())),
        "embedded, port " + embedded.port(),
        embedded);
  }

  private static Service database(
      Function<String, @Nullable String> environment, Settings settings, Path folder, int port)
      throws IOException {
    Account account = Account.of(settings);
    if (externalDatabase(environment)) {
      String host = settings.text(Setting.DB_HOST);
      int at = settings.count(Setting.DB_PORT);
      return Service.external(account.environment(host, at), host + ":" + at + " (DB_HOST)");
    }
    EmbeddedDatabase embedded =
        EmbeddedDatabase.start(
            databaseFolder(folder), port, account.user(), account.password(), account.database());
    return new Service(
        account.environment(LOOPBACK, embedded.port()),
        "embedded PostgreSQL, port " + embedded.port(),
        embedded);
  }

  private static boolean given(Function<String, @Nullable String> environment, Setting setting) {
    String value = environment.apply(setting.name());
    return value != null && !value.isBlank();
  }

  /** Starts a service. */
  @FunctionalInterface
  private interface Start {
    Service start() throws IOException;
  }
}
