package io.messagelogger.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Run;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The run command: what README's first command starts inside Maven. */
class RunIT {
  private final Map<String, String> environment = new HashMap<>();
  private final Path folder;

  RunIT() throws IOException {
    folder = Files.createTempDirectory("message-logger-run");
    environment.put("DATA_FOLDER", folder.resolve("data").toString());
    for (String port : List.of("HTTP_PORT", "REDIS_PORT", "DB_PORT")) {
      environment.put(port, Integer.toString(TestServices.freePort()));
    }
  }

  @Test
  void everythingStartsStopsInOrderAndKeepsItsData() throws Exception {
    UUID uuid = UUID.randomUUID();
    Process first = run("first");
    List<ProcessHandle> started;
    try (Client client = client()) {
      awaitReadyLine("first");
      client.push(Client.message(uuid, "kept"));
      client.awaitStored(uuid.toString());
      started = first.descendants().toList();

      Process second = run("second");
      assertThat(second.waitFor(60, SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(output("second").strip().lines()).as("one line").hasSize(1);
    }
    first.destroy(); // SIGTERM
    assertEnded(first, started);

    Process again = run("again");
    try (Client client = client()) {
      awaitReadyLine("again");
      client.awaitStored(uuid.toString());
      started = again.descendants().toList();
    }
    new ProcessBuilder("kill", "-INT", Long.toString(again.pid())).start().waitFor();
    assertEnded(again, started);
  }

  @Test
  void aBusyPortIsNamedWithItsSetting() throws Exception {
    for (String setting : List.of("HTTP_PORT", "REDIS_PORT", "DB_PORT")) {
      int port = Integer.parseInt(environment.get(setting));
      try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(busy.isBound()).isTrue();
        Process process = run(setting);
        assertThat(process.waitFor(60, SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output(setting).strip().lines())
            .singleElement()
            .asString()
            .contains(setting, Integer.toString(port));
      }
    }
  }

  @Test
  void aWrongSettingIsNamed() throws Exception {
    environment.put("BATCH_SIZE", "many");
    Process process = run("wrong");
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output("wrong").strip().lines())
        .singleElement()
        .asString()
        .contains("BATCH_SIZE", "many", "whole number");
  }

  private Process run(String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dwlp.home=" + System.getProperty("wlp.home"),
                Run.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name).toFile());
    builder
        .environment()
        .keySet()
        .removeAll(List.of("REDIS_HOST", "REDIS_URL", "DB_HOST", "DB_NAME", "JAVA_TOOL_OPTIONS"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Client client() {
    return new Client(
        Settings.from(environment::get), Integer.parseInt(environment.get("HTTP_PORT")));
  }

  private String output(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private void awaitReadyLine(String name) {
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                output(name).lines().filter(line -> line.contains("is ready: http")).count() == 1);
    assertThat(client().get("/health/ready").statusCode()).isEqualTo(200);
  }

  private void assertEnded(Process process, List<ProcessHandle> started) throws Exception {
    assertThat(process.waitFor(60, SECONDS)).as("ended").isTrue();
    assertThat(started).as("it had processes of its own").isNotEmpty();
    await().atMost(5, SECONDS).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
    for (String setting : List.of("HTTP_PORT", "REDIS_PORT", "DB_PORT")) {
      try (ServerSocket free = new ServerSocket(Integer.parseInt(environment.get(setting)))) {
        assertThat(free.isBound()).isTrue();
      }
    }
  }
}
