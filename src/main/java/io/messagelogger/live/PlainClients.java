package io.messagelogger.live;

import io.messagelogger.message.Fingerprint;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogReader;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The clients that asked for nothing and are shown what is published, as it is. Thread-safe.
 *
 * <p>A message that a producer both pushes and publishes comes over the channel twice: as the
 * producer published it, and as this service publishes what it has stored. The first one is shown.
 * What is no message of ours (has no uuid, say) is always shown. What was published while the
 * subscription was broken is shown as the table has it, before what is published after that.
 */
final class PlainClients {
  private static final Logger LOG = Logger.getLogger(PlainClients.class.getName());

  /** Messages within which the second copy is recognised; 8 MiB of memory. */
  private static final int REMEMBERED = 1 << 18;

  /** Frames that may wait for a client that reads before more is read from the table for it. */
  private static final int SOME = 2000;

  private static final long STALLED = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

  private final Set<FeedClient> clients = ConcurrentHashMap.newKeySet();
  private final Broadcaster broadcaster = new Broadcaster(() -> clients);
  private final LongAdder shown = new LongAdder();
  private final Missed missed;
  private final Lock filling = new ReentrantLock();

  /** Guarded by this. */
  private final RecentFingerprints recent = new RecentFingerprints(REMEMBERED);

  /** Nobody else has been shown anything since; what is older is missed by nobody. */
  private long firstCame;

  PlainClients(LogReader log) {
    this.missed = new Missed(log);
  }

  /** To be run on a thread of its own until {@link #end}. */
  Runnable sending() {
    return broadcaster;
  }

  void end() {
    broadcaster.end();
  }

  /** How many messages were shown. */
  long shownCount() {
    return shown.sum();
  }

  synchronized void join(FeedClient client) {
    if (clients.isEmpty()) {
      firstCame = System.nanoTime();
    }
    clients.add(client);
  }

  void leave(FeedClient client) {
    clients.remove(client);
  }

  /**
   * Shows what was published.
   *
   * @param message what it is, where it is a message
   */
  void show(@Nullable Message message, byte[] payload) {
    if (!clients.isEmpty() && (message == null || isNew(message))) {
      send(payload);
    }
  }

  private synchronized boolean isNew(Message message) {
    return recent.add(Fingerprint.of(message));
  }

  private void send(byte[] payload) {
    try {
      broadcaster.add(Frames.message(payload));
      shown.increment();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was published on a channel before this time of {@link System#nanoTime} was heard. */
  void heardUntil(String channel, long time) {
    missed.heardUntil(channel, time);
  }

  /** There is a subscription to a channel again: what was published meanwhile is shown. */
  void subscribed(String channel) {
    missed.subscribed(channel);
    fill();
  }

  /**
   * Shows what was missed and is not known yet, if there is something; to be called again and again
   * for when the database did not answer. Does nothing while another thread is about it.
   */
  void fill() {
    if (clients.isEmpty()) {
      missed.nothing();
      return;
    }
    if (!filling.tryLock()) {
      return;
    }
    try {
      long before = shown.sum();
      if (missed.fill(came(), this::showStored)) {
        LOG.log(
            Level.INFO,
            "Clients of the feed were shown {0} messages from the table that were published"
                + " while the feed was not subscribed",
            shown.sum() - before);
      }
    } catch (StoreUnavailableException e) {
      LOG.log(
          Level.INFO,
          "What was published while the feed was not subscribed is shown later: {0}",
          e.getMessage());
    } finally {
      filling.unlock();
    }
  }

  private synchronized long came() {
    return firstCame;
  }

  private void showStored(Message message) {
    if (isNew(message)) {
      ByteArrayOutputStream json = new ByteArrayOutputStream(512);
      try (MessageWriter writer = new MessageWriter(json)) {
        writer.write(message);
      }
      awaitReaders();
      send(json.toByteArray());
    }
  }

  /** The table is read faster than some can take it; those who take nothing are not waited for. */
  private void awaitReaders() {
    while (clients.stream()
        .map(FeedClient::outbox)
        .anyMatch(outbox -> outbox.frames() > SOME && outbox.blocked() < STALLED)) {
      LockSupport.parkNanos(LOOK);
    }
  }
}
