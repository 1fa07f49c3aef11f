package io.messagelogger.api.messages;

import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.finding.Fact;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.Summary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Groups facts by names, and by time. Used by one thread. */
final class Tally {
  /** What facts are grouped by. */
  static final List<String> WORDS = List.of("topic", "type", "source", "destination", "pair");

  static final Map<String, Long> BUCKETS = buckets();
  static final int MOST_BUCKETS = 2_000;
  private static final int AUTO_BUCKETS = 120;

  private final Facts.Reading reading;
  private final Instant older;

  Tally(Facts.Reading reading, Instant older) {
    this.reading = reading;
    this.older = older;
  }

  /** A group's name: of one word, or of a sender and a recipient. */
  record Key(@Nullable String first, @Nullable String second) {}

  private static Map<String, Long> buckets() {
    Map<String, Long> seconds = new LinkedHashMap<>();
    seconds.put("1m", 60L);
    seconds.put("5m", 300L);
    seconds.put("15m", 900L);
    seconds.put("1h", 3_600L);
    seconds.put("6h", 21_600L);
    seconds.put("1d", 86_400L);
    seconds.put("30d", 2_592_000L);
    seconds.put("365d", 31_536_000L);
    return seconds;
  }

  Summary total() {
    Summary total = summary();
    reading.facts().forEach(total::add);
    return total;
  }

  private Summary summary() {
    return new Summary(reading.weight(), older);
  }

  /** The groups, the largest first. */
  List<Map.Entry<Key, Summary>> groups(String by) {
    Map<Key, Summary> groups = new LinkedHashMap<>();
    for (Fact fact : reading.facts()) {
      keys(by, fact).forEach(key -> groups.computeIfAbsent(key, k -> summary()).add(fact));
    }
    List<Map.Entry<Key, Summary>> sorted = new ArrayList<>(groups.entrySet());
    sorted.sort(
        Comparator.comparing(
                (Map.Entry<Key, Summary> group) -> group.getValue().messages(),
                Comparator.reverseOrder())
            .thenComparing(group -> String.valueOf(group.getKey())));
    return sorted;
  }

  /** The groups that a message belongs to: several when it has several recipients. */
  static Stream<Key> keys(String by, Fact fact) {
    return switch (by) {
      case "topic" -> Stream.of(new Key(fact.topic(), null));
      case "type" -> Stream.of(new Key(fact.type(), null));
      case "source" -> Stream.of(new Key(fact.source(), null));
      case "destination" ->
          fact.destinations().isEmpty()
              ? Stream.of(new Key(null, null))
              : fact.destinations().stream().map(name -> new Key(name, null));
      default ->
          fact.destinations().isEmpty()
              ? Stream.of(new Key(fact.source(), null))
              : fact.destinations().stream().map(name -> new Key(fact.source(), name));
    };
  }

  /** The facts of each bucket, by the second that it starts at. */
  SortedMap<Long, List<Fact>> byTime(long seconds) {
    TreeMap<Long, List<Fact>> buckets = new TreeMap<>();
    for (Fact fact : reading.facts()) {
      long start = Math.floorDiv(fact.time().getEpochSecond(), seconds) * seconds;
      buckets.computeIfAbsent(start, s -> new ArrayList<>()).add(fact);
    }
    return buckets;
  }

  /** The facts of one bucket, summed up. */
  Summary of(List<Fact> facts) {
    Summary summary = summary();
    facts.forEach(summary::add);
    return summary;
  }

  /** The name of the smallest bucket of which a span has not too many. */
  static String auto(long spanSeconds) {
    return BUCKETS.entrySet().stream()
        .filter(bucket -> spanSeconds / bucket.getValue() <= AUTO_BUCKETS)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("365d");
  }

  /** Notes the fault of a span that has more buckets than are answered. */
  static void check(QueryParameters parameters, String bucket, long spanSeconds) {
    long seconds = BUCKETS.getOrDefault(bucket, 1L);
    if (spanSeconds / seconds > MOST_BUCKETS) {
      parameters.fault(
          "bucket",
          bucket,
          "the time from since to until has more than %d buckets of %s"
              .formatted(MOST_BUCKETS, bucket));
    }
  }
}
