package io.messagelogger.it.fault;

import io.messagelogger.ingest.BatchReport;
import io.messagelogger.ingest.Drainer;
import io.messagelogger.ingest.tracing.Tracing;
import io.messagelogger.queue.Queues;
import io.messagelogger.queue.Redis;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The drainer of a server, without the server: what it does with Redis and the database. */
final class Draining implements AutoCloseable {
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4);
  private final Told<BatchReport> reports = new Told<>();
  private final Redis redis;
  private final Drainer drainer;
  private final Repeating probing;

  /** Starts to drain what these settings name into a database. */
  Draining(FreshDatabase fresh, String... namesAndValues) {
    Map<String, String> values = new HashMap<>(Map.of("CLAIM_LEASE", "2"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Settings settings = Settings.from(values::get);
    Transactions transactions = new Transactions(fresh.source());
    Database database = FreshDatabase.prepared(transactions, settings);
    BatchWriter batches =
        new BatchWriter(database) {
          @Override
          public Outcome write(String claim, List<Incoming> messages, List<DeadLetter> refused)
              throws SQLException {
            return transactions.run(() -> super.write(claim, messages, refused));
          }
        };
    redis = new Redis(settings);
    drainer =
        new Drainer(
            new Queues(redis, settings),
            database,
            batches,
            new Canary(batches),
            new Told<>(),
            reports,
            Tracing.off(),
            settings);
    probing =
        Repeating.start(
            scheduler, "probing", Duration.ZERO, Duration.ofSeconds(1), database::probe);
    drainer.start(task -> new Thread(task).start(), scheduler);
  }

  /** How many messages were stored anew. */
  int stored() {
    return reports.all().stream().mapToInt(BatchReport::stored).sum();
  }

  /** How many became dead letters. */
  int deadLetters() {
    return reports.all().stream().mapToInt(BatchReport::deadLetters).sum();
  }

  /** What does not work, or nothing. */
  List<String> complaints() {
    return drainer.conditions().stream()
        .map(condition -> condition.state())
        .filter(state -> !state.up())
        .map(state -> state.reason())
        .toList();
  }

  @Override
  public void close() {
    try {
      drainer.stop(Duration.ofSeconds(20));
      probing.stop(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    redis.close();
    scheduler.shutdownNow();
  }
}
