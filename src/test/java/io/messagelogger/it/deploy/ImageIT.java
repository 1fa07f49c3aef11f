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
    Map<String, String> settings =
        TestServices.environment("HTTP_PORT", Integer.toString(port), "ALLOW_ANONYMOUS", "true");
    Path log = folder.resolve("console.log");
    Process server = start(settings, image.entryPoint(), log);
    try (Client client = new Client(TestServices.settings(), port)) {
      client.awaitReady();
      UUID uuid = UUID.randomUUID();
      client.push(Client.message(uuid, "image"));
      client.awaitStored(uuid.toString());
      assertThat(status(settings, image.healthCheck())).as("health of a running one").isZero();
      assertThat(Files.readString(log)).doesNotContain("[ERROR", "[WARNING");

      server.descendants().filter(each -> ended("java", each)).forEach(ProcessHandle::destroy);
      assertThat(server.waitFor(60, SECONDS)).as("it ends").isTrue();
      assertThat(Files.readString(log)).contains("CWWKE0036I"); // in order
      assertThat(status(settings, image.healthCheck())).as("health of a stopped one").isNotZero();
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
    java.addAll(
        Files.readAllLines(image.root().resolve("opt/wlp/usr/servers/defaultServer/jvm.options")));
    java.addAll(List.of("-XX:MaxRAM=" + container + "m", "-XX:+PrintFlagsFinal", "-version"));
    return output(Map.of(), java.toArray(String[]::new))
        .lines()
        .filter(line -> line.contains(" MaxHeapSize "))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[3]) >> 20)
        .findFirst()
        .orElseThrow();
  }

  private static boolean ended(String program, ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/" + program);
  }

  private static Process start(Map<String, String> settings, List<String> program, Path log)
      throws IOException {
    return new ProcessBuilder(image.command(settings, program))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private int status(Map<String, String> settings, List<String> program)
      throws IOException, InterruptedException {
    Process process = start(settings, program, folder.resolve("status.log"));
    await().atMost(30, SECONDS).until(() -> !process.isAlive());
    return process.exitValue();
  }

  private String output(Map<String, String> settings, String... program)
      throws IOException, InterruptedException {
    Path log = folder.resolve("output.log");
    Process process = start(settings, Arrays.asList(program), log);
    await().atMost(30, SECONDS).until(() -> !process.isAlive());
    return Files.readString(log).strip();
  }
}
