package io.messagelogger.store.rollup;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of some time are counted already, and which are to be read: together all of them,
 * and none twice, as each has one time. Immutable.
 *
 * @param runs hours of which every one is counted
 * @param gaps the times between, before and after
 */
public record Plan(List<Run> runs, List<Gap> gaps) {
  /** More gaps than this are not worth to be read one by one. */
  private static final int MOST_GAPS = 64;

  /**
   * Hours in a row.
   *
   * @param from the first
   * @param until after the last
   */
  record Run(long from, long until) {}

  /**
   * A time.
   *
   * @param since not before; null for no bound
   * @param until before; null for no bound
   */
  public record Gap(@Nullable Instant since, @Nullable Instant until) {}

  /** Hours that are counted together, a number of times. */
  record Blocks(int grain, long from, long until) {}

  /** All of a time is to be read. */
  public static Plan allRead(@Nullable Instant since, @Nullable Instant until) {
    return new Plan(List.of(), List.of(new Gap(since, until)));
  }

  /**
   * The plan for a time.
   *
   * @param since not before; null for no bound
   * @param until before; null for no bound
   * @param between what is before this time is told from what is not: no run has both
   */
  public static Plan of(
      Coverage coverage, @Nullable Instant since, @Nullable Instant until, Instant between) {
    long from = coverage.from();
    if (since != null) {
      from = Math.max(from, Hours.notBefore(since));
    }
    long end = coverage.until();
    if (until != null) {
      end = Math.min(end, Hours.of(until));
    }
    List<Run> runs = new ArrayList<>();
    List<Long> holes = new ArrayList<>();
    if (from < end) {
      holes.addAll(coverage.dirty().subSet(from, true, end, false));
      long split = Hours.of(between);
      int place = java.util.Collections.binarySearch(holes, split);
      if (place < 0 && split >= from && split < end) {
        holes.add(-place - 1, split);
      }
    }
    long start = from;
    for (long hole : holes) {
      if (start < hole) {
        runs.add(new Run(start, hole));
      }
      start = hole + 1;
    }
    if (start < end) {
      runs.add(new Run(start, end));
    }
    List<Gap> gaps = gaps(runs, since, until);
    return runs.isEmpty() || gaps.size() > MOST_GAPS
        ? allRead(since, until)
        : new Plan(List.copyOf(runs), gaps);
  }

  private static List<Gap> gaps(List<Run> runs, @Nullable Instant since, @Nullable Instant until) {
    List<Gap> gaps = new ArrayList<>();
    Instant start = since;
    for (Run run : runs) {
      Instant first = Hours.start(run.from());
      if (run.from() > Hours.FIRST && (start == null || start.isBefore(first))) {
        gaps.add(new Gap(start, first));
      }
      start = Hours.start(run.until());
    }
    if (start == null || until == null || start.isBefore(until)) {
      gaps.add(new Gap(start, until));
    }
    return gaps;
  }

  /**
   * The largest blocks that the runs consist of.
   *
   * @param hours each within one of the spans of so many hours that time is divided into; 0 when
   *     that does not matter
   */
  List<Blocks> blocks(long hours) {
    List<Blocks> blocks = new ArrayList<>();
    runs.forEach(run -> divide(run.from(), run.until(), 0, hours, blocks));
    return blocks;
  }

  private static void divide(long from, long until, int grains, long hours, List<Blocks> blocks) {
    if (from >= until) {
      return;
    }
    int grain = Hours.GRAINS[grains];
    if (grain > 1 && hours % grain != 0) {
      divide(from, until, grains + 1, hours, blocks);
      return;
    }
    long first = -Math.floorDiv(-from, grain) * grain;
    long end = Math.floorDiv(until, grain) * grain;
    if (first >= end) {
      divide(from, until, grains + 1, hours, blocks);
      return;
    }
    if (grain > 1) {
      divide(from, first, grains + 1, hours, blocks);
      divide(end, until, grains + 1, hours, blocks);
    }
    blocks.add(new Blocks(grain, first, end));
  }
}
