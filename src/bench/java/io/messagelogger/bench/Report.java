package io.messagelogger.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was measured, as Markdown tables with a column a size. Used by one thread. */
final class Report {
  private static final double MEBIBYTE = 1024.0 * 1024;

  /** Before and after compression. */
  private final Map<String, SortedMap<Integer, DiskSizes>> disk = new LinkedHashMap<>();

  private final Map<String, Map<String, SortedMap<Integer, Latency>>> latencies =
      new LinkedHashMap<>();

  void add(String phase, int size, DiskSizes sizes) {
    disk.computeIfAbsent(phase, key -> new TreeMap<>()).put(size, sizes);
  }

  void add(String phase, int size, String question, Latency latency) {
    latencies
        .computeIfAbsent(phase, key -> new LinkedHashMap<>())
        .computeIfAbsent(question, key -> new TreeMap<>())
        .put(size, latency);
  }

  /**
   * What this build needs beside another, of which the same was measured: the largest number of
   * messages, and how medians grow from the smallest to it.
   *
   * @param before of the other build
   */
  String beside(Report before) {
    List<String> lines = new ArrayList<>();
    latencies.forEach(
        (phase, questions) -> {
          lines.add("");
          lines.add("This build beside the one before, " + phase + ", medians in ms:");
          lines.add("");
          lines.add("| | messages | before | this | this : before | growth before | growth this |");
          lines.add("|---|--:|--:|--:|--:|--:|--:|");
          disk.get(phase)
              .forEach(
                  (size, bytes) -> {
                    long then = before.disk.get(phase).get(size).total();
                    lines.add(
                        format(
                            "| bytes a message | %,d | %,d | %,d | %.2f | | |",
                            size,
                            then / size,
                            bytes.total() / size,
                            (double) bytes.total() / then));
                  });
          questions.forEach(
              (question, bySize) ->
                  lines.add(beside(question, before.latencies.get(phase).get(question), bySize)));
        });
    return String.join(System.lineSeparator(), lines);
  }

  private static String beside(
      String question, SortedMap<Integer, Latency> before, SortedMap<Integer, Latency> now) {
    Latency then = before.get(before.lastKey());
    Latency latency = now.get(now.lastKey());
    return format(
        "| %s | %,d | %.2f | %.2f | %.2f | %.2f | %.2f |",
        question,
        now.lastKey(),
        then.median(),
        latency.median(),
        then.growthOfMedianTo(latency),
        before.get(before.firstKey()).growthOfMedianTo(then),
        now.get(now.firstKey()).growthOfMedianTo(latency));
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    disk.forEach((phase, sizes) -> addDisk(lines, phase, sizes));
    addRatio(lines);
    latencies.forEach((phase, questions) -> addLatencies(lines, phase, questions));
    return String.join(System.lineSeparator(), lines);
  }

  private static void addDisk(List<String> lines, String phase, Map<Integer, DiskSizes> sizes) {
    lines.add("");
    lines.add("On disk, " + phase + ", MiB:");
    lines.add("");
    lines.add(
        "| Messages | message_exchange | its indexes | message_key with indexes |"
            + " message_destination with indexes | all | bytes a message |");
    lines.add("|--:|--:|--:|--:|--:|--:|--:|");
    sizes.forEach(
        (size, bytes) ->
            lines.add(
                format(
                    "| %,d | %s | %s | %s | %s | %s | %,d |",
                    size,
                    mebibytes(bytes.rows()),
                    mebibytes(bytes.indexes()),
                    mebibytes(bytes.keys()),
                    mebibytes(bytes.destinations()),
                    mebibytes(bytes.total()),
                    bytes.total() / size)));
  }

  private void addRatio(List<String> lines) {
    List<SortedMap<Integer, DiskSizes>> phases = new ArrayList<>(disk.values());
    if (phases.size() < 2) {
      return;
    }
    lines.add("");
    lines.add("Before compression : after it:");
    lines.add("");
    lines.add("| Messages | message_exchange with indexes | all |");
    lines.add("|--:|--:|--:|");
    phases
        .get(1)
        .forEach(
            (size, after) -> {
              DiskSizes before = phases.get(0).getOrDefault(size, after);
              lines.add(
                  format(
                      "| %,d | %.2f | %.2f |",
                      size,
                      (double) (before.rows() + before.indexes())
                          / (after.rows() + after.indexes()),
                      (double) before.total() / after.total()));
            });
  }

  private static void addLatencies(
      List<String> lines, String phase, Map<String, SortedMap<Integer, Latency>> questions) {
    StringBuilder head = new StringBuilder("| p50 / p99 in ms |");
    StringBuilder rule = new StringBuilder("|---|");
    questions
        .values()
        .iterator()
        .next()
        .keySet()
        .forEach(
            size -> {
              head.append(format(" %,d |", size));
              rule.append("--:|");
            });
    lines.add("");
    lines.add("Answers over HTTP, " + phase + ":");
    lines.add("");
    lines.add(head + " largest : smallest |");
    lines.add(rule + "--:|");
    questions.forEach(
        (question, bySize) -> {
          StringBuilder line = new StringBuilder("| " + question + " |");
          bySize.values().forEach(latency -> line.append(" " + latency + " |"));
          Latency smallest = bySize.get(bySize.firstKey());
          Latency largest = bySize.get(bySize.lastKey());
          lines.add(line + " " + smallest.growthTo(largest) + " |");
        });
  }

  private static String mebibytes(long bytes) {
    return format("%,.1f", bytes / MEBIBYTE);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
