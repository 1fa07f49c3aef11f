package io.messagelogger.live;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one client, and its sending. Thread-safe; nobody ever waits for the
 * client.
 *
 * <p>Whoever adds something calls {@link #send} after it. One thread at a time sends, as long as
 * the connection takes something; who comes meanwhile leaves it to that one. When the connection
 * takes no more, the server calls {@link #writable} as soon as it does, and sending goes on there.
 */
final class Outbox {
  /**
   * What is handed to the connection at a time: less than its buffer, which waits when it is full.
   */
  static final int PIECE = 24_576;

  /** What a client is called to account for beside the bytes of what waits. */
  private static final int OVERHEAD = 48;

  /** Some frames, and since when they wait. */
  private record Segment(byte[] bytes, int frames, long since) {}

  private final int maxFrames;
  private final long maxBytes;
  private final ArrayDeque<Segment> waiting = new ArrayDeque<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable Connection connection;

  private int frames;
  private long bytes;
  private int sentOfFirst;
  private boolean closed;
  private @Nullable Runnable whenLow;
  private long low;
  private volatile long blockedSince;
  private volatile long room = System.nanoTime();

  /** Where the bytes go. */
  interface Connection {
    /**
     * Whether it takes something; when not, {@link Outbox#writable} is called as soon as it does.
     */
    boolean ready();

    /** Takes bytes; they are on their way after {@link #flush}. */
    void write(byte[] bytes, int from, int length) throws IOException;

    /** Sends what was written, without waiting for it. */
    void flush() throws IOException;

    /** What ready, write and flush are to be called with. */
    Object lock();

    /** It has failed; nothing more can be sent. */
    void failed(Throwable cause);
  }

  Outbox(int maxFrames, long maxBytes) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  /** Begins to send. */
  void open(Connection to) {
    connection = to;
    send();
  }

  /**
   * Adds frames, joined, unless that would be more than may wait. What waits for nothing is taken
   * whatever its size.
   */
  synchronized boolean offer(byte[] segment, int count) {
    if (closed) {
      return true; // nobody is there to miss it
    }
    if (!waiting.isEmpty()
        && (frames + count > maxFrames || bytes + segment.length + OVERHEAD > maxBytes)) {
      return false;
    }
    add(segment, count);
    return true;
  }

  /** Adds a frame that is not counted, as it is small and there is one at a time. */
  synchronized void force(byte[] frame) {
    if (!closed) {
      add(frame, 1);
    }
  }

  private void add(byte[] segment, int count) {
    waiting.add(new Segment(segment, count, System.nanoTime()));
    frames += count;
    bytes += segment.length + OVERHEAD;
  }

  /**
   * Drops what waits and was not begun, takes this as the last, and nothing after it.
   *
   * @param then run once, when it has been handed to the connection
   */
  synchronized void end(byte[] last, Runnable then) {
    if (closed) {
      return;
    }
    Segment begun = sentOfFirst > 0 ? waiting.poll() : null;
    waiting.clear();
    frames = 0;
    bytes = 0;
    if (begun != null) {
      add(begun.bytes(), begun.frames());
    }
    add(last, 1);
    closed = true;
    low = 0;
    whenLow = then;
  }

  /** Drops everything; the connection is gone. */
  synchronized void abandon() {
    closed = true;
    waiting.clear();
    frames = 0;
    bytes = 0;
    whenLow = null;
  }

  synchronized int frames() {
    return frames;
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** How long the frame that has waited longest has waited, in nanoseconds; 0 when none waits. */
  synchronized long behind() {
    Segment first = waiting.peek();
    return first == null ? 0 : System.nanoTime() - first.since();
  }

  /** How long the connection has taken nothing, in nanoseconds; 0 when it takes something. */
  long blocked() {
    long since = blockedSince;
    return since == 0 ? 0 : System.nanoTime() - since;
  }

  /** When the client was last known to read, in the time of System.nanoTime. */
  long lastRoom() {
    return room;
  }

  /** Runs this once when at most so many bytes wait: at once when that is so. */
  void whenAtMost(long bytesWaiting, Runnable task) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (bytes > bytesWaiting) {
        low = bytesWaiting;
        whenLow = task;
        return;
      }
    }
    task.run();
  }

  /** The connection takes something again. */
  void writable() {
    if (blockedSince != 0) {
      blockedSince = 0;
      room = System.nanoTime();
    }
    send();
  }

  /** Sends what waits, as much as the connection takes. */
  void send() {
    Connection to = connection;
    if (to == null || calls.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        synchronized (to.lock()) {
          drain(to);
        }
      } catch (IOException | RuntimeException e) {
        abandon();
        to.failed(e);
      }
      Runnable task = takeLow();
      if (task != null) {
        task.run();
      }
      seen = calls.addAndGet(-seen);
    } while (seen != 0);
  }

  private void drain(Connection to) throws IOException {
    while (to.ready()) {
      int written = 0;
      while (written < PIECE && to.ready()) {
        byte[] part;
        int from;
        int length;
        synchronized (this) {
          Segment first = waiting.peek();
          if (first == null) {
            break;
          }
          part = first.bytes();
          from = sentOfFirst;
          length = Math.min(part.length - from, PIECE - written);
          sentOfFirst += length;
          if (sentOfFirst == part.length) {
            waiting.poll();
            sentOfFirst = 0;
            frames -= first.frames();
            bytes -= part.length + OVERHEAD;
          }
        }
        to.write(part, from, length);
        written += length;
      }
      if (written == 0) {
        return;
      }
      to.flush();
    }
    if (blockedSince == 0) {
      blockedSince = System.nanoTime();
    }
  }

  private synchronized @Nullable Runnable takeLow() {
    if (whenLow == null || bytes > low) {
      return null;
    }
    Runnable task = whenLow;
    whenLow = null;
    return task;
  }
}
