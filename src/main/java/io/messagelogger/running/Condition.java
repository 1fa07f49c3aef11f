package io.messagelogger.running;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One named condition, up or down with a reason. Logs each change once, however often it is
 * reported. Thread-safe.
 */
public final class Condition {
  private static final Logger LOG = Logger.getLogger(Condition.class.getName());

  private static final String STARTING = "starting";

  private final String name;
  private final AtomicReference<State> state;

  /** What holds now: up or down, why, and since when. */
  public record State(boolean up, String reason, Instant since) {
    private boolean starting() {
      return reason.equals(STARTING);
    }
  }

  /** A condition that is down until somebody reports otherwise. */
  public Condition(String name) {
    this.name = name;
    this.state = new AtomicReference<>(new State(false, STARTING, Instant.now()));
  }

  /** The name, as in the health checks. */
  public String name() {
    return name;
  }

  /** What holds now. */
  public State state() {
    return Objects.requireNonNull(state.get());
  }

  /** Reports that it works. */
  public void up() {
    State before = state();
    if (!before.up()
        && state.compareAndSet(before, new State(true, "", Instant.now()))
        && !before.starting()) {
      LOG.log(
          Level.INFO,
          "{0} is back after {1} s",
          new Object[] {name, Duration.between(before.since(), Instant.now()).toSeconds()});
    }
  }

  /** Reports that it is down, and why, in a sentence for an operator. */
  public void down(String reason) {
    State before = state();
    boolean news = before.up() || before.starting();
    Instant since = news ? Instant.now() : before.since();
    if (state.compareAndSet(before, new State(false, reason, since)) && news) {
      LOG.log(Level.WARNING, "{0} is down: {1}", new Object[] {name, reason});
    }
  }
}
