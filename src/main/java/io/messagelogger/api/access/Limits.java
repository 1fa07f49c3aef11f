package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How much one token holder or key may ask for: requests a second, and at the same time. Counted by
 * name, per server. Anyone who need not say who it is is not limited here: one that forwards the
 * requests of many has their address. Thread-safe.
 */
@ApplicationScoped
public class Limits {
  private static final int MOST_BUCKETS = 10_000;
  private static final long SECOND = 1_000_000_000L;

  private final OptionalInt rate;
  private final OptionalInt requests;
  private final LongSupplier clock;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

  @Inject
  public Limits(Settings settings) {
    this(settings, System::nanoTime);
  }

  /**
   * @param clock nanoseconds
   */
  Limits(Settings settings, LongSupplier clock) {
    this.rate = settings.limit(Setting.RATE_LIMIT);
    this.requests = settings.limit(Setting.REQUESTS_PER_CALLER);
    this.clock = clock;
  }

  /** Tokens for requests: as many as a second's, refilled at the rate. */
  private static final class Bucket {
    private double tokens;
    private long filled;

    Bucket(double tokens, long now) {
      this.tokens = tokens;
      this.filled = now;
    }

    synchronized boolean take(int perSecond, long now) {
      tokens = Math.min(perSecond, tokens + (double) (now - filled) * perSecond / SECOND);
      filled = now;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }

    synchronized boolean full(int perSecond, long now) {
      return tokens + (double) (now - filled) * perSecond / SECOND >= perSecond;
    }
  }

  /** Why a request has to wait. */
  static final class ExceededException extends Exception {
    private static final long serialVersionUID = 1L;

    ExceededException(String detail) {
      super(detail, null, false, false);
    }
  }

  /** A request that was let in; closed at its end. */
  @FunctionalInterface
  interface Pass extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Lets a request in.
   *
   * @throws ExceededException when there are too many
   */
  Pass enter(Reader reader) throws ExceededException {
    String name = reader.limitedAs();
    if (name == null) {
      return () -> {};
    }
    if (rate.isPresent() && !bucket(name).take(rate.getAsInt(), clock.getAsLong())) {
      throw new ExceededException(
          "More than %d requests per second (RATE_LIMIT)".formatted(rate.getAsInt()));
    }
    return count(name);
  }

  private Bucket bucket(String name) {
    if (buckets.size() >= MOST_BUCKETS && !buckets.containsKey(name)) {
      long now = clock.getAsLong();
      buckets.values().removeIf(bucket -> bucket.full(rate.orElseThrow(), now));
    }
    return buckets.computeIfAbsent(name, n -> new Bucket(rate.orElseThrow(), clock.getAsLong()));
  }

  private Pass count(String name) throws ExceededException {
    if (requests.isEmpty()) {
      return () -> {};
    }
    AtomicInteger now =
        running.compute(
            name,
            (n, count) -> {
              AtomicInteger counted = count == null ? new AtomicInteger() : count;
              counted.incrementAndGet();
              return counted;
            });
    Pass pass =
        () ->
            running.computeIfPresent(
                name, (n, count) -> count.decrementAndGet() == 0 ? null : count);
    if (now.get() > requests.getAsInt()) {
      pass.close();
      throw new ExceededException(
          "More than %d requests at the same time (REQUESTS_PER_CALLER)"
              .formatted(requests.getAsInt()));
    }
    return pass;
  }
}
