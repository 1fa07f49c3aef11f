package io.messagelogger.ops;

import io.messagelogger.ingest.Drainer;
import io.messagelogger.live.Subscriber;
import io.messagelogger.live.Tailer;
import io.messagelogger.queue.Redis;
import io.messagelogger.running.Condition;
import io.messagelogger.store.Database;
import io.messagelogger.store.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * What /health/ready says, as metrics: a monitoring system can tell since when, and alert. 1 is
 * good, 0 is not. Stateless.
 */
@ApplicationScoped
public class ConditionMetrics {
  private static final Metadata READY =
      Metadata.builder()
          .withName("message_logger_ready")
          .withDescription("whether the part works that /health/ready has a check of")
          .build();

  private static final Metadata DURABLE =
      Metadata.builder()
          .withName("message_logger_durable")
          .withDescription("whether the settings of the store keep what it has acknowledged")
          .build();

  private final MetricRegistry registry;
  private final Redis redis;
  private final Database database;
  private final Drainer drainer;
  private final Subscriber subscriber;
  private final Tailer tailer;
  private final Durability durability;

  /** Metrics in the server's registry. */
  @Inject
  public ConditionMetrics(
      MetricRegistry registry,
      Redis redis,
      Database database,
      Drainer drainer,
      Subscriber subscriber,
      Tailer tailer,
      Durability durability) {
    this.registry = registry;
    this.redis = redis;
    this.database = database;
    this.drainer = drainer;
    this.subscriber = subscriber;
    this.tailer = tailer;
    this.durability = durability;
  }

  void start(@Observes Startup event) {
    ready("redis", () -> works(List.of(redis.condition())));
    ready("database", () -> works(List.of(database.condition())));
    ready("drainer", () -> works(drainer.conditions()));
    ready("feed", () -> works(subscriber.conditions()) && works(List.of(tailer.condition())));
    durable("redis", () -> durability.redisRisk().isEmpty());
    durable("database", () -> durability.databaseRisk().isEmpty());
    Replica replica = database.replica();
    replica(
        "message_logger_replica_in_use",
        "whether the read replica answers questions; not a number without one",
        () -> replica.configured() ? (replica.inUse() ? 1 : 0) : Double.NaN);
    replica(
        "message_logger_replica_lag_seconds",
        "since when the primary has what the replica has not; not a number where nobody knows",
        () -> replica.lag().map(lag -> lag.toMillis() / 1000.0).orElse(Double.NaN));
    replica(
        "message_logger_replica_lag_bytes",
        "the same in bytes of the write-ahead log",
        () -> replica.lagBytes().map(Long::doubleValue).orElse(Double.NaN));
  }

  private void replica(String name, String description, DoubleSupplier value) {
    registry.gauge(
        Metadata.builder().withName(name).withDescription(description).build(), value::getAsDouble);
  }

  private void ready(String check, BooleanSupplier state) {
    registry.gauge(READY, () -> state.getAsBoolean() ? 1 : 0, new Tag("check", check));
  }

  private void durable(String store, BooleanSupplier state) {
    registry.gauge(DURABLE, () -> state.getAsBoolean() ? 1 : 0, new Tag("store", store));
  }

  private static boolean works(List<Condition> conditions) {
    return conditions.stream().allMatch(condition -> condition.state().up());
  }
}
