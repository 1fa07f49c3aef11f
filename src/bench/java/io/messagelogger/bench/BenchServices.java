package io.messagelogger.bench;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.dev.EmbeddedRedis;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The Redis and the database server that a benchmark works with: those of the environment
 * (REDIS_HOST or REDIS_URL, DB_HOST), else embedded ones over a temporary folder. Of a database
 * server that is given only databases of the benchmark's own are touched, of a Redis only a queue
 * of its own. The system property {@code postgres} has settings for an embedded database, such as
 * {@code shared_buffers=128MB}, with blanks between them. Thread-safe: what was started is stopped
 * once, by whoever closes first.
 */
final class BenchServices implements Closeable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String PREFIX = "message_logger_bench_";

  /**
   * SQLSTATE of a database that others are connected to; the server waits 5 s before it says so.
   */
  private static final String IN_USE = "55006";

  private static final int DROP_TRIES = 5;

  /** Of eight characters, as many as MESSAGES has. */
  private static final long SMALLEST_NAME = (long) Math.pow(Character.MAX_RADIX, 7);

  private final Deque<Closeable> started = new ArrayDeque<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Set<String> made = ConcurrentHashMap.newKeySet();
  private final Path folder;

  private BenchServices(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts what the environment does not name, and stops it again when this JVM ends.
   *
   * @param redis whether a Redis is needed
   */
  static BenchServices start(boolean redis) throws IOException {
    BenchServices services = new BenchServices(Files.createTempDirectory("message-logger-bench"));
    Runtime.getRuntime().addShutdownHook(new Thread(services::closeUnchecked, "stop"));
    try {
      services.startDatabase();
      if (redis) {
        services.startRedis();
      }
    } catch (IOException | RuntimeException e) {
      try (services) {
        throw e;
      }
    }
    return services;
  }

  /** A folder for whatever may go at the end. */
  Path folder() {
    return folder;
  }

  /**
   * The settings of a server that works with a database here, and with a queue of its own: the
   * default one of a Redis that was given may be somebody's, whose messages would go into a
   * database that is dropped. They contain secrets.
   */
  Map<String, String> environment(String database) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(Setting.DB_NAME.name(), database);
    all.put(Setting.REDIS_QUEUE.name(), freshName());
    return all;
  }

  /** Makes an empty database of the benchmark's own, for what one that was left over has gone. */
  String createDatabase(String name) throws SQLException {
    dropDatabase(PREFIX + name);
    made.add(PREFIX + name);
    administer("CREATE DATABASE " + PREFIX + name + " TEMPLATE template0");
    return PREFIX + name;
  }

  /**
   * Drops a database of the benchmark's own. Those who were connected to it, or vacuum it, are
   * given some seconds to end: to end them takes more than the right to drop it.
   */
  void dropDatabase(String database) throws SQLException {
    if (!database.startsWith(PREFIX)) {
      throw new IllegalArgumentException(database);
    }
    for (int left = DROP_TRIES; ; left--) {
      try {
        administer("DROP DATABASE IF EXISTS " + database);
        made.remove(database);
        return;
      } catch (SQLException e) {
        if (left == 0 || !IN_USE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  /** Leaves a database of the benchmark's own on the server that was given, for a closer look. */
  void keepDatabase(String database) {
    made.remove(database);
  }

  /** The caller closes the connection. */
  Connection connect(String database) throws SQLException {
    Settings settings = Settings.from(environment::get);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.text(Setting.DB_HOST)});
    source.setPortNumbers(new int[] {settings.count(Setting.DB_PORT)});
    source.setDatabaseName(database);
    source.setReWriteBatchedInserts(true);
    return source.getConnection(settings.text(Setting.DB_USER), settings.text(Setting.DB_PASSWORD));
  }

  /** Whether the database and Redis run on this machine. */
  boolean local() {
    Settings settings = Settings.from(environment::get);
    return settings.text(Setting.REDIS_URL).isEmpty()
        && Stream.of(Setting.DB_HOST, Setting.REDIS_HOST)
            .map(settings::text)
            .allMatch(host -> host.equals("localhost") || host.equals(LOOPBACK));
  }

  /** A queue of the benchmark's own; the caller closes it. */
  BenchQueue queue() {
    return new BenchQueue(Settings.from(environment::get), freshName());
  }

  /** As long as the default: it is in every command of Redis's append-only file. */
  private static String freshName() {
    long name =
        ThreadLocalRandom.current().nextLong(SMALLEST_NAME, Character.MAX_RADIX * SMALLEST_NAME);
    return Long.toString(name, Character.MAX_RADIX).toUpperCase(Locale.ROOT);
  }

  /** Closed before what was started earlier. */
  synchronized <T extends Closeable> T stopAtTheEnd(T process) {
    started.push(process);
    return process;
  }

  /** Stops what was started, the last one first, and deletes the folder. */
  @Override
  public synchronized void close() throws IOException {
    while (!started.isEmpty()) {
      started.pop().close();
    }
    if (Files.exists(folder)) {
      delete(folder);
    }
  }

  /** For the end of the JVM, where nobody is left to be told. */
  private void closeUnchecked() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void dropDatabases() throws IOException {
    try {
      for (String database : List.copyOf(made)) {
        dropDatabase(database);
      }
    } catch (SQLException e) {
      throw new IOException("A database of the benchmark is left: " + e.getMessage(), e);
    }
  }

  private void administer(String statement) throws SQLException {
    String given = System.getenv(Setting.DB_NAME.name());
    try (Connection connection = connect(given == null || given.isBlank() ? "postgres" : given)) {
      new Sql(connection).execute(statement);
    }
  }

  private void startDatabase() throws IOException {
    copy(Setting.DB_USER, Setting.DB_PASSWORD);
    if (given(Setting.DB_HOST)) {
      copy(Setting.DB_HOST, Setting.DB_PORT);
      stopAtTheEnd(this::dropDatabases); // after the servers that use them
      return;
    }
    Settings settings = Settings.from(environment::get);
    String user = settings.text(Setting.DB_USER);
    EmbeddedDatabase database =
        stopAtTheEnd(
            EmbeddedDatabase.start(
                folder.resolve("postgres"),
                0,
                user,
                settings.text(Setting.DB_PASSWORD),
                settings.text(Setting.DB_NAME),
                ("max_wal_size=4GB " + System.getProperty("postgres", "")).strip().split(" +")));
    environment.put(Setting.DB_HOST.name(), LOOPBACK);
    environment.put(Setting.DB_PORT.name(), Integer.toString(database.port()));
    try (Connection connection = database.connectAsSuperuser("postgres")) {
      String role = connection.unwrap(PGConnection.class).escapeIdentifier(user);
      new Sql(connection).execute("ALTER ROLE " + role + " CREATEDB");
      new Sql(connection).execute("GRANT pg_checkpoint TO " + role);
    } catch (SQLException e) {
      throw new IOException("The embedded database cannot be prepared: " + e.getMessage(), e);
    }
  }

  private void startRedis() throws IOException {
    if (given(Setting.REDIS_URL) || given(Setting.REDIS_HOST)) {
      copy(Setting.REDIS_URL, Setting.REDIS_HOST, Setting.REDIS_PORT);
      return;
    }
    EmbeddedRedis redis = stopAtTheEnd(EmbeddedRedis.start(folder.resolve("redis"), 0));
    environment.put(Setting.REDIS_HOST.name(), LOOPBACK);
    environment.put(Setting.REDIS_PORT.name(), Integer.toString(redis.port()));
  }

  private void copy(Setting... settings) {
    for (Setting setting : settings) {
      if (given(setting)) {
        environment.put(setting.name(), System.getenv(setting.name()));
      }
    }
  }

  private static boolean given(Setting setting) {
    String value = System.getenv(setting.name());
    return value != null && !value.isBlank();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
