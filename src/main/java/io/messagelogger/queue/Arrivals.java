package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
@ApplicationScoped
public class Arrivals {
  private static final Duration LONGEST_POLL = Duration.ofMillis(50);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(5);

  private final Lock waiting = new ReentrantLock();
  private final Redis redis;
  private final QueueKeys keys;
  private final Duration poll;
  private volatile long emptyAt = System.nanoTime();

  /** Arrivals in the queue that the settings name. */
  @Inject
  public Arrivals(Redis redis, Settings settings) {
    this.redis = redis;
    this.keys = QueueKeys.of(settings);
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
        if (redis.call(client -> client.llen(keys.queue())) > 0) {
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

  /** Notes that a question sent at this time was answered by an empty queue. */
  void sawEmpty(long nanos) {
    emptyAt = nanos;
  }
}
