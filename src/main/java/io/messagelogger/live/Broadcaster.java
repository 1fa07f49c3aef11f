package io.messagelogger.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends what was published to all who are shown it verbatim, on a thread of its own: what has come
 * while it was sending is then sent as one, whose bytes are made once for all. A message alone is
 * sent at once. Thread-safe.
 */
final class Broadcaster implements Runnable {
  private static final Logger LOG = Logger.getLogger(Broadcaster.class.getName());
  private static final int UNEXPECTED = 1011; // RFC 6455, 7.4.1
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

  /** A fault of ours must not end the thread: nobody would be shown anything any more. */
  @Override
  public void run() {
    try {
      for (List<byte[]> frames = next(); !frames.isEmpty(); frames = next()) {
        try {
          show(frames);
        } catch (RuntimeException | Error e) {
          LOG.log(Level.SEVERE, "The feed failed unexpectedly; it goes on", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(List<byte[]> frames) {
    byte[] segment =
        frames.size() == 1 ? frames.get(0) : Frames.join(frames.toArray(byte[][]::new));
    List<FeedClient> failed = new ArrayList<>();
    for (FeedClient client : clients.get()) {
      try {
        if (client.offer(segment, frames.size())) {
          client.outbox().send();
        } else {
          client.tooSlow();
        }
      } catch (RuntimeException | Error e) { // the others are shown it all the same
        LOG.log(Level.SEVERE, "A feed client could not be sent to; closing it", e);
        failed.add(client);
      }
    }
    failed.forEach(client -> client.close(UNEXPECTED, "the server failed unexpectedly"));
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
