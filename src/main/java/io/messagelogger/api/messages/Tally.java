package io.messagelogger.api.messages;

import io.messagelogger.filter.QueryParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the buckets are that messages are counted in, by their names. Stateless. */
final class Tally {
  /** What messages are grouped by. */
  static final List<String> WORDS = List.of("topic", "type", "source", "destination", "pair");

  static final Map<String, Long> BUCKETS = buckets();
  static final int MOST_BUCKETS = 2_000;
  private static final int AUTO_BUCKETS = 120;

  private Tally() {}

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
