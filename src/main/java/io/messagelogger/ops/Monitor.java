package io.messagelogger.ops;

import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Looks at Redis and at the database once a second, so that health and metrics answer at once with
 * what was last seen. Thread-safe.
 */
@ApplicationScoped
public class Monitor {
  private static final Logger LOG = Logger.getLogger(Monitor.class.getName());

  /** Counting is cheap up to here, and more would tell an operator nothing new. */
  private static final int MOST_DEAD_LETTERS = 1_000_000;

  private static final int DEAD_LETTERS_SECONDS = 5;

  private final ClaimQueue queue;
  private final Database database;
  private final DeadLetters deadLetters;

  private final QueueAge queueAge = new QueueAge();
  private volatile ClaimQueue.Measure measure = new ClaimQueue.Measure(0, 0, 0, 0);
  private volatile Duration oldest = Duration.ZERO;
  private volatile long openDeadLetters;
  private volatile List<ScheduledFuture<?>> looks = List.of();

  @Resource private ManagedScheduledExecutorService scheduler;

  /** A monitor that starts with the application. */
  @Inject
  public Monitor(ClaimQueue queue, Database database, DeadLetters deadLetters) {
    this.queue = queue;
    this.database = database;
    this.deadLetters = deadLetters;
  }

  void start(@Observes Startup event) {
    looks =
        List.of(
            scheduler.scheduleWithFixedDelay(this::lookAtQueue, 0, 1, TimeUnit.SECONDS),
            scheduler.scheduleWithFixedDelay(database::probe, 0, 1, TimeUnit.SECONDS),
            scheduler.scheduleWithFixedDelay(
                this::lookAtDeadLetters, 1, DEAD_LETTERS_SECONDS, TimeUnit.SECONDS));
  }

  void stop(@Observes Shutdown event) {
    looks.forEach(look -> look.cancel(true));
  }

  /** What waited and what was claimed when Redis was last looked at. */
  public ClaimQueue.Measure measure() {
    return measure;
  }

  /**
   * How long the longest waiting message had waited in the queue when Redis was last looked at, as
   * far back as this server has seen.
   */
  public Duration oldest() {
    return oldest;
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
    } catch (RuntimeException e) { // a scheduled task that throws is not run again
      LOG.log(Level.SEVERE, "Dead letters could not be counted", e);
    }
  }

  private void lookAtQueue() {
    try {
      ClaimQueue.Measure now = queue.measure();
      oldest = queueAge.look(System.nanoTime(), now.queued(), now.taken());
      measure = now;
    } catch (QueueUnavailableException e) {
      LOG.log(Level.FINE, "The queue could not be measured", e); // the condition "redis" says so
    } catch (RuntimeException e) { // a scheduled task that throws is not run again
      LOG.log(Level.SEVERE, "The queue could not be measured", e);
    }
  }
}
