package io.messagelogger.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a contender has reached in the rounds so far. Used by one thread. */
final class Standing {
  static final String HEADER =
      "| | messages/s, median (least to most) | of the ceiling | CPU s a million: it, database, Redis"
          + " | memory | GC pauses |\n|---|---|---|---|---|---|";

  private final List<Double> rates = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> own = new ArrayList<>();
  private final List<Double> database = new ArrayList<>();
  private final List<Double> redis = new ArrayList<>();

  /**
   * Adds a round.
   *
   * @param rate messages a second
   * @param ceiling the ceiling's in the same round
   */
  void add(double rate, double ceiling, int messages, Processes.Cpu before, Processes.Cpu after) {
    rates.add(rate);
    ratios.add(rate / ceiling);
    add(own, messages, before.contender(), after.contender());
    add(database, messages, before.database(), after.database());
    add(redis, messages, before.redis(), after.redis());
  }

  String row(String name, String memory, String pauses) {
    return String.format(
        Locale.ROOT,
        "| %s | %,.0f (%,.0f to %,.0f) | %.2f (%.2f to %.2f) | %s, %s, %s | %s | %s |",
        name,
        median(rates),
        Collections.min(rates),
        Collections.max(rates),
        median(ratios),
        Collections.min(ratios),
        Collections.max(ratios),
        seconds(own),
        seconds(database),
        seconds(redis),
        memory,
        pauses);
  }

  private static void add(
      List<Double> list, int messages, @Nullable Duration before, @Nullable Duration after) {
    if (before != null && after != null) {
      list.add(after.minus(before).toNanos() / 1e3 / messages);
    }
  }

  private static String seconds(List<Double> list) {
    return list.isEmpty() ? "–" : String.format(Locale.ROOT, "%.1f", median(list));
  }

  private static double median(List<Double> list) {
    List<Double> sorted = list.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
