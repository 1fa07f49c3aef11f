package io.messagelogger.live;

import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that takes as many bytes as a test lets it. Thread-safe. */
final class FakeConnection implements Outbox.Connection {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Object lock = new Object();
  private int flushes;
  private int room = Integer.MAX_VALUE;
  private boolean broken;
  private Throwable failure;

  /** How many more bytes it takes; the last write may exceed it. */
  void room(int bytes) {
    synchronized (lock) {
      room = bytes;
    }
  }

  void breakDown() {
    synchronized (lock) {
      broken = true;
    }
  }

  @Override
  public boolean ready() {
    synchronized (lock) {
      return room > 0;
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    synchronized (lock) {
      if (broken) {
        throw new IOException("broken");
      }
      room -= length;
      written.write(bytes, from, length);
    }
  }

  @Override
  public void flush() {
    synchronized (lock) {
      flushes++;
    }
  }

  @Override
  public Object lock() {
    return lock;
  }

  @Override
  public void failed(Throwable cause) {
    synchronized (lock) {
      failure = cause;
    }
  }

  int flushes() {
    synchronized (lock) {
      return flushes;
    }
  }

  Throwable failure() {
    synchronized (lock) {
      return failure;
    }
  }

  /** What was written, as text. */
  String text() {
    synchronized (lock) {
      return written.toString(StandardCharsets.UTF_8);
    }
  }

  /** The payloads of the whole WebSocket frames that were written. */
  List<String> frames() {
    ByteBuffer bytes;
    synchronized (lock) {
      bytes = ByteBuffer.wrap(written.toByteArray());
    }
    List<String> frames = new ArrayList<>();
    while (bytes.remaining() >= 2) {
      bytes.get();
      long length = bytes.get();
      if (length == 126) {
        length = bytes.getShort() & 0xffff;
      } else if (length == 127) {
        length = bytes.getLong();
      }
      if (length > bytes.remaining()) {
        return frames;
      }
      byte[] payload = new byte[(int) length];
      bytes.get(payload);
      frames.add(new String(payload, StandardCharsets.UTF_8));
    }
    return frames;
  }

  /** The envelopes that were written, those in arrays too. */
  List<JsonObject> envelopes() {
    List<JsonObject> envelopes = new ArrayList<>();
    for (String frame : frames()) {
      if (frame.startsWith("[")) {
        Client.array(frame).forEach(one -> envelopes.add(one.asJsonObject()));
      } else if (frame.startsWith("{")) {
        envelopes.add(Client.object(frame));
      }
    }
    return envelopes;
  }

  /** The types of the envelopes, without messages. */
  List<String> types() {
    return envelopes().stream()
        .map(envelope -> envelope.getString("type"))
        .filter(type -> !type.equals("message"))
        .toList();
  }

  /** The uuids of the messages in the envelopes. */
  List<String> uuids() {
    return envelopes().stream()
        .filter(envelope -> envelope.getString("type").equals("message"))
        .map(envelope -> envelope.getJsonObject("message").getString("message_uuid"))
        .toList();
  }
}
