package io.messagelogger.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Asks a server over several connections at once that stay open, each as soon as its last question
 * was answered. Reads no more of an answer than it must, so that the server has the processor. Used
 * by one thread.
 */
final class Pressure {
  private static final int TIMEOUT_MS = 60_000;
  private static final int BUFFER = 1 << 16;

  private final String host;
  private final int port;
  private final int connections;
  private final String header;

  Pressure(URI server, int connections) {
    this(server, connections, "");
  }

  /**
   * The same with a header.
   *
   * @param header with the line's end; empty for none
   */
  Pressure(URI server, int connections, String header) {
    this.header = header;
    this.host = server.getHost();
    this.port = server.getPort();
    this.connections = connections;
  }

  /**
   * What came of it.
   *
   * @param rate answers a second
   * @param bytes of the last body
   */
  record Result(double rate, Latency latency, int bytes) {}

  /**
   * Asks for as long as this.
   *
   * @param paths where to, each time; used by several threads
   * @throws IOException when an answer is not 200
   */
  Result run(Supplier<String> paths, Duration time) throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long start = System.nanoTime();
      long end = start + time.toNanos();
      List<Future<Answers>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        running.add(threads.submit(() -> ask(paths, end)));
      }
      int count = 0;
      int bytes = 0;
      long[] nanos = new long[0];
      for (Future<Answers> one : running) {
        Answers answers = one.get();
        count += answers.nanos.length;
        bytes = answers.bytes;
        int from = nanos.length;
        nanos = Arrays.copyOf(nanos, count);
        System.arraycopy(answers.nanos, 0, nanos, from, answers.nanos.length);
      }
      return new Result(count * 1e9 / (System.nanoTime() - start), Latency.of(nanos), bytes);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private record Answers(long[] nanos, int bytes) {}

  private Answers ask(Supplier<String> paths, long end) throws IOException {
    long[] nanos = new long[1024];
    int count = 0;
    int bytes = 0;
    try (Socket socket = new Socket(host, port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
      OutputStream out = socket.getOutputStream();
      while (System.nanoTime() < end || count == 0) {
        String path = paths.get();
        byte[] request =
            ("GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n" + header + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        long start = System.nanoTime();
        out.write(request);
        bytes = answer(in, path);
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = System.nanoTime() - start;
      }
    }
    return new Answers(Arrays.copyOf(nanos, count), bytes);
  }

  /** The length of the body. */
  private static int answer(InputStream in, String path) throws IOException {
    String status = line(in);
    int length = 0;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:");
    }
    if (chunked) {
      length = 0;
      int chunk;
      do {
        chunk = Integer.parseInt(line(in), 16);
        in.skipNBytes(chunk);
        line(in);
        length += chunk;
      } while (chunk > 0);
    } else {
      in.skipNBytes(length);
    }
    if (!status.contains(" 200 ")) {
      throw new IOException(path + " is answered with " + status);
    }
    return length;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
