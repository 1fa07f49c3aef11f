package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.testing.Client;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients of docs/feed.md, as they stand there: they are shown everything once, across a cut.
 */
class FeedClientsIT extends OnServer {
  private static final Logger LOG = Logger.getLogger(FeedClientsIT.class.getName());

  private final String source = "clients-" + UUID.randomUUID();

  private Relay relay;

  @TempDir private Path folder;

  @BeforeEach
  void open() throws IOException {
    relay = new Relay(client.feed().getPort());
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
  }

  /** Stands between clients and server, and cuts their connections when it is told to. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int to;

    Relay(int to) throws IOException {
      this.to = to;
      start(this::accept);
    }

    int port() {
      return door.getLocalPort();
    }

    private void accept() throws IOException {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket("localhost", to);
        open.add(client);
        start(() -> client.getInputStream().transferTo(server.getOutputStream()));
        start(
            () -> {
              server.getInputStream().transferTo(client.getOutputStream());
              client.close();
            });
      }
    }

    /** How many connections it has cut. */
    int cut() throws IOException {
      int cut = 0;
      for (Socket socket : Set.copyOf(open)) {
        open.remove(socket);
        socket.close();
        cut++;
      }
      return cut;
    }

    @Override
    public void close() throws IOException {
      door.close();
      cut();
    }

    private interface Steps {
      void take() throws IOException;
    }

    private static void start(Steps steps) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  steps.take();
                } catch (IOException e) {
                  LOG.log(Level.FINE, "A connection has ended", e); // as it is meant to
                }
              },
              "relay");
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Test
  void javaScript() throws Exception {
    assumeTrue(
        works("node", "--experimental-websocket", "-e", "WebSocket"),
        "SKIPPED: no node with WebSocket, so the JavaScript client of docs/feed.md is not tested");
    Path script = write("js", "follow.js");
    follow("node", "--experimental-websocket", script.toString());
  }

  @Test
  void python() throws Exception {
    String python =
        Stream.of("/usr/bin/python3", "python3")
            .filter(command -> works(command, "-c", "import websockets"))
            .findFirst()
            .orElse("");
    assumeTrue(
        !python.isEmpty(),
        "SKIPPED: no python3 with websockets (Debian: python3-websockets), so the Python client of"
            + " docs/feed.md is not tested");
    follow(python, write("python", "follow.py").toString(), url());
  }

  private String url() {
    return "ws://localhost:" + relay.port() + "/?since=15m&source=" + source;
  }

  /** The block of a language in the page, with the address of this server. */
  private Path write(String language, String file) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/feed.md")));
    assertThat(block.find()).as("a client in " + language).isTrue();
    return Files.writeString(
        folder.resolve(file),
        block.group(1).replace("ws://localhost:5000/?since=15m&topic=greetings", url()));
  }

  private static boolean works(String... command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void follow(String... command) throws Exception {
    List<String> expected = new ArrayList<>(push(20));
    List<String> shown = new CopyOnWriteArrayList<>();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      Thread reader = new Thread(() -> read(process, shown), "client");
      reader.setDaemon(true);
      reader.start();
      await().atMost(60, SECONDS).until(() -> shown.size() >= 20);
      expected.addAll(push(20));
      await().atMost(60, SECONDS).until(() -> shown.size() >= 40);
      assertThat(relay.cut()).as("connections that were cut").isPositive();
      expected.addAll(push(20));
      await().atMost(60, SECONDS).until(() -> shown.size() >= 60);
      assertThat(shown).isEqualTo(expected);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void read(Process process, List<String> shown) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        shown.add(Client.object(line).getString("message_uuid"));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> push(int count) {
    List<UUID> uuids = Stream.generate(UUID::randomUUID).limit(count).toList();
    // At the end that is taken last.
    client
        .redis()
        .lpush(
            "MESSAGES", uuids.stream().map(uuid -> message(uuid, source)).toArray(String[]::new));
    return uuids.stream().map(UUID::toString).toList();
  }
}
