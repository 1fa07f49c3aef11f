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
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who sends to whom. Thread-safe. */
@Path("/")
@ApplicationScoped
public class GraphResource {
  private final Facts facts;

  /** Counts what the store has. */
  @Inject
  public GraphResource(Facts facts) {
    this.facts = facts;
  }

  /** The subjects of the messages that a filter means, and the pairs that send most. */
  @GET
  public Response graph(@Context HttpServletRequest request) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    Filter filter = parameters.filter(Instant.now());
    int top = parameters.number("top", 1, 1_000, 100);
    parameters.check();
    ListQuestion.format(request, List.of(Format.JSON));
    Facts.Reading reading = facts.read(filter, Caller.of(request).scope());
    List<Map.Entry<Tally.Key, Summary>> pairs =
        new Tally(reading, Instant.EPOCH)
            .groups("pair").stream()
                .filter(pair -> pair.getKey().first() != null && pair.getKey().second() != null)
                .toList();
    Map<String, Node> nodes = new LinkedHashMap<>();
    JsonArrayBuilder edges = JSON.createArrayBuilder();
    long rest = 0;
    for (int i = 0; i < pairs.size(); i++) {
      Tally.Key key = pairs.get(i).getKey();
      Summary edge = pairs.get(i).getValue();
      if (i >= top) {
        rest += edge.messages();
        continue;
      }
      edges.add(edge(key, edge));
      nodes.computeIfAbsent(String.valueOf(key.first()), Node::new).sent(edge);
      nodes.computeIfAbsent(String.valueOf(key.second()), Node::new).received(edge);
    }
    JsonArrayBuilder shown = JSON.createArrayBuilder();
    nodes.values().forEach(node -> shown.add(node.json()));
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("estimated", reading.estimated())
            .add("nodes", shown)
            .add("edges", edges)
            .add(
                "rest",
                JSON.createObjectBuilder()
                    .add("edges", Math.max(0, pairs.size() - top))
                    .add("messages", rest));
    return Response.ok(json.build().toString(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static JsonObjectBuilder edge(Tally.Key key, Summary edge) {
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
