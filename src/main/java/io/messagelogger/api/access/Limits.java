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
 * How much one token holder or key may ask for: requests a second, requests and exports at the same
 * time. Counted by name, per server. Anyone who need not say who it is is not told from others and
 * not limited. Thread-safe.
 */
@ApplicationScoped
public class Limits {
  private static final int MOST_BUCKETS = 10_000;
  private static final long SECOND = 1_000_000_000L;

  private final OptionalInt rate;
  private final OptionalInt requests;
  private final OptionalInt exports;
  private final LongSupplier clock;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> exporting = new ConcurrentHashMap<>();

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
    this.exports = settings.limit(Setting.EXPORTS_PER_CALLER);
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
  Pass enter(Reader reader, boolean export) throws ExceededException {
    String name = reader.name();
    if (name == null) {
      return () -> {};
    }
    if (rate.isPresent() && !bucket(name).take(rate.getAsInt(), clock.getAsLong())) {
      throw new ExceededException(
          "More than %d requests per second (RATE_LIMIT)".formatted(rate.getAsInt()));
    }
    Pass request = count(running, name, requests, "requests", Setting.REQUESTS_PER_CALLER);
    if (!export) {
      return request;
    }
    try {
      Pass exported = count(exporting, name, exports, "exports", Setting.EXPORTS_PER_CALLER);
      return () -> {
        exported.close();
        request.close();
      };
    } catch (ExceededException e) {
      request.close();
      throw e;
    }
  }

  private Bucket bucket(String name) {
    if (buckets.size() >= MOST_BUCKETS && !buckets.containsKey(name)) {
      long now = clock.getAsLong();
      buckets.values().removeIf(bucket -> bucket.full(rate.orElseThrow(), now));
    }
    return buckets.computeIfAbsent(name, n -> new Bucket(rate.orElseThrow(), clock.getAsLong()));
  }

  private static Pass count(
      Map<String, AtomicInteger> counts,
      String name,
      OptionalInt most,
      String what,
      Setting setting)
      throws ExceededException {
    if (most.isEmpty()) {
      return () -> {};
    }
    AtomicInteger now =
        counts.compute(
            name,
            (n, count) -> {
              AtomicInteger counted = count == null ? new AtomicInteger() : count;
              counted.incrementAndGet();
              return counted;
            });
    Pass pass =
        () ->
            counts.computeIfPresent(
                name, (n, count) -> count.decrementAndGet() == 0 ? null : count);
    if (now.get() > most.getAsInt()) {
      pass.close();
      throw new ExceededException(
          "More than %d %s at the same time (%s)".formatted(most.getAsInt(), what, setting));
    }
    return pass;
  }
}
