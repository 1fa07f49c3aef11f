package io.messagelogger.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A WebSocket client that only reads (RFC 6455), on a thread of its own: the less a client does
 * with a frame, the less of what it measures is its own. Used by one thread, which gets the text of
 * each frame on the other.
 */
final class FrameReader implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int LENGTH = 0x7f;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;

  private final Socket socket;
  private final DataInputStream in;
  private final Consumer<String> frames;
  private final Thread thread = new Thread(this::read, "frames");
  private volatile boolean closed;

  /** Connects to the root of a server. */
  FrameReader(URI server, Consumer<String> frames) throws IOException {
    this.frames = frames;
    this.socket = new Socket(server.getHost(), server.getPort());
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    String request =
        """
        GET / HTTP/1.1\r
        Host: %s:%d\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r
        """
            .formatted(server.getHost(), server.getPort());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String status = line();
    if (!status.contains(" 101 ")) {
      throw new IOException("No WebSocket: " + status);
    }
    while (!line().isEmpty()) {
      // the rest of the answer's head
    }
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    socket.close();
  }

  private void read() {
    try {
      while (true) {
        in.readUnsignedByte(); // what kind: the service sends a message as one frame of text
        int length = in.readUnsignedByte() & LENGTH;
        if (length == TWO_BYTES) {
          length = in.readUnsignedShort();
        } else if (length == EIGHT_BYTES) {
          length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        frames.accept(new String(payload, StandardCharsets.UTF_8));
      }
    } catch (EOFException | SocketException e) {
      if (!closed) {
        throw new IllegalStateException("the feed has ended", e);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
