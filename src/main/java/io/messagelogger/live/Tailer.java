package io.messagelogger.live;

import io.messagelogger.message.Message;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogReader;
import io.messagelogger.store.log.LogTail;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Follows the log for all clients that follow it: reads each row once, as soon as a message of it
 * is published and at least every second, and shows its messages to those that are live. So nothing
 * that Redis loses is missed. Works only while somebody follows. Thread-safe.
 */
@ApplicationScoped
public class Tailer implements Part {
  private static final Logger LOG = Logger.getLogger(Tailer.class.getName());
  private static final int ROWS = 8;
  private static final Duration POLL = Duration.ofSeconds(1);

  /** How long a number that is missing is waited for before the next look. */
  private static final Duration LOOK = Duration.ofMillis(3);

  private static final Duration START_PATIENCE = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final LogReader log;
  private final Condition condition = new Condition("log");
  private final Audience audience = new Audience();
  private final Stretches stretches;
  private final LongAdder gaps = new LongAdder();
  private final Semaphore wake = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Rows that were read and not shown; of the tailer's thread. */
  private final ArrayDeque<LogBatch> pending = new ArrayDeque<>();

  private volatile boolean stopping;
  private volatile long behindSince;
  private volatile Consumer<Follower> replays = follower -> {};

  /** Threads of its own: endless loops in the server's pool would hold up the server's start. */
  @Resource private ManagedThreadFactory threads;

  /** A tailer that starts with the application. */
  @Inject
  public Tailer(LogReader log) {
    this.log = log;
    this.stretches = new Stretches(log);
  }

  @Override
  public String name() {
    return "tailer";
  }

  @Override
  public void start() {
    condition.up();
    threads.newThread(this::run).start();
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    stopping = true;
    wake.release();
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Who reads for those that are not live. */
  void replays(Consumer<Follower> reader) {
    replays = reader;
  }

  /** Whether the log can be read. */
  public Condition condition() {
    return condition;
  }

  /** How long the feed has been behind the log, in seconds; 0 when it is at its end. */
  public double lagSeconds() {
    long since = behindSince;
    return since == 0 ? 0 : (System.nanoTime() - since) / 1e9;
  }

  /** How many times more waited for a live client than may, so that it was sent the rest later. */
  public long gapCount() {
    return gaps.sum();
  }

  /** How many clients are sent what was stored before. */
  public int replayingCount() {
    return audience.replayingCount();
  }

  /** A message was published: it is stored, or soon will be. */
  void published(Message message, byte[] payload) {
    if (audience.isPresent()) {
      stretches.published(message, payload);
      if (wake.availablePermits() == 0) {
        wake.release();
      }
    }
  }

  /**
   * The place where the live clients are, once there is one: what is stored after this call is
   * behind it.
   *
   * @throws StoreUnavailableException when the log cannot be read in time
   */
  LogPosition end() throws InterruptedException {
    return audience.awaitPlace(wake::release, START_PATIENCE);
  }

  /** Takes a client in, which is replaying. */
  void join(Follower follower) {
    audience.join(follower);
    wake.release(); // it may have gone to sleep since it was asked for its place
    replays.accept(follower);
  }

  /** Lets it go. */
  void leave(FeedClient client) {
    audience.leave(client);
  }

  /** How far replaying clients may read; empty when that is not known yet. */
  Optional<LogPosition> target() {
    return audience.place();
  }

  /** Makes a client live, if it is where the live ones are. */
  boolean goLive(Follower follower) {
    return audience.goLive(follower);
  }

  /** Tells clients of which nothing was heard for a while that the feed lives. */
  void heartbeat() {
    audience.heartbeat(HEARTBEAT);
  }

  /** Follows the log until it is stopped. */
  void run() {
    LogTail tail = null;
    try {
      while (!stopping) {
        wake.drainPermits();
        if (tail != null && nobodyFollows()) {
          tail = null;
        }
        if (!audience.isPresent()) {
          wake.acquire();
          continue;
        }
        long pause = POLL.toMillis();
        try {
          if (tail == null) {
            tail = begin();
          } else if (step(tail)) {
            pause = 0;
          } else if (tail.waits()) {
            pause = LOOK.toMillis();
          }
          condition.up();
        } catch (StoreUnavailableException e) {
          condition.down("the log cannot be read: " + e.getMessage());
        } catch (RuntimeException | Error e) { // a fault of ours must not end the feed
          LOG.log(Level.SEVERE, "The log could not be followed; trying again", e);
          condition.down("unforeseen: " + e);
        }
        if (pause > 0 && wake.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
          LOG.finest("Something was published");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private boolean nobodyFollows() {
    if (!audience.dismissed()) {
      return false;
    }
    behindSince = 0;
    pending.clear();
    stretches.clear();
    return true;
  }

  private LogTail begin() throws InterruptedException {
    LogTail tail = new LogTail(log);
    while (!tail.started() && !stopping) {
      if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.finest("Something was published");
      }
    }
    audience.begin(tail.position());
    return tail;
  }

  /** Shows the rows that follow; whether there may be more at once. */
  private boolean step(LogTail tail) throws InterruptedException {
    boolean fresh = false;
    if (pending.isEmpty()) {
      List<LogBatch> batches = tail.read(ROWS);
      pending.addAll(batches);
      fresh = batches.size() < ROWS;
    }
    if (pending.isEmpty() && !tail.waits()) {
      behindSince = 0;
    } else if (behindSince == 0) {
      behindSince = System.nanoTime();
    }
    boolean some = !pending.isEmpty();
    for (LogBatch batch = pending.peek(); batch != null; batch = pending.peek()) {
      show(batch, fresh);
      pending.poll(); // not before: what could not be read is shown the next time
    }
    return some;
  }

  private void show(LogBatch batch, boolean fresh) throws InterruptedException {
    int from = audience.start(batch);
    while (from < batch.size()) {
      Stretches.Stretch stretch = stretches.next(batch, from, fresh);
      from = stretch.to();
      for (Follower follower : audience.show(stretch.items(), batch.after(from - 1))) {
        gaps.increment();
        follower.fallBehind();
        replays.accept(follower);
      }
    }
  }
}
