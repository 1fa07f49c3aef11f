package io.messagelogger.live;

import io.messagelogger.message.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of WebSocket frames from a server (RFC 6455, section 5) and of server-sent events. */
final class Frames {
  private static final int FINAL = 0x80;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_REASON = 123;

  private Frames() {}

  /** A text frame; a binary one when the bytes are not UTF-8, which a text frame has to be. */
  static byte[] message(byte[] payload) {
    return webSocket(Utf8.decode(payload).isPresent() ? TEXT : BINARY, payload);
  }

  /** A text frame of bytes that are known to be UTF-8. */
  static byte[] text(byte[] payload) {
    return webSocket(TEXT, payload);
  }

  static byte[] ping() {
    return webSocket(PING, new byte[0]);
  }

  static byte[] pong(byte[] payload) {
    return webSocket(PONG, payload);
  }

  /** A close frame; the reason is cut where it is too long for one. */
  static byte[] close(int code, String reason) {
    byte[] text = ascii(reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    return webSocket(
        CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  private static byte[] webSocket(int opcode, byte[] payload) {
    int length = payload.length;
    ByteBuffer frame;
    if (length < 126) {
      frame = ByteBuffer.allocate(2 + length).put((byte) (FINAL | opcode)).put((byte) length);
    } else if (length < 65_536) {
      frame =
          ByteBuffer.allocate(4 + length)
              .put((byte) (FINAL | opcode))
              .put((byte) 126)
              .putShort((short) length);
    } else {
      frame =
          ByteBuffer.allocate(10 + length)
              .put((byte) (FINAL | opcode))
              .put((byte) 127)
              .putLong(length);
    }
    return frame.put(payload).array();
  }

  /**
   * A server-sent event.
   *
   * @param data JSON; a line break in it is white space, since one within a text is escaped
   */
  static byte[] event(String type, String id, byte[] data) {
    byte[] oneLine = data;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n' || data[i] == '\r') {
        if (oneLine == data) {
          oneLine = data.clone();
        }
        oneLine[i] = ' ';
      }
    }
    return join(ascii("event: " + type + "\nid: " + id + "\ndata: "), oneLine, ascii("\n\n"));
  }

  /** A line that clients of server-sent events pass over. */
  static byte[] comment(String text) {
    return ascii(": " + text + "\n\n");
  }

  /** These one after the other. */
  static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
