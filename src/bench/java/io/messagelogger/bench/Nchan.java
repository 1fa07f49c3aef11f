package io.messagelogger.bench;

import io.messagelogger.dev.Ports;
import io.messagelogger.dev.Wait;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx with nchan as Debian packages it, with two workers. Used by one thread. */
final class Nchan implements Closeable {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final List<Path> MODULES =
      Stream.of("/usr/lib/nginx/modules", "/usr/share/nginx/modules")
          .map(folder -> Path.of(folder, "ngx_nchan_module.so"))
          .toList();

  private static final String CONFIGURATION =
      """
      load_module %s;
      daemon off;
      master_process on;
      worker_processes 2;
      pid %s/nginx.pid;
      error_log %2$s/error.log;
      events { worker_connections 8192; }
      http {
        access_log off;
        keepalive_requests 100000000;
        client_body_temp_path %2$s/body;
        proxy_temp_path %2$s/proxy;
        fastcgi_temp_path %2$s/fastcgi;
        uwsgi_temp_path %2$s/uwsgi;
        scgi_temp_path %2$s/scgi;
        nchan_shared_memory_size 256M;
        server {
          listen 127.0.0.1:%d;
          location = /feed { nchan_subscriber websocket; nchan_channel_id bench; nchan_subscriber_first_message newest; }
          location = /publish { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 50000; nchan_message_timeout 60s; }
        }
      }
      """;

  private static final byte[] STATUS = "HTTP/1.1 2".getBytes(StandardCharsets.US_ASCII);

  private final Process process;
  private final int port;

  private Nchan(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it; empty when it is not installed. */
  static Optional<Nchan> start(BenchServices services) throws IOException {
    Optional<Path> module = MODULES.stream().filter(Files::exists).findFirst();
    if (module.isEmpty() || !Files.exists(NGINX)) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory(services.folder(), "nchan");
    int port = Ports.orFree(0);
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, CONFIGURATION.formatted(module.get(), folder, port));
    Process process =
        new ProcessBuilder(NGINX.toString(), "-c", file.toString(), "-p", folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.log").toFile())
            .start();
    Nchan nchan = services.stopAtTheEnd(new Nchan(process, port));
    if (!Wait.until(Duration.ofSeconds(20), nchan::listens)) {
      throw new IOException(
          "nginx does not listen:\n" + Files.readString(folder.resolve("out.log")));
    }
    return Optional.of(nchan);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Publishes a message so many times, one request behind the other on one connection. */
  void publish(byte[] message, int count) throws IOException {
    byte[] head =
        "POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            .formatted(message.length)
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread answers = new Thread(() -> passOver(socket, count), "answers");
      answers.setDaemon(true);
      answers.start();
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
      for (int i = 0; i < count; i++) {
        out.write(head);
        out.write(message);
      }
      out.flush();
      answers.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads so many answers: their status lines are counted. */
  private static void passOver(Socket socket, int count) {
    byte[] buffer = new byte[1 << 16];
    int matched = 0;
    int answers = 0;
    try {
      InputStream in = socket.getInputStream();
      while (answers < count) {
        int length = in.read(buffer);
        if (length < 0) {
          throw new IOException("%d answers of %d".formatted(answers, count));
        }
        for (int i = 0; i < length; i++) {
          matched = buffer[i] == STATUS[matched] ? matched + 1 : buffer[i] == STATUS[0] ? 1 : 0;
          if (matched == STATUS.length) {
            matched = 0;
            answers++;
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy(); // the master ends its workers
    if (!Wait.until(Duration.ofSeconds(20), () -> !process.isAlive())) {
      throw new IOException("nginx did not stop");
    }
  }
}
