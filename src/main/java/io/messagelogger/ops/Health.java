package io.messagelogger.ops;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.messagelogger.ingest.Drainer;
import io.messagelogger.ingest.Halving;
import io.messagelogger.live.Subscriber;
import io.messagelogger.live.Tailer;
import io.messagelogger.queue.Redis;
import io.messagelogger.running.Condition;
import io.messagelogger.store.Database;
import io.messagelogger.store.Replica;
import io.messagelogger.store.upkeep.Upkeep;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The health checks. Ready: Redis, database, drainer and feed work. Live and started: the drainer's
 * threads run, which an outage does not change; a restart would not fix an outage.
 */
@ApplicationScoped
public class Health {
  private final Redis redis;
  private final Database database;
  private final Drainer drainer;
  private final Subscriber subscriber;
  private final Tailer tailer;
  private final Monitor monitor;
  private final Upkeep upkeep;
  private final Durability durability;

  /** Checks of these. */
  @Inject
  public Health(
      Redis redis,
      Database database,
      Drainer drainer,
      Subscriber subscriber,
      Tailer tailer,
      Monitor monitor,
      Upkeep upkeep,
      Durability durability) {
    this.redis = redis;
    this.database = database;
    this.drainer = drainer;
    this.subscriber = subscriber;
    this.tailer = tailer;
    this.monitor = monitor;
    this.upkeep = upkeep;
    this.durability = durability;
  }

  @Produces
  @Startup
  HealthCheck started() {
    return () -> response("drainer", drainer.lives()).build();
  }

  @Produces
  @Liveness
  HealthCheck live() {
    return () -> response("drainer", drainer.lives()).build();
  }

  @Produces
  @Readiness
  HealthCheck redis() {
    return () -> {
      HealthCheckResponseBuilder response = response("redis", List.of(redis.condition()));
      durability.redisRisk().ifPresent(risk -> response.withData("risk", risk));
      return response.build();
    };
  }

  /** With what fails of the work beside the messages' way, for which nobody has to wait. */
  @Produces
  @Readiness
  HealthCheck database() {
    return () -> {
      HealthCheckResponseBuilder response = response("database", List.of(database.condition()));
      for (Condition condition : upkeep.conditions()) {
        if (!condition.state().up()) {
          response.withData(condition.name(), condition.state().reason());
        }
      }
      replica(database.replica(), response);
      durability.databaseRisk().ifPresent(risk -> response.withData("risk", risk));
      return response.build();
    };
  }

  /** Nobody has to wait for a replica: the primary answers in its place. */
  private static void replica(Replica replica, HealthCheckResponseBuilder response) {
    if (replica.configured()) {
      Condition.State state = replica.condition().state();
      response.withData("replica", state.up() ? "in use" : state.reason());
      replica.lag().ifPresent(lag -> response.withData("replica_lag_seconds", lag.toSeconds()));
    }
  }

  /**
   * With what waits, as the first question about a drainer that is down is how much. Nobody knows
   * while Redis is down, and then it does not say.
   */
  @Produces
  @Readiness
  HealthCheck drainer() {
    return () -> {
      HealthCheckResponseBuilder response = response("drainer", drainer.conditions());
      drainer.halving().state().ifPresent(state -> response.withData("halving", halving(state)));
      monitor.queue().ifPresent(look -> tell(look, "", response));
      if (monitor.queues().size() > 1) {
        monitor
            .queues()
            .forEach(queue -> queue.look().ifPresent(look -> tell(look, queue.name(), response)));
      }
      return response.build();
    };
  }

  private static void tell(Look look, String queue, HealthCheckResponseBuilder response) {
    String of = queue.isEmpty() ? "" : " (" + queue + ")";
    response
        .withData("queued" + of, look.queued())
        .withData("claimed" + of, look.claimed())
        .withData("oldest_queued_seconds" + of, look.oldest().toSeconds());
  }

  /** It works, in more transactions than it should take. */
  private static String halving(Halving.State state) {
    return "batches are written in halves, since %s, last at %s: %s"
        .formatted(
            state.since().truncatedTo(ChronoUnit.SECONDS),
            state.last().truncatedTo(ChronoUnit.SECONDS),
            state.reason());
  }

  @Produces
  @Readiness
  HealthCheck feed() {
    return () ->
        response(
                "feed",
                Stream.concat(subscriber.conditions().stream(), Stream.of(tailer.condition()))
                    .toList())
            .withData("lag_seconds", Math.round(tailer.lagSeconds()))
            .build();
  }

  /** Down when one of the conditions is, with the reasons of all that are. */
  private static HealthCheckResponseBuilder response(String name, List<Condition> conditions) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name).up();
    List<Condition> down = conditions.stream().filter(one -> !one.state().up()).toList();
    if (!down.isEmpty()) {
      response
          .down()
          .withData("reason", reason(down))
          .withData(
              "since",
              down.stream()
                  .map(one -> one.state().since())
                  .min(naturalOrder())
                  .orElseThrow()
                  .toString());
    }
    return response;
  }

  /** The same reason is said once; different ones with the names of those that they are of. */
  private static String reason(List<Condition> down) {
    Map<String, List<String>> names =
        down.stream()
            .collect(
                groupingBy(
                    one -> one.state().reason(),
                    LinkedHashMap::new,
                    mapping(Condition::name, toList())));
    return names.entrySet().stream()
        .map(
            one ->
                names.size() == 1
                    ? one.getKey()
                    : String.join(", ", one.getValue()) + ": " + one.getKey())
        .collect(joining("; "));
  }
}
