package io.messagelogger.it;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One question over HTTP/2 with prior knowledge (RFC 9113), which the JDK's client cannot ask.
 * Reads nothing before it is asked for the end. Used by one thread.
 */
final class Http2Stream implements Closeable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int WINDOW = 1 << 30;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final DataOutputStream out;

  private Http2Stream(int port) throws IOException {
    socket.setReceiveBufferSize(8_192);
    socket.setSoTimeout(120_000);
    socket.connect(new InetSocketAddress("localhost", port));
    in = new DataInputStream(socket.getInputStream());
    // The server looks for the preface in what comes first, as a whole.
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /** GET of a path. */
  static Http2Stream ask(int port, String path) throws IOException {
    Http2Stream stream = new Http2Stream(port);
    stream.out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    // SETTINGS_INITIAL_WINDOW_SIZE, and the same for the connection: TCP alone limits the sender.
    stream.frame(SETTINGS, 0, 0, new byte[] {0, 4, WINDOW >> 24, 0, 0, 0});
    stream.frame(WINDOW_UPDATE, 0, 0, new byte[] {WINDOW >> 24, 0, 0, 0});
    stream.out.flush();
    stream.settings(); // the server answers nothing before its own are acknowledged
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.write(0x82); // :method GET, of HPACK's table (RFC 7541, A)
    headers.write(0x86); // :scheme http
    literal(headers, 4, path);
    literal(headers, 1, "localhost:" + port);
    stream.frame(HEADERS, END_STREAM | END_HEADERS, 1, headers.toByteArray());
    stream.out.flush();
    return stream;
  }

  /** A header whose name is of the table, without indexing; the value has less than 127 bytes. */
  private static void literal(ByteArrayOutputStream headers, int name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    headers.write(name);
    headers.write(bytes.length);
    headers.writeBytes(bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(0);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** Reads the settings of the server and acknowledges them. */
  private void settings() throws IOException {
    int type;
    do {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      type = in.readUnsignedByte();
      in.skipNBytes(1 + 4 + length);
    } while (type != SETTINGS);
    frame(SETTINGS, 1, 0, new byte[0]);
  }

  /** How the answer ends: END_STREAM or RST_STREAM. */
  String end() throws IOException {
    while (true) {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      in.skipNBytes(length);
      if (stream == 1 && type == RST_STREAM) {
        return "RST_STREAM";
      }
      if (stream == 1 && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
        return "END_STREAM";
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
