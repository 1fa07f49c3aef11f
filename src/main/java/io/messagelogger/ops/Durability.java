package io.messagelogger.ops;

import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.RedisEngine;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.DatabaseEngine;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Whether Redis and the database keep what they have acknowledged, on which our promise rests. It
 * works either way; what is set otherwise is logged once, and again when it changes. Thread-safe.
 */
@ApplicationScoped
public class Durability implements Part {
  private static final Logger LOG = Logger.getLogger(Durability.class.getName());
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(10);

  private final Store redis;
  private final Store database;
  private volatile List<Repeating> looks = List.of();

  @Resource private ManagedScheduledExecutorService scheduler;

  /** Looks at these. */
  @Inject
  public Durability(RedisEngine redis, DatabaseEngine database) {
    this.redis = new Store("redis", redis.condition(), () -> redis.look().risks());
    this.database = new Store("database", database.condition(), () -> database.look().risks());
  }

  @Override
  public String name() {
    return "durability";
  }

  @Override
  public void start() {
    looks =
        List.of(
            Repeating.start(
                scheduler, "looking at Redis' settings", FIRST, LOOK_PERIOD, redis::look),
            Repeating.start(
                scheduler,
                "looking at the database's settings",
                FIRST,
                LOOK_PERIOD,
                database::look));
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    boolean inTime = true;
    for (Repeating look : looks) {
      inTime &= look.stop(limit.dividedBy(looks.size()));
    }
    return inTime;
  }

  /** By what Redis may lose messages, in a sentence; empty when by nothing that is known. */
  public Optional<String> redisRisk() {
    return redis.risk();
  }

  /** The same of the database. */
  public Optional<String> databaseRisk() {
    return database.risk();
  }

  /** One of the two and what was last seen of it. */
  private static final class Store {
    private final String name;
    private final Condition condition;
    private final Supplier<List<String>> risks;
    private volatile List<String> seen = List.of();

    Store(String name, Condition condition, Supplier<List<String>> risks) {
      this.name = name;
      this.condition = condition;
      this.risks = risks;
    }

    Optional<String> risk() {
      List<String> known = seen;
      return known.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", known));
    }

    void look() {
      if (!condition.state().up()) {
        return;
      }
      try {
        List<String> now = risks.get();
        if (!now.equals(seen)) {
          if (now.isEmpty()) {
            LOG.log(Level.INFO, "{0} keeps what it has acknowledged again", name);
          } else {
            LOG.log(
                Level.WARNING,
                "{0} may lose messages: {1}",
                new Object[] {name, String.join("; ", now)});
          }
          seen = now;
        }
      } catch (QueueUnavailableException | StoreUnavailableException e) { // its condition says so
        LOG.log(Level.FINE, name + " could not be asked for its settings", e);
      } catch (RuntimeException e) { // a scheduled task that throws is not run again
        LOG.log(Level.SEVERE, name + " could not be asked for its settings", e);
      }
    }
  }
}
