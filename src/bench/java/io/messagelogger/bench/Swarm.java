package io.messagelogger.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Many WebSocket clients on one thread, which count the data frames that come and look at nothing
 * but the time in them. Used by one thread; the frames come in on another.
 */
final class Swarm implements Closeable {
  private static final int BUFFER = 1 << 18;
  private static final int HEAD = 4;
  private static final int PING = 9;
  private static final int CLOSE = 8;

  /** How many characters of a payload are kept: those with the time, wherever they are. */
  private static final int KEPT = 320;

  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private final AtomicLong frames = new AtomicLong();
  private final Thread thread = new Thread(this::read, "swarm");
  private volatile boolean closed;
  private volatile boolean timing;
  private final AtomicInteger counted = new AtomicInteger();
  private final long[] nanos = new long[1 << 22];

  /**
   * Connects so many clients.
   *
   * @param path what each asks for
   * @throws IOException when one is not let in
   */
  Swarm(URI server, int clients, IntFunction<String> path) throws IOException {
    this(server, clients, path, "");
  }

  /**
   * Connects so many clients.
   *
   * @param path what each asks for
   * @param header of each request, with its line end; empty for none
   * @throws IOException when one is not let in
   */
  Swarm(URI server, int clients, IntFunction<String> path, String header) throws IOException {
    for (int i = 0; i < clients; i++) {
      connections.add(new Connection(server, path.apply(i), header));
    }
    for (Connection connection : connections) {
      connection.awaitHead();
      connection.channel.configureBlocking(false);
      connection.key = connection.channel.register(selector, SelectionKey.OP_READ, connection);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** How many frames with data have come. */
  long frames() {
    return frames.get();
  }

  /** Waits until so many frames have come in all. */
  void await(long count, long seconds) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (frames.get() < count) {
      if (System.nanoTime() > deadline) {
        throw new IOException("%,d frames of %,d have come".formatted(frames.get(), count));
      }
      LockSupport.parkNanos(200_000);
    }
  }

  /** Begins to take the time from PUBLISH to frame. */
  void startTiming() {
    counted.set(0);
    timing = true;
  }

  /** The times since, in nanoseconds, sorted. */
  long[] stopTiming() {
    timing = false;
    long[] times = java.util.Arrays.copyOf(nanos, Math.min(nanos.length, counted.get()));
    java.util.Arrays.sort(times);
    return times;
  }

  /** The first client reads nothing from now on. */
  void stallFirst() {
    connections.get(0).key.interestOps(0);
    selector.wakeup();
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    byte[] bytes = new byte[BUFFER];
    try {
      while (!closed) {
        selector.select();
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
          if (!key.isValid() || !key.isReadable()) {
            continue;
          }
          Connection connection = (Connection) key.attachment();
          buffer.clear();
          int length = connection.channel.read(buffer);
          if (length < 0) {
            key.cancel();
            continue;
          }
          buffer.flip().get(bytes, 0, length);
          connection.take(bytes, length, now);
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | java.nio.channels.ClosedSelectorException e) {
      if (!closed) {
        throw new IllegalStateException("a client's connection has failed", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }

  /** One client. */
  private final class Connection {
    private final SocketChannel channel;
    private SelectionKey key;
    private final byte[] head = new byte[10];
    private int headLength;
    private long remaining;
    private final byte[] kept = new byte[KEPT];
    private int keptLength;
    private int opcode;

    Connection(URI server, String path, String header) throws IOException {
      channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.write(
          ByteBuffer.wrap(
              ("GET "
                      + path
                      + " HTTP/1.1\r\nHost: "
                      + server.getAuthority()
                      + "\r\n"
                      + header
                      + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      + "Sec-WebSocket-Version: 13\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII)));
    }

    /** Reads the answer's head byte by byte, as frames may follow it at once. */
    void awaitHead() throws IOException {
      ByteBuffer one = ByteBuffer.allocate(1);
      StringBuilder text = new StringBuilder();
      while (text.length() < HEAD || !text.substring(text.length() - HEAD).equals("\r\n\r\n")) {
        one.clear();
        if (channel.read(one) < 0) {
          throw new IOException("Not let in: " + text);
        }
        text.append((char) one.get(0));
      }
      if (!text.toString().contains(" 101 ")) {
        throw new IOException("Not let in: " + text);
      }
    }

    void take(byte[] bytes, int length, long now) {
      int at = 0;
      while (at < length) {
        if (remaining > 0) {
          int some = (int) Math.min(remaining, length - at);
          if (timing && keptLength < KEPT) {
            int keep = Math.min(some, KEPT - keptLength);
            System.arraycopy(bytes, at, kept, keptLength, keep);
            keptLength += keep;
          }
          at += some;
          remaining -= some;
          if (remaining == 0) {
            end(now);
          }
          continue;
        }
        head[headLength++] = bytes[at++];
        if (headLength == needed()) {
          begin(now);
        }
      }
    }

    private int needed() {
      int length = headLength < 2 ? 0 : head[1] & 0x7f;
      return length == 126 ? 4 : length == 127 ? 10 : 2;
    }

    private void begin(long now) {
      opcode = head[0] & 15;
      remaining = head[1] & 0x7f;
      if (headLength > 2) {
        remaining = 0;
        for (int i = 2; i < headLength; i++) {
          remaining = (remaining << 8) | (head[i] & 0xff);
        }
      }
      headLength = 0;
      keptLength = 0;
      if (remaining == 0) {
        end(now);
      }
    }

    private void end(long now) {
      if (opcode == PING) {
        pong();
      } else if (opcode != CLOSE) {
        frames.incrementAndGet();
        if (timing) {
          long sent = Timed.sent(kept, keptLength);
          if (sent != 0 && counted.get() < nanos.length) {
            nanos[counted.getAndIncrement()] = now - sent;
          }
        }
      }
    }

    private void pong() {
      try {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0}));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
