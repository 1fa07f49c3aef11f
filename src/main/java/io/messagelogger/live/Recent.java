package io.messagelogger.live;

import io.messagelogger.message.Message;
import io.messagelogger.store.log.LogEntries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were published last, so that they need not be read from the table. Thread-safe.
 * A message is handed out only when it was published byte for byte as it was stored.
 */
final class Recent {
  private record Published(Message message, int check, int bytes) {}

  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Map<UUID, Published> messages = new LinkedHashMap<>();
  private long bytes;

  /**
   * @param maxBytes of their payloads; the oldest are dropped beyond it
   */
  Recent(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Remembers a message that was published. */
  void add(Message message, byte[] payload) {
    lock.lock();
    try {
      remember(new Published(message, LogEntries.check(payload), payload.length));
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void remember(Published published) {
    forget(published.message().messageUuid());
    messages.put(published.message().messageUuid(), published);
    bytes += published.bytes();
    var oldest = messages.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= oldest.next().getValue().bytes();
      oldest.remove();
    }
  }

  private @Nullable Published forget(UUID uuid) {
    Published before = messages.remove(uuid);
    if (before != null) {
      bytes -= before.bytes();
    }
    return before;
  }

  /**
   * Takes a message out, waiting for it; null when it does not come in time, or another was
   * published under its uuid.
   *
   * @param check that of the message as it was pushed
   */
  @Nullable Message take(UUID uuid, int check, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (true) {
        Published published = messages.get(uuid);
        if (published != null && published.check() == check) {
          forget(uuid);
          return published.message();
        }
        if (left <= 0) {
          return null;
        }
        left = added.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  void clear() {
    lock.lock();
    try {
      messages.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }
}
