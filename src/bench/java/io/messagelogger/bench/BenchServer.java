package io.messagelogger.bench;

import io.messagelogger.dev.Command;
import io.messagelogger.dev.Health;
import io.messagelogger.dev.Ports;
import io.messagelogger.dev.Wait;
import io.messagelogger.settings.Setting;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real server, with the WAR that was built, as a process of its own on a free port. It ends
 * with this JVM: its keeper's standard input is a pipe from here. Used by one thread; may be closed
 * by another.
 */
final class BenchServer implements Closeable {
  private static final String NAME = "bench";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final int TAIL_LINES = 20;

  private static final Pattern FEATURES =
      Pattern.compile("<featureManager>.*</featureManager>", Pattern.DOTALL);

  private static final String KEEPER =
      """
      trap '' INT
      "$0" run "$1" </dev/null &
      server=$!
      read -r line
      kill -TERM $server
      wait $server
      """;

  /** When a line was logged, as in [11/24/26, 21:53:10:942 UTC]. */
  private static final Pattern STAMPED = Pattern.compile("^\\[([0-9/]+, [0-9:]+) ");

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("M/d/yy, H:mm:ss:SSS", Locale.ROOT);

  private static final String FIRST_CONNECTION = "DSRA8203I";
  private static final String SCHEMA = "The schema is ready";

  private final Process process;
  private final Path user;
  private final Path log;
  private final Path pauses;
  private final int port;
  private @Nullable ProcessHandle java;

  private BenchServer(Process process, Path user, Path log, Path pauses, int port) {
    this.process = process;
    this.user = user;
    this.log = log;
    this.pauses = pauses;
    this.port = port;
  }

  /**
   * Starts a server on a database and waits until it is ready, so that the database has its schema.
   */
  static BenchServer start(BenchServices services, String database) throws IOException {
    return start(services, database, Map.of());
  }

  /**
   * The same, with settings beside those of the benchmark.
   *
   * @param settings environment variables
   */
  static BenchServer start(BenchServices services, String database, Map<String, String> settings)
      throws IOException {
    return start(services, database, settings, home());
  }

  /**
   * The same of another build.
   *
   * @param home the folder of its Liberty, with its server in usr/servers
   */
  static BenchServer start(
      BenchServices services, String database, Map<String, String> settings, Path home)
      throws IOException {
    Path user = Files.createTempDirectory(services.folder(), "server");
    install(home, user);
    Map<String, String> environment = environment(services, database, user);
    environment.putAll(settings);
    return launch(services, home, user, environment);
  }

  /** The same server without the service: its features and options, and nothing to run. */
  static BenchServer startEmpty(BenchServices services) throws IOException {
    Path user = Files.createTempDirectory(services.folder(), "server");
    Path server = Files.createDirectories(user.resolve("servers").resolve(NAME));
    Path built = built(home());
    Files.copy(built.resolve("jvm.options"), server.resolve("jvm.options"));
    Matcher features =
        FEATURES.matcher(Files.readString(built.resolve("server.xml"), StandardCharsets.UTF_8));
    if (!features.find()) {
      throw new IOException("No features in " + built.resolve("server.xml"));
    }
    Files.writeString(
        server.resolve("server.xml"),
        "<server>%s<httpEndpoint id=\"defaultHttpEndpoint\" httpPort=\"${env.HTTP_PORT}\" httpsPort=\"-1\"/></server>"
            .formatted(features.group()),
        StandardCharsets.UTF_8);
    return launch(services, home(), user, environment(services, "", user));
  }

  private static BenchServer launch(
      BenchServices services, Path home, Path user, Map<String, String> environment)
      throws IOException {
    int port = Ports.orFree(0);
    Path log = user.resolve("console.log");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", KEEPER, home.resolve("bin/server").toString(), NAME)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Path pauses = user.resolve("gc.log");
    builder
        .environment()
        .put(
            "JVM_ARGS",
            "-Duser.language=en -Duser.country=US -Xlog:gc:file=" + pauses + ":uptime:filecount=0");
    builder.environment().putAll(environment);
    builder.environment().put(Setting.HTTP_PORT.name(), Integer.toString(port));
    BenchServer server =
        services.stopAtTheEnd(new BenchServer(builder.start(), user, log, pauses, port));
    server.awaitReady();
    return server;
  }

  /** Where an application is put that is to run beside the service. */
  Path dropins() {
    return user.resolve("servers").resolve(NAME).resolve("dropins");
  }

  /** What the paths of requests are relative to. */
  URI address() {
    return URI.create("http://localhost:" + port);
  }

  /**
   * The server's Java process.
   *
   * @throws IllegalStateException when it has ended
   */
  ProcessHandle java() {
    ProcessHandle known = java;
    if (known == null) { // looking through all processes of the machine takes its time
      known =
          process
              .descendants()
              .filter(child -> child.info().command().orElse("").endsWith("java"))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("the server does not run"));
      java = known;
    }
    return known;
  }

  /** Whether it runs; its keeper waits for this JVM even when it does not. */
  boolean running() {
    return java().isAlive();
  }

  /**
   * The time from the first connection to the database to the schema's being there; zero for a
   * server without the service.
   */
  Duration migration() throws IOException {
    LocalDateTime first = null;
    for (String line : Files.readAllLines(log)) {
      Matcher stamped = STAMPED.matcher(line);
      if (stamped.find() && (line.contains(FIRST_CONNECTION) || line.contains(SCHEMA))) {
        LocalDateTime time = LocalDateTime.parse(stamped.group(1), STAMP);
        first = first == null ? time : first;
        if (line.contains(SCHEMA)) {
          return Duration.between(first, time);
        }
      }
    }
    return Duration.ZERO;
  }

  /** Stops it in the middle of whatever it does. */
  void pause() throws IOException {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}, and waits until it is ready. */
  void resume() throws IOException {
    signal("CONT");
    awaitReady();
  }

  private void signal(String name) throws IOException {
    Command.run(
        List.of("kill", "-" + name, Long.toString(java().pid())), log, Duration.ofSeconds(10));
  }

  /** The server's log of garbage collections. */
  Path pauses() {
    return pauses;
  }

  /** The last lines that it has printed. */
  String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  /** Stops it in order; does nothing when it has ended. */
  @Override
  public void close() throws IOException {
    if (!process.isAlive()) {
      return;
    }
    process.getOutputStream().close();
    if (!Wait.until(STOP_LIMIT, () -> !process.isAlive())) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IOException("The server did not stop in " + STOP_LIMIT);
    }
  }

  /** Of this build. */
  static Path home() {
    return Path.of(System.getProperty("wlp.home", "target/liberty/wlp")).toAbsolutePath();
  }

  private static Path built(Path home) {
    return home.resolve("usr/servers").resolve(System.getProperty("server.name", "message-logger"));
  }

  /** A user folder of its own: the server of the run command may be in use. */
  private static void install(Path home, Path user) throws IOException {
    Path built = built(home);
    Path server = Files.createDirectories(user.resolve("servers").resolve(NAME));
    Path dropins = Files.createDirectories(server.resolve("dropins"));
    for (String file : new String[] {"server.xml", "jvm.options"}) {
      Files.copy(built.resolve(file), server.resolve(file));
    }
    Files.copy(built.resolve("dropins/message-logger.war"), dropins.resolve("message-logger.war"));
    Path drivers = Files.createDirectories(user.resolve("shared/resources/postgresql"));
    try (Stream<Path> jars = Files.list(home.resolve("usr/shared/resources/postgresql"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, drivers.resolve(String.valueOf(jar.getFileName())));
      }
    }
  }

  private static Map<String, String> environment(
      BenchServices services, String database, Path user) {
    Map<String, String> environment = new HashMap<>(services.environment(database));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("WLP_USER_DIR", user.toString());
    environment.put("COMPRESS_AFTER", "off"); // a benchmark compresses when it wants to
    return environment;
  }

  private void awaitReady() throws IOException {
    Health health = Health.ofPort(port);
    boolean over = Wait.until(START_LIMIT, () -> !process.isAlive() || health.ready());
    if (!over || !process.isAlive()) {
      throw new IOException("The server is not ready:" + System.lineSeparator() + tail());
    }
  }
}
