package io.messagelogger.api.messages;

import io.messagelogger.api.Caller;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The whole lists that are streamed: so many of the server at the same time, and so many of one
 * caller, whatever they are asked for as; those that wait for others count. And what became of
 * them. One that takes long says in the log how far it is. Thread-safe.
 */
@ApplicationScoped
public class Exports {
  private static final Logger LOG = Logger.getLogger(Exports.class.getName());
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final int SECONDS = 2;

  private final Semaphore places;
  private final OptionalInt mostOfCaller;
  private final Map<String, Integer> ofCallers = new ConcurrentHashMap<>();
  private final LongSupplier clock;
  private final Consumer<String> log;
  private final AtomicInteger running = new AtomicInteger();
  private final LongAdder messages = new LongAdder();
  private final Map<Outcome, LongAdder> ended = new EnumMap<>(Outcome.class);

  /** How an export ended. */
  public enum Outcome {
    /** With its last message. */
    COMPLETE("it is complete"),
    /** Its client went away, or read nothing any more. */
    ABANDONED("its client has gone"),
    /** It was cut: the database did not answer, or the caller may not read any more. */
    FAILED("it was cut");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  /** As many as the settings allow. */
  @Inject
  public Exports(Settings settings) {
    this(settings, System::nanoTime, LOG::info);
  }

  /**
   * @param clock nanoseconds
   */
  Exports(Settings settings, LongSupplier clock, Consumer<String> log) {
    this.places = new Semaphore(settings.count(Setting.EXPORTS));
    this.mostOfCaller = settings.limit(Setting.EXPORTS_PER_CALLER);
    this.clock = clock;
    this.log = log;
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, new LongAdder());
    }
  }

  /** How many are under way. */
  public int running() {
    return running.get();
  }

  /** How many messages were written in all. */
  public long messages() {
    return messages.sum();
  }

  /** How many have ended so. */
  public long ended(Outcome outcome) {
    return Objects.requireNonNull(ended.get(outcome)).sum();
  }

  /**
   * Begins one, which has to end; waits a little for others to end.
   *
   * @param what the path and who asks, for the log
   * @throws ProblemException 429 when the caller has as many as it may have, 503 when the server
   *     has
   */
  Running begin(Caller caller, String what) {
    String name = caller.reader().limitedAs();
    int most = mostOfCaller.orElse(Integer.MAX_VALUE);
    if (name != null && ofCallers.merge(name, 1, Integer::sum) > most) {
      left(name);
      throw new ProblemException(
          Problem.of(
              429,
              "Too Many Requests",
              "More than %d whole lists of one caller at the same time (EXPORTS_PER_CALLER); ask for pages with limit"
                  .formatted(most)));
    }
    boolean acquired = false;
    try {
      acquired = places.tryAcquire(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!acquired) {
      left(name);
      throw ProblemException.unavailable(
          "This server is streaming as many whole lists as it may (EXPORTS); try again, or ask"
              + " for pages with limit");
    }
    running.incrementAndGet();
    return new Running(name, what);
  }

  private void left(@Nullable String name) {
    if (name != null) {
      ofCallers.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
    }
  }

  /** An export under way. Used by one thread. */
  final class Running {
    private final @Nullable String caller;
    private final String what;
    private final long begun = clock.getAsLong();
    private long written;
    private long told = begun;
    private boolean ended;

    private Running(@Nullable String caller, String what) {
      this.caller = caller;
      this.what = what;
    }

    /** So many messages more are written. */
    void wrote(int some) {
      written += some;
      messages.add(some);
      long now = clock.getAsLong();
      if (now - told >= PERIOD.toNanos()) {
        told = now;
        log.accept("An export of %s goes on: %s".formatted(what, far(now)));
      }
    }

    /** It has ended; once more does nothing. */
    void end(Outcome outcome) {
      if (ended) {
        return;
      }
      ended = true;
      places.release();
      left(caller);
      running.decrementAndGet();
      Objects.requireNonNull(Exports.this.ended.get(outcome)).increment();
      long now = clock.getAsLong();
      if (now - begun >= PERIOD.toNanos()) {
        log.accept("An export of %s has ended, %s: %s".formatted(what, outcome.text, far(now)));
      }
    }

    private String far(long now) {
      double seconds = Math.max(1, now - begun) / (double) Duration.ofSeconds(1).toNanos();
      return "%d messages in %.0f s, %.0f per second"
          .formatted(written, seconds, written / seconds);
    }
  }
}
