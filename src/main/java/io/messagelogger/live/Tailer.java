package io.messagelogger.live;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.CommitLog;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogTail;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log for all clients that follow it: reads each row once, as soon as a message of it
 * is published and at least every second, and shows its messages to those that are live. The
 * messages themselves were published, as a rule; those that were not, or not in time, are read from
 * the table. So nothing that Redis loses is missed. Works only while somebody follows. Thread-safe.
 */
@ApplicationScoped
public class Tailer implements Part {
  private static final Logger LOG = Logger.getLogger(Tailer.class.getName());
  private static final int ROWS = 8;
  private static final int CHUNK = 256;
  private static final int READ_AT_ONCE = 250;
  private static final long RECENT_BYTES = 16L << 20;
  private static final Duration POLL = Duration.ofSeconds(1);

  /** How long a number that is missing is waited for before the next look. */
  private static final Duration LOOK = Duration.ofMillis(3);

  /** A batch is published within about a hundred milliseconds of its commit. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private static final Duration START_PATIENCE = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final CommitLog log;
  private final Condition condition = new Condition("log");
  private final Recent recent = new Recent(RECENT_BYTES);
  private final LongAdder gaps = new LongAdder();
  private final Semaphore wake = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Object lock = new Object();

  /** With the lock held: who is live, who is not, and where the live ones are. */
  private final Followers live = new Followers();

  private final Set<Follower> replaying = new HashSet<>();
  private @Nullable LogPosition position;
  private int joining;

  /** Rows that were read and not shown; of the tailer's thread. */
  private final ArrayDeque<LogBatch> pending = new ArrayDeque<>();

  private volatile boolean stopping;
  private volatile boolean followed;
  private volatile long behindSince;
  private volatile long patience = PATIENCE.toNanos();
  private volatile Consumer<Follower> replays = follower -> {};

  /** Threads of its own: endless loops in the server's pool would hold up the server's start. */
  @Resource private ManagedThreadFactory threads;

  /** A tailer that starts with the application. */
  @Inject
  public Tailer(CommitLog log) {
    this.log = log;
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
    synchronized (lock) {
      return replaying.size();
    }
  }

  /** A message was published: it is stored, or soon will be. */
  void published(Message message, byte[] payload) {
    if (followed) {
      recent.add(message, payload);
      patience = PATIENCE.toNanos();
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
    synchronized (lock) {
      joining++;
      followed = true;
      wake.release();
      try {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (position == null) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw new StoreUnavailableException("the log cannot be read", null);
          }
          lock.wait(left);
        }
        return position;
      } finally {
        joining--;
      }
    }
  }

  /** Takes a client in, which is replaying. */
  void join(Follower follower) {
    synchronized (lock) {
      replaying.add(follower);
      followed = true;
    }
    wake.release(); // it may have gone to sleep since it was asked for its place
    replays.accept(follower);
  }

  /** Lets it go. */
  void leave(FeedClient client) {
    synchronized (lock) {
      live.all().stream()
          .filter(follower -> follower.client() == client)
          .findFirst()
          .ifPresent(live::remove);
      replaying.removeIf(follower -> follower.client() == client);
    }
  }

  /** How far replaying clients may read; empty when that is not known yet. */
  Optional<LogPosition> target() {
    synchronized (lock) {
      return Optional.ofNullable(position);
    }
  }

  /** Makes a client live, if it is where the live ones are. */
  boolean goLive(Follower follower) {
    synchronized (lock) {
      if (position == null || follower.position().isBefore(position)) {
        return false;
      }
      if (replaying.remove(follower)) {
        follower.live(position);
        live.add(follower);
      }
    }
    follower.client().outbox().send();
    return true;
  }

  /** Tells clients of which nothing was heard for a while that the feed lives. */
  void heartbeat() {
    List<Follower> told;
    synchronized (lock) {
      told = List.copyOf(live.all());
      LogPosition now = position;
      if (now != null) {
        told.forEach(follower -> follower.heartbeat(now, HEARTBEAT.toNanos()));
      }
    }
    told.forEach(follower -> follower.client().outbox().send());
  }

  private void run() {
    LogTail tail = null;
    try {
      while (!stopping) {
        wake.drainPermits();
        if (tail != null && nobodyFollows()) {
          tail = null;
        }
        if (!followed) {
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
    synchronized (lock) {
      if (live.size() + replaying.size() + joining > 0) {
        return false;
      }
      followed = false;
      position = null;
      behindSince = 0;
    }
    pending.clear();
    recent.clear();
    return true;
  }

  private LogTail begin() throws InterruptedException {
    LogTail tail = new LogTail(log);
    while (!tail.started() && !stopping) {
      if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.finest("Something was published");
      }
    }
    advance(tail.position());
    return tail;
  }

  private void advance(LogPosition to) {
    synchronized (lock) {
      position = to;
      lock.notifyAll();
    }
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
    int size = batch.size();
    int from = start(batch);
    while (from < size) {
      List<Item> items = new ArrayList<>();
      while (from + items.size() < size && items.size() < CHUNK) {
        int index = from + items.size();
        long wait = items.isEmpty() && fresh ? patience : 0;
        Message message = recent.take(batch.uuid(index), batch.check(index), wait);
        if (message == null) {
          if (wait > 0) {
            patience = 0; // nothing seems to be published; it is known again when something is
          }
          break;
        }
        items.add(new Item(batch.after(index), message));
      }
      int to = from + items.size();
      if (items.isEmpty()) {
        to = Math.min(size, from + READ_AT_ONCE);
        items = read(batch, from, to);
      }
      show(items, batch.after(to - 1));
      from = to;
    }
  }

  /** The first message of a batch that was not shown. Nothing of it is when nobody is live. */
  private int start(LogBatch batch) {
    synchronized (lock) {
      if (live.size() == 0) {
        position = batch.end();
        return batch.size();
      }
      return position != null && position.batch() == batch.id() ? position.index() : 0;
    }
  }

  private List<Item> read(LogBatch batch, int from, int to) {
    Map<UUID, Message> messages = log.messages(batch.positions(from, to), Scope.ALL);
    List<Item> items = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Message message = messages.get(batch.uuid(i));
      if (message != null) { // it has not been erased meanwhile
        items.add(new Item(batch.after(i), message));
      }
    }
    return items;
  }

  private void show(List<Item> items, LogPosition end) {
    List<Follower> behind;
    List<Follower> shown;
    synchronized (lock) {
      LogPosition from = position == null ? end : position;
      shown = items.isEmpty() ? List.of() : List.copyOf(live.all());
      behind = live.show(items, from);
      replaying.addAll(behind);
      position = end;
    }
    shown.forEach(follower -> follower.client().outbox().send());
    for (Follower follower : behind) {
      gaps.increment();
      follower.fallBehind();
      replays.accept(follower);
    }
  }
}
