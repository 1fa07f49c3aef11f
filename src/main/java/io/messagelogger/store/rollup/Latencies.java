package io.messagelogger.store.rollup;

import java.util.Arrays;
import java.util.function.ObjLongConsumer;

/**
 * How long acknowledgements took, counted by classes whose bounds grow by the same factor: the
 * middle of a class is at most {@link #ERROR} away from what is in it, relative to that. The
 * classes are those of DDSketch (Masson, Rim, Lee, VLDB 2019), here in microseconds, and of
 * negative times too: an acknowledgement may be from a clock that is behind. Used by one thread.
 */
public final class Latencies {
  /** How far a time that is read is from the one that was added, relative to that, at most. */
  public static final double ERROR = 0.01;

  private static final double FACTOR = (1 + ERROR) / (1 - ERROR);
  private static final double LOG = Math.log(FACTOR);

  /** Of the classes of positive times, by their indexes; the last is above {@link Cell#latency}. */
  private static final double[] MIDDLES = new double[2_100];

  static {
    for (int index = 1; index < MIDDLES.length; index++) {
      MIDDLES[index] = 2 * Math.pow(FACTOR, index - 1) / (FACTOR + 1);
    }
  }

  /** Classes that are made room for on each side, beside those that are needed. */
  private static final int SPARE = 32;

  /** By their indexes, those from {@link #lowest} to {@link #highest}, which is at its end. */
  private long[] counts = {};

  /** The index of the first of {@link #counts}. */
  private int base;

  private int lowest = Integer.MAX_VALUE;
  private int highest = Integer.MIN_VALUE;

  /** Takes classes in ascending order. */
  @FunctionalInterface
  interface Each {
    void take(int index, long messages);
  }

  /** Counts a time. */
  void add(long micros) {
    count(indexOf(micros), 1);
  }

  /** Counts what others have counted. */
  void add(Latencies others) {
    if (others.lowest <= others.highest) {
      reach(others.lowest, others.highest);
      for (int index = others.lowest; index <= others.highest; index++) {
        counts[index - base] += others.counts[index - others.base];
      }
    }
  }

  void count(int index, long messages) {
    reach(index, index);
    counts[index - base] += messages;
  }

  /** Forgets what was counted. */
  void clear() {
    if (lowest <= highest) {
      Arrays.fill(counts, lowest - base, highest - base + 1, 0);
      lowest = Integer.MAX_VALUE;
      highest = Integer.MIN_VALUE;
    }
  }

  private void reach(int from, int to) {
    int low = Math.min(lowest, from);
    int high = Math.max(highest, to);
    if (low < base || high >= base + counts.length) {
      long[] larger = new long[high - low + 1 + 2 * SPARE];
      if (lowest <= highest) {
        System.arraycopy(counts, lowest - base, larger, lowest - low + SPARE, highest - lowest + 1);
      }
      counts = larger;
      base = low - SPARE;
    }
    lowest = low;
    highest = high;
  }

  /** Tells each class that has something in it. */
  void eachClass(Each each) {
    for (int index = lowest; index <= highest; index++) {
      if (counts[index - base] != 0) {
        each.take(index, counts[index - base]);
      }
    }
  }

  /** Tells the middle of each class in milliseconds, in ascending order, with its count. */
  public void forEach(ObjLongConsumer<Double> each) {
    eachClass((index, count) -> each.accept(milliseconds(index), count));
  }

  /** 0 for nothing at all; classes of positive times are above, those of negative ones below. */
  static int indexOf(long micros) {
    if (micros == 0) {
      return 0;
    }
    double size = Math.abs((double) micros);
    int index = 1 + (int) Math.ceil(Math.log(size) / LOG);
    return micros < 0 ? -index : index;
  }

  static double milliseconds(int index) {
    if (index == 0) {
      return 0;
    }
    return Math.copySign(MIDDLES[Math.abs(index)] / 1_000, index);
  }
}
