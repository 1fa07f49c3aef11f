package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether messages have come, and when the queue was last seen empty. Thread-safe.
 *
 * <p>Asks for the length of the list again and again, a few times per interval that messages wait
 * anyway, one thread for all: every command that blocks until a list has an element also sends the
 * element, which may be larger than this server's memory.
 */
public class Arrivals {
  private static final Duration LONGEST_POLL = Duration.ofMillis(50);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(5);

  private final Lock waiting = new ReentrantLock();
  private final Redis redis;
  private final String name;
  private final QueueKeys keys;
  private final Duration poll;
  private volatile long emptyAt = System.nanoTime();

  /** Arrivals in the first queue that the settings name. */
  public Arrivals(Redis redis, Settings settings) {
    this(redis, settings.queues().get(0), settings);
  }

  /** Arrivals in the queue of this name. */
  Arrivals(Redis redis, String name, Settings settings) {
    this.redis = redis;
    this.name = name;
    this.keys = QueueKeys.of(name);
    Duration often = settings.duration(Setting.BATCH_INTERVAL).dividedBy(5);
    this.poll =
        Collections.min(List.of(Collections.max(List.of(often, SHORTEST_POLL)), LONGEST_POLL));
  }

  /**
   * Waits until a message is queued, the time at most; false when none was seen.
   *
   * @throws QueueUnavailableException when Redis does not answer
   */
  public boolean awaitMessage(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    if (!waiting.tryLock(time.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    try {
      while (true) {
        long asked = System.nanoTime();
        if (redis.call(name, client -> client.llen(keys.queue())) > 0) {
          return true;
        }
        sawEmpty(asked);
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        LockSupport.parkNanos(poll.toNanos());
      }
    } finally {
      waiting.unlock();
    }
  }

  /**
   * When the queue was last seen empty by this server, in the time of System.nanoTime: no message
   * has waited for longer, unless another server or an outage has kept this one from seeing it.
   */
  public long emptyAt() {
    return emptyAt;
  }

  /** The name of the queue. */
  String name() {
    return name;
  }

  /** Notes that a question sent at this time was answered by an empty queue. */
  void sawEmpty(long nanos) {
    emptyAt = nanos;
  }
}
