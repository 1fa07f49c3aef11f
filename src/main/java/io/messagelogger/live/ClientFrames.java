package io.messagelogger.live;

import java.util.Arrays;

/**
 * Reads the frames of a WebSocket client (RFC 6455, section 5) as their bytes come in. What a
 * client says is of no interest, so the payload of data frames is counted and passed over. Used by
 * one thread at a time.
 */
final class ClientFrames {
  /** Bytes of a message from a client; the feed has nothing to be told. */
  static final int MAX_MESSAGE = 65_536;

  private static final int MAX_CONTROL = 125;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int TOO_LARGE = 1009;
  private static final int NO_STATUS = 1005;

  /** What is to be done about frames. */
  interface Handler {
    void ping(byte[] payload);

    /**
     * The client closes.
     *
     * @param code its code; 1005 for none
     */
    void closed(int code);

    /** The client has broken the rules; the connection is to be closed with the code. */
    void broken(int code, String reason);
  }

  private final Handler handler;
  private final byte[] header = new byte[14];
  private int headerLength;
  private byte[] control = new byte[0];
  private int controlLength;
  private long remaining = -1;
  private long message;
  private boolean fragmented;
  private boolean ended;

  ClientFrames(Handler handler) {
    this.handler = handler;
  }

  /** Takes the next bytes. What comes after a close or a broken rule is passed over. */
  void take(byte[] bytes, int length) {
    int at = 0;
    while (at < length && !ended) {
      if (remaining < 0) {
        header[headerLength++] = bytes[at++];
        if (headerLength == 2 && header[1] >= 0) {
          broken(PROTOCOL_ERROR, "a frame from a client must be masked");
        } else if (headerLength == needed()) {
          start();
        }
      } else {
        int some = (int) Math.min(remaining, length - at);
        if (isControl()) {
          System.arraycopy(bytes, at, control, controlLength, some);
          controlLength += some;
        }
        at += some;
        remaining -= some;
      }
      if (remaining == 0) {
        finish();
      }
    }
  }

  private int needed() {
    if (headerLength < 2) {
      return 2;
    }
    int length = header[1] & 0x7f;
    return 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
  }

  private boolean isControl() {
    return (header[0] & 8) != 0;
  }

  private void start() {
    int opcode = header[0] & 15;
    boolean last = header[0] < 0;
    long length = header[1] & 0x7f;
    if (length >= 126) {
      int bytes = length == 126 ? 2 : 8;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (header[2 + i] & 0xff);
      }
    }
    if ((header[0] & 0x70) != 0) {
      broken(PROTOCOL_ERROR, "a reserved bit is set");
    } else if (isControl()) {
      if (opcode > 10 || !last || length > MAX_CONTROL) {
        broken(PROTOCOL_ERROR, "a control frame is unknown, fragmented or too long");
      } else {
        control = new byte[(int) length];
        controlLength = 0;
        remaining = length;
      }
    } else if (opcode > 2 || (opcode == 0) != fragmented) {
      broken(PROTOCOL_ERROR, "a data frame of this kind must not come here");
    } else {
      message = (opcode == 0 ? message : 0) + length;
      if (length < 0 || message > MAX_MESSAGE) {
        broken(TOO_LARGE, "a message from a client has at most " + MAX_MESSAGE + " bytes");
      }
      fragmented = !last;
      remaining = length;
    }
  }

  private void broken(int code, String reason) {
    ended = true;
    handler.broken(code, reason);
  }

  private void finish() {
    int opcode = header[0] & 15;
    if (isControl()) {
      int mask = headerLength - 4;
      byte[] payload = Arrays.copyOf(control, controlLength);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= header[mask + (i % 4)];
      }
      if (opcode == 9) {
        handler.ping(payload);
      } else if (opcode == 8) {
        close(payload);
      }
    }
    headerLength = 0;
    remaining = -1;
  }

  private void close(byte[] payload) {
    int code =
        payload.length == 0
            ? NO_STATUS
            : payload.length == 1 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    if (payload.length > 0 && !mayBeSent(code)) {
      broken(PROTOCOL_ERROR, "a close has no code or one that must not be sent");
    } else {
      ended = true;
      handler.closed(code);
    }
  }

  /** RFC 6455, 7.4, with the codes that were registered later. */
  private static boolean mayBeSent(int code) {
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006))
        || (code >= 3000 && code <= 4999);
  }
}
