package io.messagelogger.ops;

import io.messagelogger.condition.Condition;
import io.messagelogger.ingest.Drainer;
import io.messagelogger.live.Subscriber;
import io.messagelogger.queue.Redis;
import io.messagelogger.store.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The health checks. Ready: Redis, database, drainer and feed work. Live and started: the drainer's
 * threads run, which an outage does not change; a restart would not mend an outage.
 */
@ApplicationScoped
public class Health {
  private final Redis redis;
  private final Database database;
  private final Drainer drainer;
  private final Subscriber subscriber;

  /** For CDI's proxies. */
  protected Health() {
    this.redis = null;
    this.database = null;
    this.drainer = null;
    this.subscriber = null;
  }

  /** Checks of these. */
  @Inject
  public Health(Redis redis, Database database, Drainer drainer, Subscriber subscriber) {
    this.redis = redis;
    this.database = database;
    this.drainer = drainer;
    this.subscriber = subscriber;
  }

  @Produces
  @Startup
  HealthCheck started() {
    return this::drainerRuns;
  }

  @Produces
  @Liveness
  HealthCheck live() {
    return this::drainerRuns;
  }

  @Produces
  @Readiness
  HealthCheck redis() {
    return () -> response("redis", List.of(redis.condition()));
  }

  @Produces
  @Readiness
  HealthCheck database() {
    return () -> response("database", List.of(database.condition()));
  }

  @Produces
  @Readiness
  HealthCheck drainer() {
    return () -> response("drainer", drainer.conditions());
  }

  @Produces
  @Readiness
  HealthCheck feed() {
    return () -> response("feed", List.of(subscriber.condition()));
  }

  private HealthCheckResponse drainerRuns() {
    return HealthCheckResponse.named("drainer").status(drainer.alive()).build();
  }

  private static HealthCheckResponse response(String name, List<Condition> conditions) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name).up();
    for (Condition condition : conditions) {
      Condition.State state = condition.state();
      if (!state.up()) {
        response
            .down()
            .withData("reason", state.reason())
            .withData("since", state.since().toString());
      }
    }
    return response.build();
  }
}
