package io.messagelogger.ingest;

import io.messagelogger.ingest.tracing.Tracing;
import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.queue.Queues;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Drains the queues into the database: WRITERS loops for each on the server's managed executor,
 * each claiming and storing one batch at a time, from the start of the application to its end. What
 * holds up one queue (its node of a cluster is away, say) does not hold up another. A watchdog
 * looks every second whether each loop still lives. Thread-safe.
 *
 * <p>Stopping: no loop claims any more; what is claimed is finished, or handed back when the
 * database does not take it; what is left then stays claimed in Redis and is taken over by whoever
 * runs next.
 */
@ApplicationScoped
public class Drainer implements Part {
  private static final Logger LOG = Logger.getLogger(Drainer.class.getName());

  /**
   * Longer than any step of a loop takes: a transaction ends after five minutes, a connection that
   * has gone silent after one and a half.
   */
  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(7);

  private static final Duration SHORTEST_RENEWAL = Duration.ofMillis(100);
  private static final Duration TASK_LIMIT = Duration.ofMillis(500);

  private final Duration lease;
  private final List<Leases> leases = new ArrayList<>();
  private final Halving halving = new Halving(Clock.systemUTC());
  private final List<Writer> writers = new ArrayList<>();
  private final List<DrainLoop> loops = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended;

  @Resource private ManagedExecutorService executor;
  @Resource private ManagedScheduledExecutorService scheduler;
  private volatile List<Repeating> tasks = List.of();

  /** A drainer that starts with the application. */
  @Inject
  public Drainer(
      Queues queues,
      Database database,
      BatchWriter batches,
      Canary canary,
      Event<Incident> incidents,
      Event<BatchReport> reports,
      Tracing tracing,
      Settings settings) {
    this.lease = settings.duration(Setting.CLAIM_LEASE);
    int count = settings.count(Setting.WRITERS);
    this.ended = new CountDownLatch(count * queues.all().size());
    Quarantine quarantine = new Quarantine();
    for (ClaimQueue queue : queues.all()) {
      Leases held = new Leases(queue);
      leases.add(held);
      Tools tools =
          new Tools(
              new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES)),
              queue,
              batches,
              canary,
              held,
              quarantine,
              Pace.of(settings),
              halving,
              new Events(incidents::fire, reports::fire),
              tracing);
      String of = queues.all().size() > 1 ? " of " + queue.name() : "";
      for (int i = 1; i <= count; i++) {
        add(Writer.of(i + of, stopping), tools, database, settings);
      }
    }
  }

  private void add(Writer writer, Tools tools, Database database, Settings settings) {
    writers.add(writer);
    NextBatch next =
        new NextBatch(
            tools.queue(),
            writer.pulse(),
            settings.count(Setting.BATCH_SIZE),
            tools.pace().fillTime());
    loops.add(new DrainLoop(tools, database, writer, next, lease));
  }

  @Override
  public String name() {
    return "drainer";
  }

  @Override
  public void start() {
    start(executor, scheduler);
  }

  /** Starts it on the threads of these executors. */
  public void start(Executor executor, ScheduledExecutorService scheduler) {
    writers.forEach(writer -> writer.life().up());
    for (DrainLoop loop : loops) {
      executor.execute(
          () -> {
            try {
              loop.run();
            } finally {
              ended.countDown();
            }
          });
    }
    Duration renewal = Collections.max(List.of(SHORTEST_RENEWAL, lease.dividedBy(4)));
    Duration second = Duration.ofSeconds(1);
    List<Repeating> started = new ArrayList<>();
    started.add(Repeating.start(scheduler, "watching the writers", second, second, this::watch));
    for (Leases held : leases) {
      started.add(Repeating.start(scheduler, "renewing leases", renewal, renewal, held::renew));
    }
    tasks = List.copyOf(started);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    LOG.info("The drainer finishes the batches under way");
    stopping.countDown();
    boolean inTime = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    for (Repeating task : tasks) {
      task.stop(TASK_LIMIT);
    }
    leases.forEach(Leases::giveUp);
    LOG.info(
        inTime
            ? "The drainer has ended: nothing is claimed by this server any more"
            : "The drainer did not end in time: what is still claimed will be taken over");
    return inTime;
  }

  /** Whether the thread of each loop lives. One that has ended before the stop never comes back. */
  public List<Condition> lives() {
    return writers.stream().map(Writer::life).toList();
  }

  /** Whether each loop can store what it claims. */
  public List<Condition> conditions() {
    return writers.stream().map(Writer::work).toList();
  }

  /** Whether batches are halved because of a limit of the database. */
  public Halving halving() {
    return halving;
  }

  /** The watchdog: says, once, what is wrong with a thread; health and supervisor do the rest. */
  private void watch() {
    for (Writer writer : writers) {
      Optional<String> complaint =
          stopping.getCount() == 0 ? Optional.empty() : writer.pulse().complaint(SILENCE_LIMIT);
      complaint.ifPresentOrElse(
          reason ->
              writer.life().down(reason + "; restart the server, nothing that it claimed is lost"),
          writer.life()::up);
    }
  }
}
