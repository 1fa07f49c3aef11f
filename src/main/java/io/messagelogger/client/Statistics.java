package io.messagelogger.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts of messages. Immutable.
 *
 * @param estimated whether they come from a sample
 * @param bucket how long a bucket is; null when there are none
 * @param total of all messages that are meant
 * @param unacknowledgedOlder those not acknowledged that are older than five minutes
 * @param groups the largest ones; none when nothing was grouped by
 * @param restMessages the messages of the groups that are not told
 * @param buckets in order of time; none when there are none
 */
public record Statistics(
    boolean estimated,
    @Nullable String bucket,
    Counts total,
    long unacknowledgedOlder,
    List<Group> groups,
    long restMessages,
    List<Bucket> buckets) {

  /** Makes the lists its own. */
  public Statistics {
    groups = List.copyOf(groups);
    buckets = List.copyOf(buckets);
  }

  /**
   * Of some messages.
   *
   * @param bytes of payload and metadata as they are stored
   * @param ackTimes null when none of them is acknowledged
   */
  public record Counts(
      long messages, long bytes, long unacknowledged, @Nullable AckTimes ackTimes) {
    static Counts of(JsonObject json) {
      return new Counts(
          number(json, "messages"),
          number(json, "bytes"),
          number(json, "unacknowledged"),
          Json.value(json, "ack_ms") instanceof JsonObject times ? AckTimes.of(times) : null);
    }
  }

  /** How long acknowledgements took, in milliseconds. */
  public record AckTimes(long count, double p50, double p95, double p99, double max) {
    static AckTimes of(JsonObject json) {
      return new AckTimes(
          number(json, "count"),
          json.getJsonNumber("p50").doubleValue(),
          json.getJsonNumber("p95").doubleValue(),
          json.getJsonNumber("p99").doubleValue(),
          json.getJsonNumber("max").doubleValue());
    }
  }

  /**
   * The messages with a name.
   *
   * @param key the name, or the sender of a pair; null for messages without one
   * @param destination the recipient of a pair; null otherwise
   */
  public record Group(@Nullable String key, @Nullable String destination, Counts counts) {
    static Group of(JsonObject json) {
      JsonValue key = json.get("key");
      return key instanceof JsonObject pair
          ? new Group(Json.text(pair, "source"), Json.text(pair, "destination"), Counts.of(json))
          : new Group(Json.text(json, "key"), null, Counts.of(json));
    }
  }

  /**
   * The messages of some time.
   *
   * @param start when it starts
   * @param groups messages of each of the groups, and of the rest; none when nothing was grouped by
   */
  public record Bucket(Instant start, Counts counts, List<Long> groups) {
    /** Makes the list its own. */
    public Bucket {
      groups = List.copyOf(groups);
    }

    static Bucket of(JsonObject json) {
      JsonArray groups = json.getJsonArray("groups");
      return new Bucket(
          Instant.parse(json.getString("start")),
          Counts.of(json),
          groups == null
              ? List.of()
              : groups.getValuesAs(JsonNumber.class).stream().map(JsonNumber::longValue).toList());
    }
  }

  static Statistics of(JsonObject json) {
    JsonObject rest = json.getJsonObject("rest");
    return new Statistics(
        json.getBoolean("estimated"),
        Json.text(json, "bucket"),
        Counts.of(json.getJsonObject("total")),
        number(json.getJsonObject("total"), "unacknowledged_older"),
        list(json.getJsonArray("groups"), Group::of),
        rest == null ? 0 : number(rest, "messages"),
        list(json.getJsonArray("buckets"), Bucket::of));
  }

  private static long number(JsonObject json, String key) {
    return json.getJsonNumber(key).longValue();
  }

  private static <T> List<T> list(@Nullable JsonArray json, Function<JsonObject, T> element) {
    return json == null
        ? List.of()
        : json.stream().map(JsonValue::asJsonObject).map(element).toList();
  }
}
