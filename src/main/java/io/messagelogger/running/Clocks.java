package io.messagelogger.running;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Whether this server's clock may be judged by: it is compared with the clocks of those that it
 * works with. One of them that agrees is enough. A clock that disagrees with all of them is wrong
 * for all that is known, and what goes by it (whether a message is from the future, whether one has
 * expired) waits. Says once, and again when that has changed, which clocks disagree. Thread-safe.
 */
@ApplicationScoped
public class Clocks {
  private static final Logger LOG = Logger.getLogger(Clocks.class.getName());

  /** More than a clock that is kept right ever differs, with a slow answer on top. */
  private static final Duration WORTH_SAYING = Duration.ofMinutes(1);

  /** A message may be from one day ahead: this much less or more does not matter. */
  private static final Duration TOO_MUCH = Duration.ofHours(1);

  private final Clock clock;
  private final ConcurrentMap<String, Duration> ahead = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Boolean> said = new ConcurrentHashMap<>();

  /** Compares the clock of this server. */
  public Clocks() {
    this(Clock.systemUTC());
  }

  Clocks(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes into account what another clock says.
   *
   * @param whose as the log has it
   * @param theirs what it said a moment ago
   */
  public void saw(String whose, Instant theirs) {
    Duration difference = Duration.between(clock.instant(), theirs);
    ahead.put(whose, difference);
    boolean differs = difference.abs().compareTo(WORTH_SAYING) > 0;
    Boolean before = said.put(whose, differs);
    if (differs && !Boolean.TRUE.equals(before)) {
      LOG.log(Level.WARNING, "The clocks disagree: {0}", difference(whose, difference));
    } else if (!differs && Boolean.TRUE.equals(before)) {
      LOG.log(Level.INFO, "The clock of {0} agrees with this server''s again", whose);
    }
  }

  /** Whether the clock was compared with any other yet. */
  public boolean compared() {
    return !ahead.isEmpty();
  }

  /** Why this server's clock may not be judged by; empty when it may, as far as is known. */
  public Optional<String> disagreement() {
    Map<String, Duration> all = new TreeMap<>(ahead);
    if (all.isEmpty()
        || all.values().stream().anyMatch(one -> one.abs().compareTo(TOO_MUCH) <= 0)) {
      return Optional.empty();
    }
    return Optional.of(
        all.entrySet().stream()
            .map(one -> difference(one.getKey(), one.getValue()))
            .collect(Collectors.joining(", ", "the clocks disagree: ", "")));
  }

  private static String difference(String whose, Duration ahead) {
    Duration size = Duration.ofSeconds(ahead.abs().toSeconds());
    return "that of %s is %s %s this server's"
        .formatted(whose, text(size), ahead.isNegative() ? "behind" : "ahead of");
  }

  private static String text(Duration size) {
    long days = size.toDays();
    String rest =
        "%d:%02d:%02d".formatted(size.toHoursPart(), size.toMinutesPart(), size.toSecondsPart());
    return days == 0 ? rest : days + (days == 1 ? " day " : " days ") + rest;
  }
}
