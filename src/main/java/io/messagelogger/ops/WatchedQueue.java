package io.messagelogger.ops;

import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import java.time.Clock;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One queue and what was last seen of it. One thread looks; the look is for all. */
final class WatchedQueue {
  private static final Logger LOG = Logger.getLogger(WatchedQueue.class.getName());

  private final ClaimQueue queue;
  private final RedisClock redisClock = new RedisClock(Clock.systemUTC());
  private final QueueAge queueAge = new QueueAge();
  private volatile Optional<Look> look = Optional.empty();

  WatchedQueue(ClaimQueue queue) {
    this.queue = queue;
  }

  String name() {
    return queue.name();
  }

  /** What was last seen; empty when Redis did not answer. */
  Optional<Look> look() {
    return look;
  }

  void measure() {
    try {
      ClaimQueue.Measure now = queue.measure();
      redisClock.saw(now.time());
      look = Optional.of(Look.of(now, queueAge.look(System.nanoTime(), now.queued(), now.taken())));
    } catch (QueueUnavailableException e) {
      look = Optional.empty(); // what was seen before may have been drained, or have grown
      LOG.log(Level.FINE, "A queue could not be measured", e); // the condition "redis" says so
    }
  }
}
