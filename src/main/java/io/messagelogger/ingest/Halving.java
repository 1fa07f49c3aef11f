package io.messagelogger.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether batches are halved because the database has not enough of something for whole ones, which
 * costs time and is mended by its settings. What has not happened for a while is over. Thread-safe.
 */
public final class Halving {
  /** A producer may send such a batch only now and then. */
  static final Duration OVER = Duration.ofMinutes(10);

  private final Clock clock;
  private @Nullable State state;

  /**
   * What is known of it.
   *
   * @param reason what the database said last, with the SQLSTATE
   * @param since when it began
   * @param last when it was seen last
   */
  public record State(String reason, Instant since, Instant last) {}

  Halving(Clock clock) {
    this.clock = clock;
  }

  /** A batch was halved; true when that is news. */
  synchronized boolean seen(String reason) {
    Instant now = clock.instant();
    Optional<State> before = state();
    state = new State(reason, before.map(State::since).orElse(now), now);
    return before.isEmpty();
  }

  /** What is known; empty when no batch has been halved for ten minutes. */
  public synchronized Optional<State> state() {
    return Optional.ofNullable(state)
        .filter(known -> known.last().plus(OVER).isAfter(clock.instant()));
  }
}
