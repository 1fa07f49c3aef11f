package io.messagelogger.api.messages;

import io.messagelogger.store.finding.Fact;
import io.messagelogger.store.finding.Summary;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Statistics as JSON. Stateless. */
final class StatisticsJson {
  static final JsonProvider JSON = JsonProvider.provider();

  private StatisticsJson() {}

  static void put(JsonObjectBuilder json, String key, @Nullable Object value) {
    if (value == null) {
      json.addNull(key);
    } else {
      json.add(key, value.toString());
    }
  }

  /** Milliseconds with three decimals. */
  static BigDecimal milliseconds(double milliseconds) {
    BigDecimal rounded =
        BigDecimal.valueOf(milliseconds).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded; // 2850, not 2.85E+3
  }

  static JsonObjectBuilder summary(Summary summary) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("messages", summary.messages())
            .add("bytes", summary.bytes())
            .add("unacknowledged", summary.unacknowledged());
    return json.add("ack_ms", ackTimes(summary.ackTimes()));
  }

  static JsonValue ackTimes(Summary.@Nullable AckTimes times) {
    if (times == null) {
      return JsonValue.NULL;
    }
    return JSON.createObjectBuilder()
        .add("count", times.count())
        .add("p50", milliseconds(times.p50()))
        .add("p95", milliseconds(times.p95()))
        .add("p99", milliseconds(times.p99()))
        .add("max", milliseconds(times.max()))
        .build();
  }

  static JsonObjectBuilder group(String by, Tally.Key key, Summary summary) {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    if (by.equals("pair")) {
      JsonObjectBuilder pair = JSON.createObjectBuilder();
      put(pair, "source", key.first());
      put(pair, "destination", key.second());
      json.add("key", pair);
    } else {
      put(json, "key", key.first());
    }
    return json.addAll(summary(summary));
  }

  /**
   * The buckets from a time to another, empty ones among them.
   *
   * @param by what groups are by; null for no groups
   * @param groups the keys of the groups that were answered, in order
   */
  static JsonArrayBuilder buckets(
      Tally tally,
      long seconds,
      Instant since,
      Instant until,
      @Nullable String by,
      List<Tally.Key> groups) {
    SortedMap<Long, List<Fact>> byTime = tally.byTime(seconds);
    JsonArrayBuilder buckets = JSON.createArrayBuilder();
    for (long start = Math.floorDiv(since.getEpochSecond(), seconds) * seconds;
        start < until.getEpochSecond() || (start == until.getEpochSecond() && until.getNano() > 0);
        start += seconds) {
      List<Fact> facts = byTime.getOrDefault(start, List.of());
      JsonObjectBuilder bucket =
          JSON.createObjectBuilder()
              .add("start", Instant.ofEpochSecond(start).toString())
              .addAll(summary(tally.of(facts)));
      if (by != null) {
        bucket.add("groups", counts(tally, facts, by, groups));
      }
      buckets.add(bucket);
    }
    return buckets;
  }

  private static JsonArrayBuilder counts(
      Tally tally, List<Fact> facts, String by, List<Tally.Key> groups) {
    Map<Tally.Key, List<Fact>> inGroups = new HashMap<>();
    List<Fact> rest = new ArrayList<>();
    for (Fact fact : facts) {
      Tally.keys(by, fact)
          .forEach(
              key -> {
                if (groups.contains(key)) {
                  inGroups.computeIfAbsent(key, k -> new ArrayList<>()).add(fact);
                } else {
                  rest.add(fact);
                }
              });
    }
    JsonArrayBuilder counts = JSON.createArrayBuilder();
    groups.forEach(key -> counts.add(tally.of(inGroups.getOrDefault(key, List.of())).messages()));
    return counts.add(tally.of(rest).messages());
  }
}
