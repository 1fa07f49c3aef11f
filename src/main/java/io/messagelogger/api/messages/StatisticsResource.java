package io.messagelogger.api.messages;

import static io.messagelogger.api.messages.StatisticsJson.JSON;

import io.messagelogger.access.Scope;
import io.messagelogger.api.Caller;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.finding.Counting;
import io.messagelogger.store.finding.Counts;
import io.messagelogger.store.finding.Summary;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Term;
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
import org.jspecify.annotations.Nullable;

/** Counts over time and by name. Thread-safe. */
@Path("/")
@ApplicationScoped
public class StatisticsResource {
  private static final Duration OLDER = Duration.ofMinutes(5);
  private static final long HOUR = 3_600;

  private final Counting counting;

  /** Counts what the store has. */
  @Inject
  public StatisticsResource(Counting counting) {
    this.counting = counting;
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

    Scope scope = Caller.of(request).scope();
    Instant older = now.minus(age == null ? OLDER : age);
    Kind kind = by == null ? null : Kind.of(by);
    boolean minutes = Tally.BUCKETS.getOrDefault(String.valueOf(bucket), HOUR) < HOUR;
    Counts counts =
        minutes ? counting.read(filter, scope, older) : counting.count(filter, scope, older, kind);
    Instant first = since;
    Instant last = until;
    if (bucket != null && !bucket.equals("none")) {
      // Without bounds the buckets are those from the first message to the last.
      first = first == null ? first(counts.total(), last) : first;
      last = last == null ? after(counts.total().last(), first, now) : last;
      if (bucket.equals("auto")) {
        bucket = Tally.auto(span(first, last));
        if (Tally.BUCKETS.getOrDefault(bucket, HOUR) < HOUR) {
          counts = counting.read(filter, scope, older);
        }
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
    Counts.Groups groups = kind == null ? null : counts.groups(kind, top, term -> true);
    JsonArrayBuilder buckets = null;
    if (bucket != null && first != null && last != null) {
      long seconds = Tally.BUCKETS.getOrDefault(bucket, 86_400L);
      List<Term> terms =
          groups == null ? List.of() : groups.shown().stream().map(g -> g.term()).toList();
      buckets = StatisticsJson.buckets(counts, seconds, first, last, kind, terms);
    }
    json.add("estimated", counts.estimated()); // known when all is asked
    StatisticsJson.number(json, "ack_ms_error", counts.timesError());
    json.add("total", total(counts.total()));
    if (kind != null && groups != null) {
      JsonArrayBuilder shown = JSON.createArrayBuilder();
      groups.shown().forEach(group -> shown.add(StatisticsJson.group(kind, group)));
      json.add("groups", shown);
      json.add("rest", StatisticsJson.rest("groups", groups));
    }
    if (buckets != null) {
      json.add("buckets", buckets);
    }
    return Response.ok(json.build().toString(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Instant first(Summary total, @Nullable Instant until) {
    Instant first = total.first();
    return first != null ? first : until == null ? Instant.now() : until;
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
}
