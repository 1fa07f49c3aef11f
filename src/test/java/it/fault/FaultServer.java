package it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.messagelogger.dev.Services;
import io.messagelogger.settings.Settings;
import it.Client;
import it.TestServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A server of its own, of the built WAR, that a test may kill. Used by one thread. */
final class FaultServer implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final Client client;

  private FaultServer(Process process, Path log, Client client) {
    this.process = process;
    this.log = log;
    this.client = client;
  }

  /** Starts a server with these services; does not wait until it is ready. */
  static FaultServer start(Services services, String... namesAndValues) throws IOException {
    Path home = Path.of(System.getProperty("wlp.home"));
    Path built = home.resolve("usr/servers").resolve(System.getProperty("test.server"));
    Path user = Files.createTempDirectory("message-logger-fault");
    Path server = Files.createDirectories(user.resolve("servers/fault"));
    for (String file : new String[] {"server.xml", "jvm.options"}) {
      Files.copy(built.resolve(file), server.resolve(file));
    }
    Files.copy(
        Path.of(System.getProperty("war")),
        Files.createDirectories(server.resolve("dropins")).resolve("message-logger.war"));
    Files.createDirectories(user.resolve("shared"));
    Files.createSymbolicLink(
        user.resolve("shared/resources"), home.resolve("usr/shared/resources"));

    int port = TestServices.freePort();
    Map<String, String> settings = new HashMap<>(services.environment());
    settings.put("HTTP_PORT", Integer.toString(port));
    settings.put("CLAIM_LEASE", "2");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Path log = user.resolve("console.log");
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/server").toString(), "run", "fault")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("WLP_USER_DIR", user.toString());
    builder.environment().putAll(settings);
    return new FaultServer(builder.start(), log, new Client(Settings.from(settings::get), port));
  }

  Client client() {
    return client;
  }

  /** What the server has printed. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  void kill() {
    java().orElseThrow().destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM; whether the server has ended within the seconds. */
  boolean terminate(int seconds) throws InterruptedException {
    java().orElseThrow().destroy();
    return process.waitFor(seconds, SECONDS);
  }

  boolean running() {
    return process.isAlive();
  }

  /** The script may have become the Java process or have started it. */
  private Optional<ProcessHandle> java() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
        .findFirst();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
    client.close();
  }
}
