package io.messagelogger.it.contract;

import static io.messagelogger.testing.Client.message;
import static io.messagelogger.testing.Client.object;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.messagelogger.it.OnServer;
import io.messagelogger.it.contract.Description.Operation;
import io.messagelogger.it.contract.Request.Verdict;
import io.messagelogger.testing.Client;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Asks everything that /openapi describes, rightly and wrongly, and holds each answer against it:
 * its status and headers are declared, its body is of the declared type and shape, a wrong request
 * is told what is wrong, and nothing is a fault of the server. The requests are the same in each
 * run; {@code -Dcontract.seed} and {@code -Dcontract.rounds} ask others, and more.
 */
class ContractIT extends OnServer {
  private static final Logger LOG = Logger.getLogger(ContractIT.class.getName());
  private static final Pattern LINK = Pattern.compile("<([^>]+)>");

  private static final List<String> ACCEPTS =
      List.of("application/json", "*/*", "application/*;q=0.5, text/csv;q=0.1", "");

  private static final List<String> ODD_ACCEPTS =
      List.of(
          "nonsense",
          "text/html",
          "application/json;q=2",
          "application/json;q=0",
          "*/json",
          ";",
          ",,",
          "a/b;c=\"d",
          "text/csv;q=0.001,application/x-ndjson;q=0.0001",
          "text/vnd.mermaid",
          "x/" + "y".repeat(2_000));

  private final int rounds = Integer.getInteger("contract.rounds", 6);
  private final String run = "contract-" + UUID.randomUUID();
  private SplittableRandom random;
  private Description description;
  private Judge judge;

  @BeforeEach
  void read() throws IOException {
    long seed = Long.getLong("contract.seed", 21);
    LOG.info("-Dcontract.seed=" + seed);
    random = new SplittableRandom(seed);
    description =
        new Description(
            client
                .send(
                    HttpRequest.newBuilder(client.uri("/openapi"))
                        .header("Accept", "application/json"))
                .body());
    judge = new Judge(description);
  }

  @Test
  void theExamplesAreAnswered() throws IOException {
    List<Operation> operations = description.operations();
    Operation post =
        operations.stream().filter(o -> o.toString().equals("POST /messages")).findFirst().get();
    List<JsonNode> bodies = new ArrayList<>();
    post.body()
        .at("/content/application~1json/examples")
        .forEach(example -> bodies.add(description.resolved(example).path("value")));
    assertThat(bodies).hasSizeGreaterThanOrEqualTo(2);
    for (JsonNode body : bodies) {
      byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
      ask(post, Request.posting("/messages", "application/json", bytes, Verdict.RIGHT));
    }
    awaitDrained();
    Requests requests = new Requests(random, letters());
    for (Operation operation : operations) {
      for (Request request : requests.examples(operation)) {
        Wire.Answer answer = ask(operation, request);
        if (operation.method().equals("GET") && answer.status() != 200) {
          judge.fault(operation + " " + request.target() + " finds nothing: " + answer.status());
        }
      }
    }
    examplesOfSchemas();
    end(50);
  }

  /** What the schemas show is what they allow. */
  private void examplesOfSchemas() {
    for (String name : List.of("Message", "Problem", "Statistics", "Graph")) {
      JsonNode schema = description.schema(name);
      assertThat(schema.path("examples").size()).as(name).isPositive();
      schema
          .path("examples")
          .forEach(example -> assertThat(description.faults(schema, example)).as(name).isEmpty());
    }
    description
        .schema("Message")
        .path("properties")
        .properties()
        .forEach(
            property ->
                property
                    .getValue()
                    .path("examples")
                    .forEach(
                        example -> {
                          if (!description.faults(property.getValue(), example).isEmpty()) {
                            judge.fault(property.getKey() + " does not allow " + example);
                          }
                        }));
  }

  @Test
  void everyRequestIsAnsweredAsDeclared() throws IOException {
    Requests requests = new Requests(random, known());
    for (Operation operation : description.operations()) {
      if (!operation.body().isMissingNode()) {
        continue; // everyBodyIsTakenOrRefused
      }
      boolean endless = operation.path().equals("/messages/live");
      for (int i = 0; i < (endless ? 3 : rounds); i++) {
        follow(operation, ask(operation, requests.right(operation)));
        ask(operation, requests.odd(operation));
        if (!operation.in("query").isEmpty()) {
          ask(operation, requests.severalWrong(operation));
        }
      }
      for (Request request : requests.wrongs(operation)) {
        ask(operation, request);
      }
      if (!endless) {
        accepts(operation, requests);
      }
    }
    end(500);
  }

  private void accepts(Operation operation, Requests requests) throws IOException {
    for (String accept : ACCEPTS) {
      Verdict verdict =
          operation.responses().path("200").path("content").has("application/octet-stream")
              ? Verdict.EITHER
              : Verdict.RIGHT;
      ask(operation, requests.accepting(operation, accept, verdict));
    }
    for (String accept : ODD_ACCEPTS) {
      ask(operation, requests.accepting(operation, accept, Verdict.EITHER));
    }
  }

  @Test
  void everyBodyIsTakenOrRefused() throws IOException {
    Operation post =
        description.operations().stream()
            .filter(operation -> operation.toString().equals("POST /messages"))
            .findFirst()
            .orElseThrow();
    Bodies bodies = new Bodies(random, run);
    List<Request> right = bodies.right();
    for (Request request : right) {
      ask(post, request);
    }
    for (String accept : ODD_ACCEPTS) {
      ask(post, right.get(0).with("Accept", accept, Verdict.EITHER));
    }
    for (Request request : bodies.wrong()) {
      ask(post, request);
    }
    awaitDrained();
    end(50);
  }

  @Test
  void otherMethodsAreRefused() throws IOException {
    for (Map.Entry<String, Set<String>> path : description.methods().entrySet()) {
      String target = path.getKey().replaceAll("\\{\\w*(uuid)}", UUID.randomUUID().toString());
      target = target.replace("{dead_letter_id}", "999999999").replaceAll("\\{\\w+}", "a");
      for (String method : List.of("OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE", "BREW")) {
        if (!path.getValue().contains(method)) {
          Wire.Answer answer = Wire.send(port(), method, target, Map.of(), new byte[0]);
          judge.refused(method, target, path.getValue(), answer);
        }
      }
      if (path.getValue().contains("GET") && !target.equals("/messages/live")) {
        Wire.Answer get = Wire.send(port(), "GET", target, Map.of(), new byte[0]);
        Wire.Answer head = Wire.send(port(), "HEAD", target, Map.of(), new byte[0]);
        if (get.status() != head.status() || !get.mediaType().equals(head.mediaType())) {
          judge.fault("HEAD %s -> %d, GET %d".formatted(target, head.status(), get.status()));
        }
      }
    }
    end(80);
  }

  private Wire.Answer ask(Operation operation, Request request) throws IOException {
    Wire.Answer answer =
        Wire.send(port(), operation.method(), request.target(), request.headers(), request.body());
    judge.judge(operation, request, answer);
    return answer;
  }

  /** The pages that an answer leads to: their cursors are right. */
  private void follow(Operation operation, Wire.Answer answer) throws IOException {
    Matcher link = LINK.matcher(answer.header("link"));
    while (link.find()) {
      ask(operation, Request.of(link.group(1).replaceFirst("^https?://[^/]+", ""), Verdict.RIGHT));
    }
  }

  private int port() {
    return client.uri("/").getPort();
  }

  private void end(int least) {
    assertThat(judge.faults()).as("of %d answers", judge.judged()).isEmpty();
    assertThat(judge.judged()).isGreaterThan(least);
  }

  /** Some messages and dead letters of this run, so that there is something to find. */
  private Map<String, List<String>> known() {
    List<String> uuids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      uuids.add(uuid.toString());
      client.push(
          message(
              uuid,
              run,
              Map.of(
                  "destination_subject_ids", i % 3 == 0 ? "[\"" + run + "-b\"]" : "null",
                  "topic", i % 2 == 0 ? Client.quote("to\"pic, " + i) : "null",
                  "ack_ts", i % 4 == 0 ? "\"2025-05-27T10:30:0" + i % 10 + "Z\"" : "null",
                  "message_data", i % 5 == 0 ? "{\"text\": \"=1+1\", \"n\": " + i + "}" : "null",
                  "message_metadata", "{\"correlation_id\": \"" + run + "\"}")));
    }
    Map<String, List<String>> known = new java.util.HashMap<>(letters());
    uuids.forEach(client::awaitStored);
    known.put("message_uuid", List.of(uuids.get(0), uuids.get(1), UUID.randomUUID().toString()));
    known.put("subject", List.of(run, run + "-b"));
    known.put("source", List.of(run));
    known.put("subject_id", List.of(run));
    known.put("a", List.of(run));
    known.put("b", List.of(run + "-b"));
    return known;
  }

  private Map<String, List<String>> letters() {
    for (int i = 0; i < 25; i++) {
      client.push("{\"message_uuid\": \"" + run + "-" + i + "\"}");
    }
    List<String> ids =
        await()
            .atMost(60, SECONDS)
            .until(
                () ->
                    Client.array(client.get("/dead-letters?limit=1000&reason=" + run).body())
                        .stream()
                        .map(JsonValue::asJsonObject)
                        .map(letter -> letter.getJsonNumber("dead_letter_id").toString())
                        .toList(),
                found -> found.size() >= 25);
    return Map.of("dead_letter_id", ids, "reason", List.of(run));
  }

  /** What runs in the background would go on behind the next test. */
  @org.junit.jupiter.api.AfterEach
  void stopWhatWasStarted() {
    for (String path : List.of("/dead-letters/retry", "/dead-letters/discard")) {
      client.send(HttpRequest.newBuilder(client.uri(path)).DELETE());
      await()
          .atMost(60, SECONDS)
          .until(
              () -> client.get(path),
              answer -> answer.statusCode() == 404 || !object(answer.body()).isNull("finished"));
    }
  }
}
