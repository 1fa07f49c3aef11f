package io.messagelogger.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * How long something took, of many tries. Immutable.
 *
 * @param median in milliseconds
 * @param slow what 99 of 100 tries did not exceed, in milliseconds
 */
record Latency(double median, double slow) {

  /** Of durations in nanoseconds. */
  static Latency of(long... nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(percentile(sorted, 50), percentile(sorted, 99));
  }

  /** The median of another as so many times this one's. */
  double growthOfMedianTo(Latency later) {
    return later.median / median;
  }

  /** How many times this latency a later one is: that of the median, that of the slow tries. */
  String growthTo(Latency later) {
    return String.format(Locale.ROOT, "%.2f / %.2f", later.median / median, later.slow / slow);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f / %.2f", median, slow);
  }

  private static double percentile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * percent / 100.0);
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }
}
