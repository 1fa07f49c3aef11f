package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server of its own, of the built WAR, that a test may kill. Used by one thread. */
public final class FaultServer implements AutoCloseable {
  private final Process process;
  private final Path folder;
  private final Client client;

  /** Found once: to look for it reads the whole process table, in which time a load may be gone. */
  private @Nullable ProcessHandle java;

  private FaultServer(Process process, Path folder, Client client) {
    this.process = process;
    this.folder = folder;
    this.client = client;
  }

  /** Starts a server with these services; does not wait until it is ready. */
  public static FaultServer start(Services services, String... namesAndValues) throws IOException {
    return start(services, List.of(), namesAndValues);
  }

  /**
   * Starts a server with these services and steps at which something happens to it; does not wait
   * until it is ready.
   *
   * @param namesAndValues settings that only the server has; its client uses the services directly
   */
  static FaultServer start(Services services, List<Rule> rules, String... namesAndValues)
      throws IOException {
    Path home = Path.of(System.getProperty("wlp.home"));
    Path built = home.resolve("usr/servers").resolve(System.getProperty("test.server"));
    return start(services, rules, home, built, Path.of(System.getProperty("war")), namesAndValues);
  }

  /**
   * The same of another build, without steps.
   *
   * @param home the folder of its Liberty, with its server message-logger in usr/servers
   */
  static FaultServer startOther(Services services, Path home, String... namesAndValues)
      throws IOException {
    Path built = home.resolve("usr/servers/message-logger");
    Path war = built.resolve("dropins/message-logger.war");
    return start(services, List.of(), home, built, war, namesAndValues);
  }

  private static FaultServer start(
      Services services,
      List<Rule> rules,
      Path home,
      Path built,
      Path war,
      String... namesAndValues)
      throws IOException {
    Path user = Folder.create();
    Path server = Files.createDirectories(user.resolve("servers/fault"));
    for (String file : new String[] {"server.xml", "jvm.options"}) {
      Files.copy(built.resolve(file), server.resolve(file));
    }
    Files.copy(
        war, Files.createDirectories(server.resolve("dropins")).resolve("message-logger.war"));
    Files.createDirectories(user.resolve("shared"));
    Files.createSymbolicLink(
        user.resolve("shared/resources"), home.resolve("usr/shared/resources"));

    Map<String, String> settings = new HashMap<>(services.environment());
    settings.put("HTTP_PORT", Integer.toString(TestServices.freePort()));
    settings.put("CLAIM_LEASE", "2");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    int port = Integer.parseInt(settings.get("HTTP_PORT"));
    Files.writeString(
        server.resolve("jvm.options"),
        "\n-XX:TieredStopAtLevel=1\n", // most of them live too short to win back more compilation
        StandardOpenOption.APPEND);
    if (!rules.isEmpty()) {
      Rule.install(rules, server);
    }
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/server").toString(), "run", "fault")
            .redirectErrorStream(true)
            .redirectOutput(log(user).toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("WLP_USER_DIR", user.toString());
    builder.environment().putAll(settings);
    Map<String, String> direct = services.environment();
    return new FaultServer(builder.start(), user, new Client(Settings.from(direct::get), port));
  }

  /** A client of it. */
  public Client client() {
    return client;
  }

  /** Waits until some of the load is stored, some waits, and some is claimed. */
  void awaitWork() {
    assertThat(java()).as("its process").isPresent();
    await()
        .atMost(60, SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(
                      client.count("SELECT count(*) FROM (SELECT FROM message_key LIMIT 1) AS one"))
                  .as("stored")
                  .isPositive();
              assertThat(client.redis().llen("MESSAGES")).as("queued").isGreaterThan(2000);
              assertThat(client.redis().zcard("{MESSAGES}:claims")).as("claimed").isPositive();
            });
  }

  /**
   * Waits until /health/ready says that this does not work, for a reason that contains the text.
   */
  void awaitDown(String check, String reason) {
    await()
        .atMost(60, SECONDS)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(reasons()).extractingByKey(check).asString().contains(reason));
  }

  /** What does not work, and why, as /health/ready has it. */
  Map<String, String> reasons() {
    Map<String, String> reasons = new HashMap<>();
    for (JsonValue value :
        Client.object(client.get("/health/ready").body()).getJsonArray("checks")) {
      JsonObject check = value.asJsonObject();
      if (check.getString("status").equals("DOWN")) {
        reasons.put(check.getString("name"), check.getJsonObject("data").getString("reason"));
      }
    }
    return reasons;
  }

  /** What the server has printed. */
  public String log() {
    try {
      return Files.readString(log(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many lines of that contain this. */
  public long said(String text) {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  /**
   * SIGKILL while some of the load is claimed: it is stopped when it seems so, and killed when it
   * is so. Looking and killing alone would leave it time to finish.
   */
  void killAtWork() throws IOException, InterruptedException {
    awaitWork();
    pause();
    while (client.redis().zcard("{MESSAGES}:claims") == 0) {
      resume();
      awaitWork(); // fails when nothing is left
      pause();
    }
    kill();
  }

  /** SIGKILL. */
  void kill() {
    java().orElseThrow().destroyForcibly();
    process.onExit().join();
  }

  /** Waits until the server has ended by itself, the seconds at most; its exit status. */
  public int awaitEnd(int seconds) throws InterruptedException {
    if (!process.waitFor(seconds, SECONDS)) {
      throw new AssertionError("the server has not ended:\n" + log());
    }
    return process.exitValue();
  }

  /** SIGSTOP: nothing of the server runs until it is resumed. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(java().orElseThrow().pid());
    int status = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " ended with status " + status);
    }
  }

  /** SIGTERM; whether the server has ended within the seconds. */
  public boolean terminate(int seconds) throws InterruptedException {
    java().orElseThrow().destroy();
    return process.waitFor(seconds, SECONDS);
  }

  /** Whether it runs. */
  public boolean running() {
    return process.isAlive();
  }

  /** The script may have become the Java process or have started it. */
  private Optional<ProcessHandle> java() {
    if (java == null) {
      java =
          Stream.concat(Stream.of(process.toHandle()), process.descendants())
              .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
              .findFirst()
              .orElse(null);
    }
    return Optional.ofNullable(java);
  }

  private static Path log(Path folder) {
    return folder.resolve("console.log");
  }

  /** Ends the server if it runs, and deletes it but for what it has printed. */
  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      kill();
    }
    client.close();
    Folder.deleteIf(folder, path -> !path.equals(folder) && !path.equals(log(folder)));
  }
}
