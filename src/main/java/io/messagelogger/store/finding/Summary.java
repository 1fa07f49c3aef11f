package io.messagelogger.store.finding;

import io.messagelogger.store.rollup.Cell;
import io.messagelogger.store.rollup.Fact;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts messages and their acknowledgements: those that are read, and those that were counted
 * before. Used by one thread.
 */
public final class Summary {
  private final double weight;
  private final Instant older;
  private long messages;
  private long bytes;
  private long missing;
  private long missingOlder;
  private double[] milliseconds = new double[16];
  private int acknowledged;
  private @Nullable Instant first;
  private @Nullable Instant last;
  private final Cell counted = new Cell();
  private long countedOlder;

  /**
   * @param weight how many messages a fact stands for
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
    seen(fact.time(), fact.time());
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
    milliseconds[acknowledged++] = Cell.latency(fact.time(), fact.ackTime()) / 1_000.0;
  }

  /**
   * Counts those of a time.
   *
   * @param end of the time, of which nothing is before and after what is told apart as older
   */
  void add(Cell cell, Instant end) {
    counted.add(cell);
    if (!end.isAfter(older)) {
      countedOlder += cell.messages() - cell.acknowledged();
    }
    if (cell.messages() > 0) {
      seen(cell.first(), cell.last());
    }
  }

  private void seen(Instant from, Instant to) {
    if (first == null || from.isBefore(first)) {
      first = from;
    }
    if (last == null || to.isAfter(last)) {
      last = to;
    }
  }

  public long messages() {
    return weighed(messages) + counted.messages();
  }

  public long bytes() {
    return weighed(bytes) + counted.bytes();
  }

  public long unacknowledged() {
    return weighed(missing) + counted.messages() - counted.acknowledged();
  }

  public long unacknowledgedOlder() {
    return weighed(missingOlder) + countedOlder;
  }

  /** When the first of them was created; null when there is none. */
  public @Nullable Instant first() {
    return first;
  }

  /** When the last of them was created; null when there is none. */
  public @Nullable Instant last() {
    return last;
  }

  /** How long acknowledgements took; null when there is none. */
  public @Nullable AckTimes ackTimes() {
    double[] sorted = Arrays.copyOf(milliseconds, acknowledged);
    Arrays.sort(sorted);
    if (counted.acknowledged() == 0) {
      return acknowledged == 0
          ? null
          : new AckTimes(
              weighed(acknowledged),
              at(sorted, 0.50),
              at(sorted, 0.95),
              at(sorted, 0.99),
              sorted[acknowledged - 1]);
    }
    double slowest =
        Math.max(
            counted.slowest(), acknowledged == 0 ? counted.slowest() : sorted[acknowledged - 1]);
    Steps steps = steps(sorted);
    return new AckTimes(
        weighed(acknowledged) + counted.acknowledged(),
        Math.min(slowest, steps.at(0.50)),
        Math.min(slowest, steps.at(0.95)),
        Math.min(slowest, steps.at(0.99)),
        slowest);
  }

  /** The smallest that is not below a share of all. */
  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  private Steps steps(double[] sorted) {
    Steps steps = new Steps(sorted, weight);
    counted.latencies().forEach(steps::add);
    steps.end();
    return steps;
  }

  /** Times in ascending order, each with how many messages it stands for. Used by one thread. */
  private static final class Steps {
    private final double[] others;
    private final double weight;
    private double[] times = new double[64];
    private double[] counts = new double[64];
    private int size;
    private int placed;
    private double all;

    /**
     * @param others times that have the same weight each, in ascending order
     */
    Steps(double[] others, double weight) {
      this.others = others;
      this.weight = weight;
    }

    /** Adds one that is not below the one before. */
    void add(double time, long count) {
      while (placed < others.length && others[placed] < time) {
        append(others[placed++], weight);
      }
      append(time, (double) count);
    }

    void end() {
      while (placed < others.length) {
        append(others[placed++], weight);
      }
    }

    private void append(double time, double count) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        counts = Arrays.copyOf(counts, 2 * size);
      }
      times[size] = time;
      counts[size++] = count;
      all += count;
    }

    double at(double share) {
      double wanted = share * all;
      double so = 0;
      for (int i = 0; i < size; i++) {
        so += counts[i];
        if (so >= wanted - 1e-6) {
          return times[i];
        }
      }
      return times[size - 1];
    }
  }

  private long weighed(long number) {
    return Math.round(number * weight);
  }
}
