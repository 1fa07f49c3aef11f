package io.messagelogger.api.messages;

import static io.messagelogger.api.messages.StatisticsJson.JSON;

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
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who sends to whom. Thread-safe. */
@Path("/")
@ApplicationScoped
public class GraphResource {
  private final Counting counting;

  /** Counts what the store has. */
  @Inject
  public GraphResource(Counting counting) {
    this.counting = counting;
  }

  /** The subjects of the messages that a filter means, and the pairs that send most. */
  @GET
  public Response graph(@Context HttpServletRequest request) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    Filter filter = parameters.filter(Instant.now());
    int top = parameters.number("top", 1, 1_000, 100);
    parameters.check();
    ListQuestion.format(request, List.of(Format.JSON));
    Counts counts = counting.count(filter, Caller.of(request).scope(), Instant.MIN, Kind.PAIR);
    Counts.Groups pairs =
        counts.groups(Kind.PAIR, top, pair -> pair.first() != null && pair.second() != null);
    Map<String, Node> nodes = new LinkedHashMap<>();
    JsonArrayBuilder edges = JSON.createArrayBuilder();
    for (Counts.Group pair : pairs.shown()) {
      edges.add(edge(pair.term(), pair.summary()));
      nodes.computeIfAbsent(String.valueOf(pair.term().first()), Node::new).sent(pair.summary());
      nodes
          .computeIfAbsent(String.valueOf(pair.term().second()), Node::new)
          .received(pair.summary());
    }
    JsonArrayBuilder shown = JSON.createArrayBuilder();
    nodes.values().forEach(node -> shown.add(node.json()));
    JsonObjectBuilder json = JSON.createObjectBuilder().add("estimated", counts.estimated());
    StatisticsJson.number(json, "ack_ms_error", counts.timesError());
    json.add("nodes", shown).add("edges", edges).add("rest", StatisticsJson.rest("edges", pairs));
    return Response.ok(json.build().toString(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static JsonObjectBuilder edge(Term key, Summary edge) {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    StatisticsJson.put(json, "source", key.first());
    StatisticsJson.put(json, "destination", key.second());
    json.add("messages", edge.messages()).add("unacknowledged", edge.unacknowledged());
    Summary.AckTimes times = edge.ackTimes();
    if (times == null) {
      json.addNull("ack_p95_ms");
    } else {
      json.add("ack_p95_ms", StatisticsJson.milliseconds(times.p95()));
    }
    StatisticsJson.put(json, "last_seen", edge.last());
    return json;
  }

  /** A subject with what it sent and received over the edges that are shown. Used by one thread. */
  private static final class Node {
    private final String subject;
    private long sent;
    private long received;
    private @Nullable Instant last;

    Node(String subject) {
      this.subject = subject;
    }

    void sent(Summary edge) {
      sent += edge.messages();
      seen(edge);
    }

    void received(Summary edge) {
      received += edge.messages();
      seen(edge);
    }

    private void seen(Summary edge) {
      if (last == null || (edge.last() != null && edge.last().isAfter(last))) {
        last = edge.last();
      }
    }

    JsonObjectBuilder json() {
      JsonObjectBuilder json =
          JSON.createObjectBuilder()
              .add("subject", subject)
              .add("sent", sent)
              .add("received", received);
      StatisticsJson.put(json, "last_seen", last);
      return json;
    }
  }
}
