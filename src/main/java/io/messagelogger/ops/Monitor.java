package io.messagelogger.ops;

import static java.util.Comparator.naturalOrder;

import io.messagelogger.queue.Queues;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
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

  private final List<WatchedQueue> queues;
  private final Database database;
  private final DeadLetters deadLetters;

  private volatile long openDeadLetters;
  private volatile List<Repeating> looks = List.of();

  @Resource private ManagedScheduledExecutorService scheduler;

  /** A monitor that starts with the application. */
  @Inject
  public Monitor(Queues queues, Database database, DeadLetters deadLetters) {
    this.queues = queues.all().stream().map(WatchedQueue::new).toList();
    this.database = database;
    this.deadLetters = deadLetters;
  }

  @Override
  public String name() {
    return "monitor";
  }

  @Override
  public void start() {
    List<Repeating> started = new ArrayList<>();
    for (WatchedQueue queue : queues) { // each by itself: one may be on a node that is away
      started.add(
          Repeating.start(scheduler, "measuring the queue", Duration.ZERO, SECOND, queue::measure));
    }
    started.add(
        Repeating.start(scheduler, "probing the database", Duration.ZERO, SECOND, database::probe));
    started.add(
        Repeating.start(
            scheduler, "looking at the replica", Duration.ZERO, SECOND, database.replica()::probe));
    started.add(
        Repeating.start(
            scheduler,
            "counting dead letters",
            SECOND,
            DEAD_LETTERS_PERIOD,
            this::lookAtDeadLetters));
    looks = List.copyOf(started);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    boolean inTime = true;
    for (Repeating look : looks) {
      inTime &= look.stop(limit.dividedBy(looks.size()));
    }
    return inTime;
  }

  /**
   * What waited and what was claimed a second ago, in all queues together; empty when Redis did not
   * answer about each.
   */
  Optional<Look> queue() {
    Look all = Look.NOTHING;
    for (WatchedQueue queue : queues) {
      Optional<Look> one = queue.look();
      if (one.isEmpty()) {
        return one;
      }
      all = all.and(one.get());
    }
    return Optional.of(all);
  }

  /**
   * How long the longest waiting message has waited in the queues that Redis answered about: one
   * that is not known does not hide that another is backed up. Empty when it answered about none.
   */
  Optional<Duration> oldest() {
    return queues.stream()
        .flatMap(queue -> queue.look().stream())
        .map(Look::oldest)
        .max(naturalOrder());
  }

  /** Each queue. */
  List<WatchedQueue> queues() {
    return queues;
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
}
