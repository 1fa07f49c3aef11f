package io.messagelogger.ops;

import io.messagelogger.api.messages.Exports;
import io.messagelogger.ingest.BatchReport;
import io.messagelogger.ingest.Drainer;
import io.messagelogger.ingest.Incident;
import io.messagelogger.live.Feed;
import io.messagelogger.live.Tailer;
import io.messagelogger.store.upkeep.Upkeep;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Histogram;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/** The metrics of the service, all under {@code message_logger_}. Thread-safe. */
@ApplicationScoped
public class Metrics {
  private static final String PREFIX = "message_logger_";

  private final MetricRegistry registry;
  private final Monitor monitor;
  private final Drainer drainer;
  private final Feed feed;
  private final Tailer tailer;
  private final Upkeep upkeep;
  private final Exports exports;
  private final Counter claimed;
  private final Counter stored;
  private final Counter duplicates;
  private final Counter deadLetters;
  private final Counter conflicts;
  private final Counter storedExpired;
  private final Counter ignoredKeys;
  private final Counter batches;
  private final Histogram batchSize;
  private final Timer batchTime;
  private final Map<Incident, Counter> incidents = new EnumMap<>(Incident.class);

  /** Metrics in the server's registry. */
  @Inject
  public Metrics(
      MetricRegistry registry,
      Monitor monitor,
      Drainer drainer,
      Feed feed,
      Tailer tailer,
      Upkeep upkeep,
      Exports exports) {
    this.registry = registry;
    this.monitor = monitor;
    this.drainer = drainer;
    this.feed = feed;
    this.tailer = tailer;
    this.upkeep = upkeep;
    this.exports = exports;
    this.claimed = registry.counter(named("claimed", "messages claimed from the queue"));
    this.stored = registry.counter(named("stored", "messages stored as new rows"));
    this.duplicates =
        registry.counter(
            named("duplicate", "messages that were stored before with the same content"));
    this.deadLetters = registry.counter(named("dead_lettered", "messages that cannot be stored"));
    this.conflicts =
        registry.counter(
            named("conflict", "those of them under whose uuid another message is stored already"));
    this.storedExpired =
        registry.counter(
            named("stored_expired", "messages stored although they are older than RETENTION"));
    this.ignoredKeys =
        registry.counter(named("ignored_keys", "keys of messages that are none of the nine"));
    this.batches = registry.counter(named("batches", "claims that were stored and acknowledged"));
    this.batchSize = registry.histogram(named("batch_size", "messages a claim"));
    this.batchTime = registry.timer(named("batch_time", "from the claim to the commit"));
    incidents.put(
        Incident.REAP,
        registry.counter(named("reaps", "claims taken over from a server that has gone")));
    incidents.put(
        Incident.RETRY,
        registry.counter(named("retries", "transactions that failed and were tried again")));
    incidents.put(
        Incident.BISECTION,
        registry.counter(
            named("bisections", "transactions halved to find what the database refuses")));
    incidents.put(
        Incident.HALVING,
        registry.counter(
            named("halvings", "transactions halved because of a limit of the database")));
    incidents.put(
        Incident.SPLIT,
        registry.counter(named("splits", "claims split because servers ended over them")));
    incidents.put(
        Incident.RETURN,
        registry.counter(named("returns", "claims given back when a server stopped")));
  }

  void start(@Observes Startup event) {
    registry.gauge(
        named("queue_length", "messages that wait in the queues"),
        () -> measure(look -> look.queued()));
    registry.gauge(
        named("claims", "claims of all servers that are not acknowledged"),
        () -> measure(look -> look.claims()));
    registry.gauge(
        named("claimed_now", "messages in those claims"), () -> measure(look -> look.claimed()));
    registry.gauge(
        named("oldest_queued_seconds", "how long the longest waiting message has been queued"),
        () -> monitor.oldest().map(oldest -> oldest.toMillis() / 1000.0).orElse(Double.NaN));
    for (WatchedQueue queue : monitor.queues()) {
      Tag name = new Tag("queue", queue.name());
      registry.gauge(
          named("queue_queued", "messages that wait in the queue of this name"),
          () -> measure(queue.look(), Look::queued),
          name);
      registry.gauge(
          named("queue_claimed", "messages in claims of the queue of this name"),
          () -> measure(queue.look(), Look::claimed),
          name);
      registry.gauge(
          named("queue_oldest_seconds", "how long the longest waiting of them has been queued"),
          () -> measure(queue.look(), look -> look.oldest().toMillis() / 1000.0),
          name);
    }
    registry.gauge(
        named("dead_letters_open", "dead letters that nobody has retried or discarded"),
        monitor::openDeadLetters);
    registry.gauge(
        named("drainers", "threads that drain the queue and live"),
        () -> drainer.lives().stream().filter(life -> life.state().up()).count());
    registry.gauge(
        named(
            "takeover_percent", "how far the Python service's rows are taken over; 100 when done"),
        () -> upkeep.takeover().percent());
    registry.gauge(named("exports", "whole lists that are being streamed"), exports::running);
    registry.gauge(
        named("statistics_counted", "messages counted by the hour since this server started"),
        upkeep::counted);
    registry.gauge(named("feed_clients", "clients of the live feed connected"), feed::clientCount);
    registry.gauge(
        named("feed_replaying", "clients that are sent what was stored before"),
        tailer::replayingCount);
    registry.gauge(
        named("feed_lag_seconds", "how long the feed has been behind the log"), tailer::lagSeconds);
  }

  /** What was seen of the queues; not a number while Redis is down. */
  private double measure(ToDoubleFunction<Look> value) {
    return measure(monitor.queue(), value);
  }

  private static double measure(Optional<Look> look, ToDoubleFunction<Look> value) {
    return look.map(value::applyAsDouble).orElse(Double.NaN);
  }

  void count(@Observes Incident incident) {
    Objects.requireNonNull(incidents.get(incident)).inc();
  }

  void count(@Observes BatchReport report) {
    claimed.inc(report.claimed());
    stored.inc(report.stored());
    duplicates.inc(report.duplicates());
    deadLetters.inc(report.deadLetters());
    conflicts.inc(report.conflicts());
    storedExpired.inc(report.expired());
    ignoredKeys.inc(report.ignoredKeys());
    batches.inc();
    batchSize.update(report.claimed());
    batchTime.update(report.time());
  }

  private static Metadata named(String name, String description) {
    return Metadata.builder().withName(PREFIX + name).withDescription(description).build();
  }
}
