package io.messagelogger.ops;

import io.messagelogger.live.Feed;
import io.messagelogger.live.Tailer;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.Database;
import io.messagelogger.store.upkeep.Upkeep;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Counters of totals that other rooms keep: MicroProfile Metrics can ask others for the value of a
 * gauge only, and of a gauge no monitoring system takes a rate. They are a second late at most.
 */
@ApplicationScoped
public class Totals implements Part {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<Total> totals = new ArrayList<>();

  @Resource private ManagedScheduledExecutorService scheduler;
  private volatile @Nullable Repeating looks;

  /** Used by one thread. */
  private record Total(Counter counter, LongSupplier value) {
    void look() {
      counter.inc(Math.max(0, value.getAsLong() - counter.getCount()));
    }
  }

  /** Counters in the server's registry. */
  @Inject
  public Totals(
      MetricRegistry registry, Feed feed, Tailer tailer, Upkeep upkeep, Database database) {
    add(
        registry.counter(
            named("takeover_rows", "rows of the Python service taken over by all servers")),
        () -> upkeep.takeover().taken());
    add(
        registry.counter(named("expired", "messages removed by this server, as they had expired")),
        upkeep::expired);
    add(
        registry.counter(named("feed_broadcast", "messages broadcast to clients of the feed")),
        feed::broadcastCount);
    add(
        registry.counter(
            named(
                "feed_gaps",
                "times that a slow client was sent later what did not fit into its queue")),
        tailer::gapCount);
    add(
        registry.counter(
            named(
                "replica_fallbacks",
                "questions that the read replica failed at and the primary answered")),
        () -> database.replica().fallbacks());
  }

  private void add(Counter counter, LongSupplier value) {
    totals.add(new Total(counter, value));
  }

  private static Metadata named(String name, String description) {
    return Metadata.builder()
        .withName("message_logger_" + name)
        .withDescription(description)
        .build();
  }

  @Override
  public String name() {
    return "totals";
  }

  @Override
  public void start() {
    looks =
        Repeating.start(
            scheduler, "counting totals", SECOND, SECOND, () -> totals.forEach(Total::look));
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating running = looks;
    return running == null || running.stop(limit);
  }
}
