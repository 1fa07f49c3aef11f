package io.messagelogger.store.rollup;

import java.util.SortedMap;
import java.util.TreeMap;
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

  private final TreeMap<Integer, Long> counts = new TreeMap<>();

  /** Counts a time. */
  void add(long micros) {
    count(indexOf(micros), 1);
  }

  /** Counts what others have counted. */
  void add(Latencies others) {
    others.counts.forEach(this::count);
  }

  void count(int index, long messages) {
    counts.merge(index, messages, Long::sum);
  }

  /** The classes that have something in them, by their indexes. */
  SortedMap<Integer, Long> counts() {
    return counts;
  }

  /** Tells the middle of each class in milliseconds, in ascending order, with its count. */
  public void forEach(ObjLongConsumer<Double> each) {
    counts.forEach((index, count) -> each.accept(milliseconds(index), count));
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
    double middle = 2 * Math.pow(FACTOR, Math.abs(index) - 1) / (FACTOR + 1);
    return Math.copySign(middle / 1_000, index);
  }
}
