package io.messagelogger.it.deploy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.deploy.Containerfile;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server in the tree that the Containerfile describes: as an unprivileged user, with a root
 * that nobody can write to.
 */
class ImageIT {
  private static Image image;

  @TempDir Path folder;

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    Tools.require("bwrap", "of Debian's package bubblewrap");
    image = new Image(Containerfile.read(Path.of("liberty/Containerfile")));
  }

  @AfterAll
  static void remove() throws IOException {
    if (image != null) {
      image.close();
    }
  }

  @Test
  void serverStoresAndStopsInOrder() throws IOException, InterruptedException {
    int port = TestServices.freePort();
    Path keys = folder.resolve("api-keys.json");
    Files.writeString(
        keys,
        """
        [{"name": "tester", "sha256": "%s", "roles": ["reader"]}]\
        """
            .formatted("0".repeat(64)));
    Map<String, String> settings =
        TestServices.environment(
            "HTTP_PORT",
            Integer.toString(port),
            "API_KEYS_FILE",
            "/tmp/api-keys.json",
            "LOG_FORMAT",
            "json");
    Path log = folder.resolve("console.log");
    Process server = start(settings, List.of(readable(keys)), image.entryPoint(), log);
    try (Client client = new Client(TestServices.settings(), port)) {
      client.awaitReady();
      UUID uuid = UUID.randomUUID();
      client.push(Client.message(uuid, "image"));
      await()
          .atMost(30, SECONDS)
          .until(
              () ->
                  client.count(
                          "SELECT count(*) FROM message_key WHERE message_uuid = '" + uuid + "'")
                      == 1);
      assertThat(client.get("/messages/" + uuid).statusCode()).as("of a stranger").isEqualTo(401);
      assertThat(status(settings, image.healthCheck())).as("health of a running one").isZero();
      assertThat(Files.readAllLines(log))
          .noneMatch(line -> line.contains("\"loglevel\":\"ERROR\""))
          .noneMatch(line -> line.contains("\"loglevel\":\"WARNING\""))
          .anyMatch(line -> line.startsWith("{") && line.contains("The schema is ready"));

      server.descendants().filter(each -> runs("java", each)).forEach(ProcessHandle::destroy);
      assertThat(server.waitFor(60, SECONDS)).as("it ends").isTrue();
      assertThat(Files.readString(log)).contains("CWWKE0036I"); // in order
      assertThat(status(settings, image.healthCheck())).as("health of a stopped one").isNotZero();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void serverDoesNotLetStrangersInUnlessTold() throws IOException, InterruptedException {
    Map<String, String> settings =
        TestServices.environment("HTTP_PORT", Integer.toString(TestServices.freePort()));
    Path log = folder.resolve("console.log");
    Process server = start(settings, List.of(), image.entryPoint(), log);
    try {
      assertThat(server.waitFor(90, SECONDS)).as("it ends").isTrue();
      assertThat(server.exitValue()).isNotZero();
      assertThat(Files.readString(log)).contains("ALLOW_ANONYMOUS");
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void nothingInItCanBeWritten() throws IOException, InterruptedException {
    assertThat(output(Map.of(), "id", "-u")).isEqualTo("1001");
    assertThat(output(Map.of(), "/bin/sh", "-c", "echo a > /opt/wlp/a || echo refused"))
        .contains("Read-only file system")
        .endsWith("refused");
    assertThat(output(Map.of(), "/bin/sh", "-c", "touch /output/a /tmp/a && echo done"))
        .isEqualTo("done");
    try (Stream<Path> files = Files.walk(image.root().resolve("opt"))) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat(Files.getPosixFilePermissions(file))
                      .as(file.toString())
                      .contains(PosixFilePermission.OTHERS_READ)
                      .doesNotContain(
                          PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE));
    }
  }

  @Test
  void noSecretOfTheBuildIsInIt() throws IOException {
    Path server = image.root().resolve("opt/wlp/usr/servers/defaultServer");
    try (Stream<Path> files = Files.list(server)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("server.xml", "jvm.options", "dropins");
    }
  }

  /** The heap, with the room for what else a JVM takes, at two sizes of a container. */
  @Test
  void heapFollowsTheMemoryOfTheContainer() throws IOException, InterruptedException {
    assertThat(heapMebibytes(768)).isBetween(420L, 460L);
    assertThat(heapMebibytes(2048)).isBetween(1150L, 1220L);
  }

  private long heapMebibytes(int container) throws IOException, InterruptedException {
    List<String> java = new ArrayList<>(List.of("java"));
    Files.readAllLines(image.root().resolve("opt/wlp/usr/servers/defaultServer/jvm.options"))
        .stream()
        .filter(line -> line.startsWith("-"))
        .forEach(java::add);
    java.addAll(List.of("-XX:MaxRAM=" + container + "m", "-XX:+PrintFlagsFinal", "-version"));
    return output(Map.of(), java.toArray(String[]::new))
        .lines()
        .filter(line -> line.contains(" MaxHeapSize "))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[3]) >> 20)
        .findFirst()
        .orElseThrow();
  }

  /** The file, for the image's user to read. */
  private static Path readable(Path file) throws IOException {
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  private static boolean runs(String program, ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/" + program);
  }

  private static Process start(
      Map<String, String> settings, List<Path> files, List<String> program, Path log)
      throws IOException {
    return new ProcessBuilder(image.command(settings, files, program))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private int status(Map<String, String> settings, List<String> program)
      throws IOException, InterruptedException {
    Process process = start(settings, List.of(), program, folder.resolve("status.log"));
    await().atMost(30, SECONDS).until(() -> !process.isAlive());
    return process.exitValue();
  }

  private String output(Map<String, String> settings, String... program)
      throws IOException, InterruptedException {
    Path log = folder.resolve("output.log");
    Process process = start(settings, List.of(), Arrays.asList(program), log);
    await().atMost(30, SECONDS).until(() -> !process.isAlive());
    return Files.readString(log).strip();
  }
}
