package io.messagelogger.ops;

import io.messagelogger.api.Presence;
import io.messagelogger.api.access.Authenticator;
import io.messagelogger.api.messages.Bodies;
import io.messagelogger.ingest.Drainer;
import io.messagelogger.live.Feed;
import io.messagelogger.live.Replays;
import io.messagelogger.live.Subscriber;
import io.messagelogger.live.Tailer;
import io.messagelogger.requeue.Discarding;
import io.messagelogger.requeue.Requeueing;
import io.messagelogger.running.Part;
import io.messagelogger.store.schema.Schema;
import io.messagelogger.store.upkeep.Upkeep;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * What starts with the service, in this order, and stops with it, in the opposite one, each within
 * a time of its own. The drainer starts last, when everything that sees what it does is there, and
 * stops first; what it has stored meanwhile is still shown. What starts nothing of its own and
 * needs no order (StartGuard, metrics) is not here.
 */
@ApplicationScoped
public class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class.getName());

  private final List<Step> steps;

  /** A part, and how long its stop may take. */
  private record Step(Part part, Duration limit) {}

  /** The parts of this service. */
  @Inject
  public Lifecycle(
      Authenticator authenticator,
      Certificates certificates,
      Schema schema,
      Monitor monitor,
      Totals totals,
      Durability durability,
      Upkeep upkeep,
      Tailer tailer,
      Replays replays,
      Feed feed,
      Subscriber subscriber,
      Requeueing requeueing,
      Discarding discarding,
      Bodies bodies,
      Presence presence,
      Drainer drainer) {
    this.steps =
        List.of(
            new Step(authenticator, Duration.ofSeconds(2)),
            new Step(certificates, Duration.ofSeconds(2)),
            new Step(schema, Duration.ofSeconds(2)),
            new Step(monitor, Duration.ofSeconds(2)),
            new Step(totals, Duration.ofSeconds(1)),
            new Step(durability, Duration.ofSeconds(2)),
            new Step(upkeep, Duration.ofSeconds(3)),
            new Step(tailer, Duration.ofSeconds(2)),
            new Step(replays, Duration.ofSeconds(2)),
            new Step(feed, Duration.ofSeconds(3)),
            new Step(subscriber, Duration.ofSeconds(3)),
            new Step(requeueing, Duration.ofSeconds(2)),
            new Step(discarding, Duration.ofSeconds(2)),
            new Step(bodies, Duration.ofSeconds(1)),
            new Step(presence, Duration.ofSeconds(1)),
            new Step(drainer, Duration.ofSeconds(20)));
  }

  void start(@Observes Startup event) {
    LOG.log(Level.FINE, "Starting {0}", names(steps));
    steps.forEach(step -> step.part().start());
  }

  void stop(@Observes Shutdown event) throws InterruptedException {
    List<Step> reversed = new ArrayList<>(steps);
    Collections.reverse(reversed);
    LOG.log(Level.INFO, "Stopping {0}", names(reversed));
    List<Step> late = new ArrayList<>();
    long began = System.nanoTime();
    for (Step step : reversed) {
      if (!stop(step)) {
        late.add(step);
      }
    }
    LOG.log(
        Level.INFO,
        late.isEmpty() ? "Stopped after {0} ms" : "Stopped after {0} ms; did not end in time: {1}",
        new Object[] {Duration.ofNanos(System.nanoTime() - began).toMillis(), names(late)});
  }

  /** Ends a part; false when it did not end in time. A failure keeps none of the others. */
  private static boolean stop(Step step) throws InterruptedException {
    long began = System.nanoTime();
    try {
      return step.part().stop(step.limit());
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "Could not be stopped: " + step.part().name(), e);
      return false;
    } finally {
      LOG.log(
          Level.FINE,
          "Stopped {0} after {1} ms",
          new Object[] {
            step.part().name(), Duration.ofNanos(System.nanoTime() - began).toMillis()
          });
    }
  }

  private static String names(List<Step> steps) {
    return steps.stream().map(step -> step.part().name()).collect(Collectors.joining(", "));
  }
}
