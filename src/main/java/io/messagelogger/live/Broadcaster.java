package io.messagelogger.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sends what was published to all who are shown it verbatim, on a thread of its own: what has come
 * while it was sending is then sent as one, whose bytes are made once for all. A message alone is
 * sent at once. Thread-safe.
 */
final class Broadcaster implements Runnable {
  private static final int SEGMENT_BYTES = 1 << 16;

  /** Bytes that wait to be handed to the clients; beyond, the publisher waits. */
  private static final long MAX_WAITING = 8L << 20;

  private final Supplier<Collection<FeedClient>> clients;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean ended;

  Broadcaster(Supplier<Collection<FeedClient>> clients) {
    this.clients = clients;
  }

  /** Takes a frame, to be sent after those before it. */
  synchronized void add(byte[] frame) throws InterruptedException {
    while (waitingBytes > MAX_WAITING && !ended) {
      wait();
    }
    waiting.add(frame);
    waitingBytes += frame.length;
    notifyAll();
  }

  /** Ends the thread. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public void run() {
    try {
      for (List<byte[]> frames = next(); !frames.isEmpty(); frames = next()) {
        byte[] segment =
            frames.size() == 1 ? frames.get(0) : Frames.join(frames.toArray(byte[][]::new));
        for (FeedClient client : clients.get()) {
          if (client.offer(segment, frames.size())) {
            client.outbox().send();
          } else {
            client.tooSlow();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits, some of it when it is much; empty at the end. */
  private synchronized List<byte[]> next() throws InterruptedException {
    while (waiting.isEmpty() && !ended) {
      wait();
    }
    List<byte[]> frames = new ArrayList<>();
    int bytes = 0;
    while (!waiting.isEmpty() && (frames.isEmpty() || bytes < SEGMENT_BYTES)) {
      byte[] frame = waiting.poll();
      frames.add(frame);
      bytes += frame.length;
      waitingBytes -= frame.length;
    }
    notifyAll();
    return frames;
  }
}
