package io.messagelogger.store.finding;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts messages and their acknowledgements. Used by one thread. */
public final class Summary {
  private final double weight;
  private final Instant older;
  private long messages;
  private long bytes;
  private long missing;
  private long missingOlder;
  private double[] milliseconds = new double[16];
  private int acknowledged;
  private @Nullable Instant last;

  /**
   * @param weight how many messages one stands for
   * @param older what is not acknowledged and older than this is counted apart
   */
  public Summary(double weight, Instant older) {
    this.weight = weight;
    this.older = older;
  }

  /** How long acknowledgements took, in milliseconds. */
  public record AckTimes(long count, double p50, double p95, double p99, double max) {}

  /** Counts one. */
  public void add(Fact fact) {
    messages++;
    bytes += fact.bytes();
    if (last == null || fact.time().isAfter(last)) {
      last = fact.time();
    }
    if (fact.ackTime() == null) {
      missing++;
      if (fact.time().isBefore(older)) {
        missingOlder++;
      }
      return;
    }
    if (acknowledged == milliseconds.length) {
      milliseconds = Arrays.copyOf(milliseconds, 2 * acknowledged);
    }
    milliseconds[acknowledged++] =
        Duration.between(fact.time(), fact.ackTime()).toNanos() / 1_000_000.0;
  }

  public long messages() {
    return weighed(messages);
  }

  public long bytes() {
    return weighed(bytes);
  }

  public long unacknowledged() {
    return weighed(missing);
  }

  public long unacknowledgedOlder() {
    return weighed(missingOlder);
  }

  /** When the last of them was created; null when there is none. */
  public @Nullable Instant last() {
    return last;
  }

  /** How long acknowledgements took; null when there is none. */
  public @Nullable AckTimes ackTimes() {
    if (acknowledged == 0) {
      return null;
    }
    double[] sorted = Arrays.copyOf(milliseconds, acknowledged);
    Arrays.sort(sorted);
    return new AckTimes(
        weighed(acknowledged),
        at(sorted, 0.50),
        at(sorted, 0.95),
        at(sorted, 0.99),
        sorted[acknowledged - 1]);
  }

  /** The smallest that is not below a share of all. */
  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  private long weighed(long number) {
    return Math.round(number * weight);
  }
}
