package io.messagelogger.api.messages;

import io.messagelogger.store.finding.Counts;
import io.messagelogger.store.finding.Summary;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Term;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
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

  static void number(JsonObjectBuilder json, String key, @Nullable Double value) {
    if (value == null) {
      json.addNull(key);
    } else {
      json.add(key, value);
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

  static JsonObjectBuilder group(Kind by, Counts.Group group) {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    Term term = group.term();
    if (by == Kind.PAIR) {
      JsonObjectBuilder pair = JSON.createObjectBuilder();
      put(pair, "source", term.first());
      put(pair, "destination", term.second());
      json.add("key", pair);
    } else {
      put(json, "key", term.first());
    }
    return json.addAll(summary(group.summary()));
  }

  /** The other groups together. */
  static JsonObjectBuilder rest(String name, Counts.Groups groups) {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    Long others = groups.others();
    if (others == null) {
      json.addNull(name);
    } else {
      json.add(name, others);
    }
    return json.add("messages", groups.rest());
  }

  /**
   * The buckets from a time to another, empty ones among them.
   *
   * @param by what groups are by; null for no groups
   * @param groups those that were answered, in order
   */
  static JsonArrayBuilder buckets(
      Counts counts,
      long seconds,
      Instant since,
      Instant until,
      @Nullable Kind by,
      List<Term> groups) {
    SortedMap<Long, Counts.Bucket> byTime = counts.buckets(seconds, by, groups);
    JsonArrayBuilder buckets = JSON.createArrayBuilder();
    for (long start = Math.floorDiv(since.getEpochSecond(), seconds) * seconds;
        start < until.getEpochSecond() || (start == until.getEpochSecond() && until.getNano() > 0);
        start += seconds) {
      Counts.Bucket there = byTime.get(start);
      Counts.Bucket shown = there == null ? counts.empty(groups) : there;
      JsonObjectBuilder bucket =
          JSON.createObjectBuilder()
              .add("start", Instant.ofEpochSecond(start).toString())
              .addAll(summary(shown.summary()));
      if (by != null) {
        JsonArrayBuilder numbers = JSON.createArrayBuilder();
        shown.counts().forEach(numbers::add);
        bucket.add("groups", numbers);
      }
      buckets.add(bucket);
    }
    return buckets;
  }
}
