package io.messagelogger.live;

import io.messagelogger.message.Message;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.Queues;
import io.messagelogger.running.Part;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogReader;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads for the clients that are not live, a few at a time and a slice each in turn, so that they
 * share a bounded number of connections to the database, and callers share it alike. A client gets
 * its next slice when little waits for it, so that it is read for at its own speed. While many
 * messages wait to be stored, each slice is followed by a pause as long as it took. Thread-safe.
 */
@ApplicationScoped
public class Replays implements Part {
  private static final Logger LOG = Logger.getLogger(Replays.class.getName());

  /** Bytes that may wait for a client when its next slice is read. */
  private static final long LITTLE = 256 << 10;

  private static final long SLICE_BYTES = 1 << 20;
  private static final int MOST = 1000;
  private static final long RETRY_NANOS = 1_000_000_000;
  private static final long MEASURE_EVERY = 250_000_000;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final LogReader log;
  private final Tailer tailer;
  private final Queues queues;
  private final int readers;
  private final int backlog;

  /** Guarded by itself, as is the next. */
  private final Turns waiting;

  private int reading;
  private volatile long measuredAt = System.nanoTime() - MEASURE_EVERY;
  private volatile boolean longQueue;
  private volatile boolean stopping;
  private volatile Executor threads = Runnable::run;

  @Resource private ManagedExecutorService executor;

  /** Reads as many at a time as the settings say. */
  @Inject
  public Replays(LogReader log, Tailer tailer, Queues queues, Settings settings) {
    this.log = log;
    this.tailer = tailer;
    this.queues = queues;
    this.readers = settings.count(Setting.FEED_REPLAYS);
    this.waiting = new Turns(settings.limit(Setting.FEED_REPLAYS_PER_CALLER).orElse(readers));
    this.backlog = 2 * settings.count(Setting.BATCH_SIZE);
  }

  @Override
  public String name() {
    return "replays";
  }

  @Override
  public void start() {
    start(executor);
  }

  /** Starts it on these threads. */
  void start(Executor readers) {
    threads = readers;
    tailer.replays(this::add);
  }

  @Override
  public boolean stop(Duration limit) {
    stopping = true;
    return true; // a slice that is being read is soon done
  }

  /** A client's turn comes when little waits for it. */
  private void add(Follower follower) {
    Outbox outbox = follower.client().outbox();
    outbox.whenAtMost(follower.full() ? 0 : LITTLE, () -> enqueue(follower));
    outbox.send();
  }

  private void enqueue(Follower follower) {
    synchronized (waiting) {
      waiting.add(follower);
      if (reading == readers) {
        return;
      }
      reading++;
    }
    threads.execute(this::read);
  }

  /** Reads until nobody waits who may be read for. */
  private void read() {
    while (true) {
      Follower follower;
      synchronized (waiting) {
        follower = stopping ? null : waiting.next();
        if (follower == null) {
          reading--;
          return;
        }
      }
      try {
        long start = System.nanoTime();
        boolean more;
        try {
          more = step(follower);
        } finally {
          synchronized (waiting) {
            waiting.done(follower);
          }
        }
        if (more) {
          long taken = System.nanoTime() - start;
          if (queueIsLong()) {
            later(follower, taken);
          } else {
            add(follower);
          }
        }
      } catch (StoreUnavailableException e) {
        LOG.log(Level.FINE, "A replay waits for the database", e); // the condition says so
        later(follower, RETRY_NANOS);
      } catch (RuntimeException | Error e) { // the others must get their turns
        LOG.log(Level.SEVERE, "A replay failed in an unforeseen way; trying again", e);
        later(follower, RETRY_NANOS);
      }
    }
  }

  /** Whether more waits to be stored than the next batches; asked for a few times a second. */
  private boolean queueIsLong() {
    long now = System.nanoTime();
    if (now - measuredAt >= MEASURE_EVERY) {
      measuredAt = now;
      try {
        longQueue = queues.queued() > backlog;
      } catch (QueueUnavailableException e) {
        LOG.log(Level.FINE, "The queues could not be measured", e); // the condition says so
        longQueue = false;
      }
    }
    return longQueue;
  }

  private void later(Follower follower, long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, threads)
        .execute(() -> add(follower));
  }

  /** A slice for a client; false when it is live or gone. */
  private boolean step(Follower follower) {
    if (follower.client().isGone()) {
      return false;
    }
    LogPosition target = tailer.target().orElse(null);
    if (target == null) {
      throw new StoreUnavailableException("the end of the log is not known yet", null);
    }
    follower.sayGap(target);
    if (!follower.position().isBefore(target)) {
      return !tailer.goLive(follower);
    }
    LogBatch batch = batch(follower, target);
    if (batch == null) {
      follower.position(target);
    } else {
      slice(follower, batch, target);
    }
    follower.sayRefilled();
    follower.heartbeat(follower.position(), HEARTBEAT.toNanos());
    return true;
  }

  private @Nullable LogBatch batch(Follower follower, LogPosition target) {
    LogBatch current = follower.batch();
    LogPosition position = follower.position();
    if (current != null && current.id() == position.batch()) {
      return current;
    }
    long before = target.index() > 0 ? target.batch() + 1 : target.batch();
    List<LogBatch> rows = log.read(position.batch(), before, 1);
    follower.batch(rows.isEmpty() ? null : rows.get(0));
    return follower.batch();
  }

  private void slice(Follower follower, LogBatch batch, LogPosition target) {
    int from = batch.id() == follower.position().batch() ? follower.position().index() : 0;
    int end = batch.id() == target.batch() ? target.index() : batch.size();
    int to = Math.min(end, from + follower.slice());
    if (to <= from) {
      follower.position(batch.end());
      return;
    }
    Map<UUID, Message> messages =
        log.messages(batch.positions(from, to), follower.client().request().scope());
    List<Item> items = new ArrayList<>();
    long bytes = 1;
    for (int i = from; i < to; i++) {
      Message message = messages.get(batch.uuid(i));
      if (message != null) {
        Item item = new Item(batch.after(i), message);
        if (follower.wants(item)) {
          items.add(item);
          bytes += item.frame(follower.shape()).length;
        }
      }
    }
    follower.full(!follower.show(items));
    if (!follower.full()) {
      follower.position(batch.after(to - 1));
    }
    int fitting = (int) Math.min(MOST, Math.max(1, SLICE_BYTES * (to - from) / bytes));
    follower.slice(Math.min(4 * follower.slice(), fitting));
  }
}
