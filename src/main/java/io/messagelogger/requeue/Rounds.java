package io.messagelogger.requeue;

import io.messagelogger.running.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Works through selections of dead letters in the background: one at a time on each server. Letters
 * that come while it runs, also those that come back, are left alone. An outage is waited out. Ends
 * with the server; what is left stays a dead letter. Thread-safe.
 */
public abstract class Rounds implements Part {
  private final AtomicReference<@Nullable Round> current = new AtomicReference<>();

  /** Starts on this work; empty when this server is at it already. */
  Optional<Progress> start(ExecutorService executor, Work work, int rate, Instant started) {
    Round before = current.get();
    if (before != null && before.progress().finished() == null) {
      return Optional.empty();
    }
    Round round = new Round(work, Progress.of(work.count(started), rate, started));
    if (!current.compareAndSet(before, round)) {
      return Optional.empty();
    }
    try {
      executor.execute(round);
    } catch (RejectedExecutionException e) {
      current.set(before);
      throw e;
    }
    return Optional.of(round.progress());
  }

  /** How far the last selection is; empty when there was none. */
  public Optional<Progress> progress() {
    return Optional.ofNullable(current.get()).map(Round::progress);
  }

  /** Stops; the letters whose turn has not come stay as they are. */
  public void stop(String reason) {
    Round round = current.get();
    if (round != null) {
      round.stop(reason);
    }
  }

  /** Nothing starts by itself. */
  @Override
  public void start() {}

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    stop("the server stopped");
    Round round = current.get();
    return round == null || round.awaitEnd(limit);
  }
}
