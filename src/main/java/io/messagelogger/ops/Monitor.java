package io.messagelogger.ops;

import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Looks at Redis and at the database once a second, so that health and metrics answer at once with
 * what was last seen. Thread-safe.
 */
@ApplicationScoped
public class Monitor implements Part {
  private static final Logger LOG = Logger.getLogger(Monitor.class.getName());

  /** Counting is cheap up to here, and more would tell an operator nothing new. */
  private static final int MOST_DEAD_LETTERS = 1_000_000;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DEAD_LETTERS_PERIOD = Duration.ofSeconds(5);

  private final ClaimQueue queue;
  private final Database database;
  private final DeadLetters deadLetters;

  private final RedisClock redisClock = new RedisClock(Clock.systemUTC());
  private final QueueAge queueAge = new QueueAge();
  private volatile Optional<Look> look = Optional.empty();
  private volatile long openDeadLetters;
  private volatile List<Repeating> looks = List.of();

  @Resource private ManagedScheduledExecutorService scheduler;

  /**
   * What was seen of the queue.
   *
   * @param measure what waited and what was claimed
   * @param oldest how long the longest waiting message had waited, as far back as this server has
   *     seen
   */
  public record Look(ClaimQueue.Measure measure, Duration oldest) {}

  /** A monitor that starts with the application. */
  @Inject
  public Monitor(ClaimQueue queue, Database database, DeadLetters deadLetters) {
    this.queue = queue;
    this.database = database;
    this.deadLetters = deadLetters;
  }

  @Override
  public String name() {
    return "monitor";
  }

  @Override
  public void start() {
    looks =
        List.of(
            Repeating.start(
                scheduler, "measuring the queue", Duration.ZERO, SECOND, this::lookAtQueue),
            Repeating.start(
                scheduler, "probing the database", Duration.ZERO, SECOND, database::probe),
            Repeating.start(
                scheduler,
                "looking at the replica",
                Duration.ZERO,
                SECOND,
                database.replica()::probe),
            Repeating.start(
                scheduler,
                "counting dead letters",
                SECOND,
                DEAD_LETTERS_PERIOD,
                this::lookAtDeadLetters));
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    boolean inTime = true;
    for (Repeating look : looks) {
      inTime &= look.stop(limit.dividedBy(looks.size()));
    }
    return inTime;
  }

  /** What waited and what was claimed a second ago; empty when Redis did not answer. */
  public Optional<Look> queue() {
    return look;
  }

  /** How many dead letters were open when they were last counted; counts up to a million. */
  public long openDeadLetters() {
    return openDeadLetters;
  }

  private void lookAtDeadLetters() {
    try {
      if (database.condition().state().up()) {
        openDeadLetters = deadLetters.open(MOST_DEAD_LETTERS);
      }
    } catch (StoreUnavailableException e) {
      LOG.log(
          Level.FINE, "Dead letters could not be counted", e); // the condition "database" says so
    }
  }

  private void lookAtQueue() {
    try {
      ClaimQueue.Measure now = queue.measure();
      redisClock.saw(now.time());
      look =
          Optional.of(new Look(now, queueAge.look(System.nanoTime(), now.queued(), now.taken())));
    } catch (QueueUnavailableException e) {
      look = Optional.empty(); // what was seen before may have been drained, or have grown
      LOG.log(Level.FINE, "The queue could not be measured", e); // the condition "redis" says so
    }
  }
}
