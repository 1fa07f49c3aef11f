package io.messagelogger.it.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests as they are written, right or wrong: other clients do not send what is malformed.
 * Stateless.
 */
final class Wire {
  private static final int TIMEOUT_MILLIS = 120_000;

  private Wire() {}

  /**
   * An answer.
   *
   * @param headers by their names in small letters
   */
  record Answer(int status, Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return String.join(", ", headers.getOrDefault(name, List.of()));
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String mediaType() {
      return header("content-type").split(";", 2)[0].strip();
    }
  }

  /** Sends a request over a connection of its own. Of an endless answer only the head is read. */
  static Answer send(
      int port, String method, String target, Map<String, String> headers, byte[] body)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress("localhost", port), TIMEOUT_MILLIS);
      StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
      head.append("Host: localhost:").append(port).append("\r\nConnection: close\r\n");
      headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      if (body.length > 0 || method.equals("POST")) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      request.writeBytes(body);
      socket.getOutputStream().write(request.toByteArray());
      return read(new BufferedInputStream(socket.getInputStream()), method);
    }
  }

  private static Answer read(InputStream in, String method) throws IOException {
    String first = line(in);
    if (!first.matches("HTTP/1\\.1 \\d{3}( .*)?")) {
      throw new IOException("no status line: " + first);
    }
    int status = Integer.parseInt(first.substring(9, 12));
    Map<String, List<String>> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] parts = line.split(":", 2);
      headers
          .computeIfAbsent(parts[0].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(parts[1].strip());
    }
    Answer answer = new Answer(status, headers, new byte[0]);
    if (method.equals("HEAD")
        || status == 204
        || status == 304
        || answer.mediaType().equals("text/event-stream")) {
      return answer;
    }
    if (answer.header("transfer-encoding").equalsIgnoreCase("chunked")) {
      return new Answer(status, headers, chunks(in));
    }
    String length = answer.header("content-length");
    byte[] body =
        length.isEmpty()
            ? in.readAllBytes()
            : in.readNBytes(Math.toIntExact(Long.parseLong(length)));
    if (!length.isEmpty() && body.length < Long.parseLong(length)) {
      throw new EOFException("a body of " + length + " bytes ends after " + body.length);
    }
    return new Answer(status, headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException("a chunk is cut");
      }
      body.writeBytes(chunk);
      line(in);
    }
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ends in its head: " + line);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
