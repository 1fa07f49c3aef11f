package io.messagelogger.ingest;

import io.messagelogger.store.letters.DeadLetter;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why messages of a claim became dead letters, for the log: kinds, places and codes, never what a
 * message holds. Used by one thread.
 */
final class WhyDead {
  private static final int SHOWN = 5;

  private final Map<String, Integer> counts = new TreeMap<>();

  /**
   * Counts some.
   *
   * @param detail where in the message, or the SQLSTATE; empty for none
   */
  void count(DeadLetter.Kind kind, String detail, int times) {
    if (times > 0) {
      counts.merge(
          kind.text() + (detail.isEmpty() ? "" : " (" + detail + ")"), times, Integer::sum);
    }
  }

  /** The most frequent reasons, as in "3 invalid (/origin_ts), 1 conflict". */
  String text() {
    String shown =
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN)
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return counts.size() > SHOWN ? shown + " and others" : shown;
  }
}
