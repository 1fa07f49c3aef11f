package io.messagelogger.live;

import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clients that follow the log: those that are live, all of whom are at one place, and those
 * that are replaying up to it. Thread-safe.
 *
 * <p>A client becomes live, and is replaying again, with the lock held with which the place moves
 * on. So nothing is shown to it twice or not at all.
 */
final class Audience {
  private final Object lock = new Object();

  /** All of these with the lock held. */
  private final Followers live = new Followers();

  private final Set<Follower> replaying = new HashSet<>();
  private @Nullable LogPosition place;
  private int waiting;

  private volatile boolean present;

  /** Whether somebody follows, or did when {@link #dismissed} was asked last. */
  boolean isPresent() {
    return present;
  }

  /**
   * The place where the live ones are, once there is one: what is stored after this call is behind
   * it.
   *
   * @param wake makes whoever moves the place on look whether somebody is present
   * @throws StoreUnavailableException when there is none in time
   */
  LogPosition awaitPlace(Runnable wake, Duration limit) throws InterruptedException {
    synchronized (lock) {
      waiting++;
      present = true;
      wake.run();
      try {
        long deadline = System.nanoTime() + limit.toNanos();
        while (place == null) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw new StoreUnavailableException("the log cannot be read", null);
          }
          lock.wait(left);
        }
        return place;
      } finally {
        waiting--;
      }
    }
  }

  /** The place where the live ones are; empty when it is not known yet. */
  Optional<LogPosition> place() {
    synchronized (lock) {
      return Optional.ofNullable(place);
    }
  }

  /** Says where the log is taken up. */
  void begin(LogPosition at) {
    synchronized (lock) {
      place = at;
      lock.notifyAll();
    }
  }

  /** Takes a client in, which is replaying. */
  void join(Follower follower) {
    synchronized (lock) {
      replaying.add(follower);
      present = true;
    }
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

  /** Whether nobody follows any more; there is no place then until somebody does. */
  boolean dismissed() {
    synchronized (lock) {
      if (live.size() + replaying.size() + waiting > 0) {
        return false;
      }
      present = false;
      place = null;
      return true;
    }
  }

  /** How many are sent what was stored before. */
  int replayingCount() {
    synchronized (lock) {
      return replaying.size();
    }
  }

  /** Makes a client live, if it is where the live ones are. */
  boolean goLive(Follower follower) {
    synchronized (lock) {
      if (place == null || follower.position().isBefore(place)) {
        return false;
      }
      if (replaying.remove(follower)) {
        follower.live(place);
        live.add(follower);
      }
    }
    follower.client().outbox().send();
    return true;
  }

  /** Tells those to whom nothing was sent for a while that the feed lives. */
  void heartbeat(Duration quiet) {
    List<Follower> told;
    synchronized (lock) {
      told = List.copyOf(live.all());
      LogPosition now = place;
      if (now != null) {
        told.forEach(follower -> follower.heartbeat(now, quiet.toNanos()));
      }
    }
    told.forEach(follower -> follower.client().outbox().send());
  }

  /** The first message of a batch that was not shown. Nothing of it is when nobody is live. */
  int start(LogBatch batch) {
    synchronized (lock) {
      if (live.size() == 0) {
        place = batch.end();
        return batch.size();
      }
      return place != null && place.batch() == batch.id() ? place.index() : 0;
    }
  }

  /**
   * Shows the live ones what follows.
   *
   * @param end the place after it
   * @return those for whom more would wait than may, who are replaying now
   */
  List<Follower> show(List<Item> items, LogPosition end) {
    List<Follower> behind;
    List<Follower> shown;
    synchronized (lock) {
      LogPosition from = place == null ? end : place;
      shown = items.isEmpty() ? List.of() : List.copyOf(live.all());
      behind = live.show(items, from);
      replaying.addAll(behind);
      place = end;
    }
    shown.forEach(follower -> follower.client().outbox().send());
    return behind;
  }
}
