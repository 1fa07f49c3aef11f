package io.messagelogger.it;

import static io.messagelogger.testing.Client.object;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions by the whole grammar of filters, in all formats, and about many messages. */
class QueryIT extends OnServer {

  /** Six messages of two orders between a shop and a till, of which four were acknowledged. */
  private String orders() {
    String run = UUID.randomUUID().toString();
    for (int i = 0; i < 6; i++) {
      client.push(
          """
          {"message_uuid": "%1$s", "origin_ts": "2026-02-01T10:0%2$d:00Z", %3$s
           "message_data": {"order": {"state": "%4$s", "sum": %2$d.50}, "text": "=Bestellung %2$d, Größe M"},
           "source_subject_id": "%5$s-%6$s", "destination_subject_ids": ["%7$s-%6$s"],
           "topic": "orders-%6$s", "message_type": "%4$s-%6$s", "message_metadata": {"correlation_id": "c%8$d-%6$s"}}\
          """
              .formatted(
                  UUID.randomUUID(),
                  i,
                  i < 4 ? "\"ack_ts\": \"2026-02-01T10:0%d:01Z\",".formatted(i) : "",
                  i % 3 == 0 ? "paid" : "open",
                  i % 2 == 0 ? "shop" : "till",
                  run,
                  i % 2 == 0 ? "till" : "shop",
                  i % 2));
    }
    await()
        .atMost(30, SECONDS)
        .until(() -> Client.array(client.get("/messages?topic=orders-" + run).body()).size() == 6);
    return run;
  }

  private JsonArray list(String path) {
    HttpResponse<String> response = client.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Client.array(response.body());
  }

  @Test
  void everyCriterionFinds() {
    String run = orders();
    String topic = "/messages?topic=orders-" + run;
    assertThat(list(topic + "&type=!paid-" + run)).hasSize(4);
    assertThat(list(topic + "&source=sh*&source=nobody")).hasSize(3);
    assertThat(list(topic + "&data=%7B%22order%22%3A%7B%22state%22%3A%22paid%22%7D%7D")).hasSize(2);
    assertThat(list(topic + "&data.order.sum=1.5")).hasSize(1);
    assertThat(list(topic + "&metadata.correlation_id=c1-" + run)).hasSize(3);
    assertThat(list(topic + "&q=bestellung+GR%C3%96SSE")).isEmpty();
    assertThat(list(topic + "&q=bestellung+GR%C3%96%C3%9Fe")).hasSize(6);
    assertThat(list(topic + "&ack=missing")).hasSize(2);
    assertThat(list(topic + "&min_ack_ms=1000&max_ack_ms=1000")).hasSize(4);
    assertThat(list(topic + "&since=2026-02-01T10:02:00Z&until=2026-02-01T10:04:00Z")).hasSize(2);
  }

  @Test
  void pagesLeadThereAndBack() {
    String run = orders();
    String next = "/messages?topic=orders-" + run + "&order=oldest&limit=4";
    List<JsonArray> pages = new ArrayList<>();
    HttpResponse<String> response = client.get(next);
    pages.add(Client.array(response.body()));
    assertThat(link(response, "prev")).isEmpty();
    String second = link(response, "next").orElseThrow();
    response = client.get(second);
    pages.add(Client.array(response.body()));
    assertThat(link(response, "next")).isEmpty();
    assertThat(pages.get(0)).hasSize(4);
    assertThat(pages.get(1)).hasSize(2);
    assertThat(pages.get(0).getJsonObject(0).getString("origin_ts"))
        .isEqualTo("2026-02-01T10:00:00Z");
    response = client.get(link(response, "prev").orElseThrow());
    assertThat(Client.array(response.body())).isEqualTo(pages.get(0));
    assertThat(link(response, "prev")).isEmpty();
    assertThat(Client.array(client.get(link(response, "next").orElseThrow()).body()))
        .isEqualTo(pages.get(1));

    assertThat(client.get(second.replace("order=oldest", "order=newest")).statusCode())
        .isEqualTo(400);
    assertThat(client.get(second.replace("limit=4", "limit=3")).statusCode()).isEqualTo(200);
    assertThat(client.get(second + "AA").statusCode()).isEqualTo(400);
    String another = second.endsWith("0") ? "1" : "0";
    assertThat(client.get(second.substring(0, second.length() - 1) + another).statusCode())
        .as("a cursor whose last character was changed")
        .isEqualTo(400);
    assertThat(client.get(second + "=").statusCode()).isEqualTo(400);
    String back = link(client.get(second), "prev").orElseThrow();
    assertThat(client.get(back.replace("limit=4", "format=ndjson")))
        .as("all that is before a place")
        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
        .satisfies(answer -> assertThat(answer.body()).contains("\"after\"", "takes a limit"));
    assertThat(link(client.get(second.replace("&after=", "&%61fter=")), "prev").orElseThrow())
        .doesNotContain("%61fter");
  }

  @Test
  void aPageBehindTheLastOneLeadsBack() {
    String run = orders();
    String next = "/messages?topic=orders-" + run + "&limit=1&until=2026-02-01T10:04:00Z";
    for (int i = 0; i < 3; i++) {
      next = link(client.get(next), "next").orElseThrow();
    }
    assertThat(Client.array(client.get(next).body())).as("the oldest").hasSize(1);
    client.execute(
        "DELETE FROM message_key WHERE topic = 'orders-%s' AND origin_ts = '2026-02-01T10:00:00Z'"
            .formatted(run));
    HttpResponse<String> empty = client.get(next);
    assertThat(Client.array(empty.body())).isEmpty();
    assertThat(
            Client.array(client.get(link(empty, "prev").orElseThrow()).body())
                .getJsonObject(0)
                .getString("origin_ts"))
        .isEqualTo("2026-02-01T10:01:00Z");
  }

  private static Optional<String> link(HttpResponse<String> response, String relation) {
    return response.headers().allValues("Link").stream()
        .filter(link -> link.endsWith("rel=\"" + relation + "\""))
        .map(link -> link.substring(1, link.indexOf('>')))
        .findFirst();
  }

  @Test
  void listsHaveFormats() {
    String run = orders();
    String path = "/messages?topic=orders-" + run + "&order=oldest";
    HttpResponse<String> lines =
        client.get(path + "&format=ndjson&end=1&fields=topic,message_uuid");
    assertThat(lines.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/x-ndjson");
    assertThat(lines.headers().firstValue("Content-Disposition").orElse("")).contains(".ndjson");
    List<String> each = lines.body().lines().toList();
    assertThat(each).hasSize(7);
    assertThat(object(each.get(0)).keySet()).containsExactly("message_uuid", "topic");
    assertThat(object(each.get(6)).getJsonObject("_end").getInt("messages")).isEqualTo(6);

    HttpResponse<String> table =
        client.send(
            HttpRequest.newBuilder(client.uri(path + "&fields=origin_ts,message_data"))
                .header("Accept", "text/csv;q=0.9, text/html"));
    assertThat(table.body())
        .startsWith(
            "origin_ts,message_data\r\n"
                + "2026-02-01T10:00:00Z,\"{\"\"text\"\": \"\"=Bestellung 0, Größe M\"\"");
    assertThat(client.get(path + "&fields=message_uuid&limit=1").body()).contains("message_uuid");

    HttpResponse<String> neither =
        client.send(HttpRequest.newBuilder(client.uri(path)).header("Accept", "text/html"));
    assertThat(neither.statusCode()).isEqualTo(406);
    assertThat(neither.body()).contains("application/x-ndjson");
  }

  @Test
  void allFaultsAreToldAtOnce() {
    HttpResponse<String> response =
        client.get(
            "/messages?tpoic=a&limit=0&after=x&since=yesterday&order=up&fields=a&format=xml&type=");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(object(response.body()).getJsonArray("errors"))
        .extracting(fault -> fault.asJsonObject().getString("parameter"))
        .containsExactlyInAnyOrder(
            "tpoic", "limit", "after", "since", "order", "fields", "format", "type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /messages?topic=a|b", "GET /messages?topic=%zz", "GET /messages?x=%",
            "GET /messages?topic=%00",
        "GET /messages?%00=1", "GET /messages?topic=%ff", "GET /messages?topic=%7F",
            "GET /stats?by=|",
        "GET /messages/subject/a?x=|", "GET /graph?q=%", "GET /terms?field=topic&prefix=%zz",
            "GET /terms",
        "GET /messages?{}^\"<>=1"
      })
  void whatIsMalformedIsNeverAFaultOfTheServer(String line) throws IOException {
    String answer = raw(line, "*/*");
    assertThat(answer).matches("(?s)HTTP/1.1 (200|400) .*");
    if (answer.startsWith("HTTP/1.1 400")) {
      assertThat(answer).contains("application/problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json;q=abc", "nonsense", "application/json;q=", "*/json", "a/b/c"})
  void malformedAcceptsAreProblems(String accept) throws IOException {
    for (String path :
        List.of("/messages", "/messages/" + UUID.randomUUID(), "/stats", "/dead-letters")) {
      assertThat(raw("GET " + path, accept))
          .matches("(?s)HTTP/1.1 40[06] .*")
          .contains("application/problem+json");
    }
  }

  @Test
  void acceptsOfAnyLengthAndOfOlderClientsAreRead() throws IOException {
    String long0 = "application/json" + ";x=y".repeat(1_500) + ", */*" + "; ".repeat(3_000);
    for (String accept :
        List.of(
            long0,
            "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
            "text/csv;foo=\"a,b\", */*;q=0.1")) {
      assertThat(raw("GET /messages?limit=1", accept)).matches("(?s)HTTP/1.1 200 .*");
    }
  }

  @Test
  void aMessageTakesNoParametersButItsFormat() {
    String uuid =
        list("/messages?limit=1&topic=orders-" + orders())
            .getJsonObject(0)
            .getString("message_uuid");
    assertThat(client.get("/messages/" + uuid + "?format=json").statusCode()).isEqualTo(200);
    for (String query : List.of("foo=1", "limit=", "format=csv")) {
      assertThat(client.get("/messages/" + uuid + "?" + query).statusCode())
          .as(query)
          .isEqualTo(400);
    }
  }

  private String raw(String line, String accept) throws IOException {
    try (Socket socket = new Socket("localhost", client.uri("/").getPort());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(
          "%s HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\nConnection: close\r\n\r\n"
              .formatted(line, accept)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aMessageIsSentOnlyWhenItHasChanged() {
    String run = orders();
    String uuid =
        list("/messages?limit=1&ack=present&topic=orders-" + run)
            .getJsonObject(0)
            .getString("message_uuid");
    HttpResponse<String> first = client.get("/messages/" + uuid);
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        client.send(
            HttpRequest.newBuilder(client.uri("/messages/" + uuid)).header("If-None-Match", tag));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void statisticsCount() {
    String run = orders();
    JsonObject statistics =
        object(
            client
                .get(
                    "/stats?topic=orders-"
                        + run
                        + "&since=2026-02-01T10:00:00Z&until=2026-02-01T11:00:00Z&bucket=5m&by=pair&top=1")
                .body());
    JsonObject total = statistics.getJsonObject("total");
    assertThat(total.getInt("messages")).isEqualTo(6);
    assertThat(total.getInt("unacknowledged")).isEqualTo(2);
    assertThat(total.getInt("unacknowledged_older")).isEqualTo(2);
    assertThat(total.getJsonObject("ack_ms").getInt("p95")).isEqualTo(1000);
    assertThat(statistics.getBoolean("estimated")).isFalse();
    assertThat(statistics.getJsonArray("groups")).hasSize(1);
    assertThat(statistics.getJsonObject("rest").getInt("messages")).isEqualTo(3);
    assertThat(statistics.getJsonArray("buckets")).hasSize(12);
    assertThat(statistics.getJsonArray("buckets").getJsonObject(0).getInt("messages")).isEqualTo(5);
    JsonObject whole = object(client.get("/stats?topic=orders-" + run).body());
    assertThat(whole.get("bucket")).isEqualTo(JsonValue.NULL);
    assertThat(whole).doesNotContainKeys("buckets", "groups", "rest");
  }

  @Test
  void theGraphHasNodesAndEdges() {
    String run = orders();
    JsonObject graph = object(client.get("/graph?topic=orders-" + run).body());
    assertThat(graph.getJsonArray("nodes")).hasSize(2);
    assertThat(graph.getJsonArray("edges"))
        .extracting(edge -> edge.asJsonObject().getInt("messages"))
        .containsExactly(3, 3);
  }

  @Test
  void namesAreCompleted() {
    String run = orders();
    assertThat(client.get("/terms?field=topic&prefix=orders-" + run).body())
        .isEqualTo("[\"orders-" + run + "\"]");
    assertThat(list("/terms?field=subject&prefix=shop-" + run)).hasSize(1);
  }

  @Test
  void conversationsAreDrawnToo() {
    String run = orders();
    String path = "/conversations/shop-" + run + "/till-" + run;
    JsonArray messages = list(path);
    assertThat(messages).hasSize(6);
    assertThat(messages.getJsonObject(0).getString("origin_ts")).isEqualTo("2026-02-01T10:00:00Z");
    HttpResponse<String> diagram = client.get(path + "?format=mermaid");
    assertThat(diagram.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/vnd.mermaid");
    assertThat(diagram.body()).startsWith("sequenceDiagram\n  participant s1 as shop-");
    String uuid = messages.getJsonObject(0).getString("message_uuid");
    assertThat(list("/messages/" + uuid + "/related")).hasSize(3);
    assertThat(client.get("/messages/" + uuid + "/related?format=mermaid").body())
        .contains("s1->>s2");
    String pair = "/conversations/shop-" + run;
    for (String more : List.of("/till-" + run + "/x", "//till-" + run, "/till-" + run + "/")) {
      assertThat(client.get(pair + more))
          .as(more)
          .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
          .satisfies(answer -> assertThat(answer.body()).contains("%2F"));
    }
  }

  @Test
  void messagesOfATraceFindEachOtherHoweverTheyNameIt() {
    String trace = UUID.randomUUID().toString().replace("-", "");
    List<String> uuids = new ArrayList<>();
    for (String metadata :
        List.of(
            "{\"traceparent\": \"00-" + trace + "-00f067aa0ba902b7-01\"}",
            "{\"traceparent\": \"00-" + trace + "-b7ad6b7169203331-00\"}",
            "{\"trace_id\": \"" + trace + "\"}",
            "{\"note\": \"" + trace + "\"}")) {
      String uuid = UUID.randomUUID().toString();
      uuids.add(uuid);
      client.push(
          """
          {"message_uuid": "%s", "origin_ts": "2026-02-03T10:00:00Z", "source_subject_id": "tracing",
           "message_metadata": %s}\
          """
              .formatted(uuid, metadata));
    }
    awaitDrained();
    String stranger = uuids.remove(3);
    for (String uuid : uuids) {
      assertThat(list("/messages/" + uuid + "/related"))
          .extracting(message -> message.asJsonObject().getString("message_uuid"))
          .containsExactlyInAnyOrderElementsOf(uuids);
    }
    assertThat(list("/messages/" + stranger + "/related")).hasSize(1);
  }

  @Test
  void aBodyThatCannotBeUnpackedIsRefused() throws IOException {
    String uuid = UUID.randomUUID().toString();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(
          "{\"message_uuid\": \"%s\", \"origin_ts\": \"2026-02-03T10:00:00Z\", \"source_subject_id\": \"packed\"}"
              .formatted(uuid)
              .getBytes(StandardCharsets.UTF_8));
    }
    assertThat(packed("gzip", packed.toByteArray()).statusCode()).isEqualTo(202);
    List<HttpResponse<String>> refused =
        List.of(
            packed("gzip", "{}".getBytes(StandardCharsets.UTF_8)),
            packed("deflate", "{}".getBytes(StandardCharsets.UTF_8)),
            packed("gzip", Arrays.copyOf(packed.toByteArray(), packed.size() / 2)));
    assertThat(refused)
        .allSatisfy(answer -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400))
        .allSatisfy(answer -> assertThat(answer.body()).contains("\"error\""));
    awaitDrained();
    assertThat(client.get("/messages/" + uuid).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> packed(String encoding, byte[] body) {
    return client.send(
        HttpRequest.newBuilder(client.uri("/messages"))
            .header("Content-Type", "application/json")
            .header("Content-Encoding", encoding)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }
}
