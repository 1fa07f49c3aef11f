package io.messagelogger.api.messages;

import static io.messagelogger.api.messages.StatisticsJson.JSON;

import io.messagelogger.api.Caller;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.Summary;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts over time and by name. Thread-safe. */
@Path("/")
@ApplicationScoped
public class StatisticsResource {
  private static final Duration OLDER = Duration.ofMinutes(5);

  private final Facts facts;

  /** Counts what the store has. */
  @Inject
  public StatisticsResource(Facts facts) {
    this.facts = facts;
  }

  /** The statistics of the messages that a filter means. */
  @GET
  public Response statistics(@Context HttpServletRequest request) {
    Instant now = Instant.now();
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    Filter filter = parameters.filter(now);
    List<String> words = new ArrayList<>(Tally.BUCKETS.keySet());
    words.addAll(List.of("auto", "none"));
    String bucket = parameters.choice("bucket", words);
    String by = parameters.choice("by", Tally.WORDS);
    int top = parameters.number("top", 1, 100, 10);
    Duration age = parameters.duration("older_than");
    Instant since = filter.since().orElse(null);
    Instant until = filter.until().orElse(null);
    if (bucket != null && since != null && Tally.BUCKETS.containsKey(bucket)) {
      Tally.check(parameters, bucket, span(since, until == null ? now : until));
    }
    parameters.check();
    ListQuestion.format(request, List.of(Format.JSON));

    Facts.Reading reading = facts.read(filter, Caller.of(request).scope());
    Tally tally = new Tally(reading, now.minus(age == null ? OLDER : age));
    Summary total = tally.total();
    Instant first = since;
    Instant last = until;
    if (bucket != null && !bucket.equals("none")) {
      // Without bounds the buckets are those from the first message to the last.
      first = first == null ? first(reading, last) : first;
      last = last == null ? after(total.last(), first, now) : last;
      if (bucket.equals("auto")) {
        bucket = Tally.auto(span(first, last));
      }
      Tally.check(parameters, bucket, span(first, last));
      parameters.check();
    } else {
      bucket = null;
    }

    JsonObjectBuilder json = JSON.createObjectBuilder();
    StatisticsJson.put(json, "since", since);
    StatisticsJson.put(json, "until", until);
    StatisticsJson.put(json, "bucket", bucket);
    StatisticsJson.put(json, "by", by);
    json.add("estimated", reading.estimated());
    json.add("total", total(total));
    List<Tally.Key> keys = by == null ? List.of() : groups(json, tally, by, top);
    if (bucket != null && first != null && last != null) {
      long seconds = Tally.BUCKETS.getOrDefault(bucket, 86_400L);
      json.add("buckets", StatisticsJson.buckets(tally, seconds, first, last, by, keys));
    }
    return Response.ok(json.build().toString(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Instant first(Facts.Reading reading, @Nullable Instant until) {
    return reading.facts().stream()
        .map(fact -> fact.time())
        .min(Instant::compareTo)
        .orElse(until == null ? Instant.now() : until);
  }

  private static Instant after(@Nullable Instant last, Instant first, Instant now) {
    return last == null || last.isBefore(first)
        ? (now.isBefore(first) ? first : now)
        : last.plusNanos(1_000);
  }

  private static long span(Instant since, Instant until) {
    return Math.max(0, until.getEpochSecond() - since.getEpochSecond());
  }

  private static JsonObjectBuilder total(Summary total) {
    return JSON.createObjectBuilder()
        .add("messages", total.messages())
        .add("bytes", total.bytes())
        .add("unacknowledged", total.unacknowledged())
        .add("unacknowledged_older", total.unacknowledgedOlder())
        .add("ack_ms", StatisticsJson.ackTimes(total.ackTimes()));
  }

  private static List<Tally.Key> groups(JsonObjectBuilder json, Tally tally, String by, int top) {
    List<Map.Entry<Tally.Key, Summary>> groups = tally.groups(by);
    JsonArrayBuilder shown = JSON.createArrayBuilder();
    List<Tally.Key> keys = new ArrayList<>();
    long rest = 0;
    for (Map.Entry<Tally.Key, Summary> group : groups) {
      if (keys.size() < top) {
        keys.add(group.getKey());
        shown.add(StatisticsJson.group(by, group.getKey(), group.getValue()));
      } else {
        rest += group.getValue().messages();
      }
    }
    json.add("groups", shown);
    json.add(
        "rest",
        JSON.createObjectBuilder()
            .add("groups", groups.size() - keys.size())
            .add("messages", rest));
    return keys;
  }
}
