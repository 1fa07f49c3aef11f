package io.messagelogger.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A port is free, this process's own, or somebody else's. */
class ListeningPortTest {
  @Test
  void aFreePortIsNoObstacle() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(new ListeningPort("*", port, Setting.HTTP_PORT).obstacle()).isEmpty();
  }

  @Test
  void ourOwnPortIsNoObstacle() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      assertThat(new ListeningPort("*", socket.getLocalPort(), Setting.HTTP_PORT).obstacle())
          .isEmpty();
    }
  }

  @Test
  void anAddressThatIsNotOursIsOne() {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/net/tcp")), "only Linux tells");
    assertThat(new ListeningPort("192.0.2.1", 0, Setting.HTTP_PORT).obstacle())
        .get()
        .asString()
        .contains("HTTP_PORT");
  }

  @Test
  void aPortOfAnotherProcessIsOne() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/net/tcp")), "only Linux tells");
    Path source = Files.createTempFile("Listen", ".java");
    Files.writeString(
        source,
        """
        public class Listen {
          public static void main(String[] arguments) throws Exception {
            var socket = new java.net.ServerSocket(0);
            new java.io.PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true).println(socket.getLocalPort());
            System.in.read();
          }
        }
        """);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                source.toString())
            .start();
    try {
      int port = Integer.parseInt(process.inputReader().readLine());
      assertThat(new ListeningPort("*", port, Setting.HTTP_PORT).obstacle())
          .get()
          .asString()
          .contains("HTTP_PORT", Integer.toString(port));
    } finally {
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      Files.delete(source);
    }
  }
}
