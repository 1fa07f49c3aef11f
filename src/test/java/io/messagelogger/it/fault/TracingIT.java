package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.Client;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A server that sends its spans to a collector, which a test takes away, and prints JSON. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracingIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SECRET = "Zaphod";

  private Path folder;
  private Services services;
  private Collector collector;
  private FaultServer server;

  @BeforeAll
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    collector = new Collector();
    server =
        FaultServer.start(
            services,
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            collector.endpoint(),
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "http/protobuf",
            "OTEL_BSP_SCHEDULE_DELAY",
            "100",
            "LOG_FORMAT",
            "json",
            "WLP_LOGGING_CONSOLE_FORMAT",
            "JSON");
    server.client().awaitReady();
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    collector.close();
    services.close();
    Folder.delete(folder);
  }

  private static String message(String traceparent) {
    return Client.message(
        UUID.randomUUID(),
        "tracer",
        Map.of("message_metadata", "{\"traceparent\":\"" + traceparent + "\"}"));
  }

  @Test
  @Order(1)
  void aBatchIsASpanThatLinksToTheTracesOfItsMessages() {
    server.client().push(message("00-" + TRACE + "-00f067aa0ba902b7-01"), message("no"), "{}");
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> {
              assertThat(sum("messaging.batch.message_count")).isEqualTo(3);
              assertThat(sum("message_logger.stored")).isEqualTo(2);
              assertThat(sum("message_logger.dead_letters")).isEqualTo(1);
              assertThat(sum("message_logger.links.malformed")).isEqualTo(1);
            });
    assertThat(collector.spans())
        .allSatisfy(
            span -> {
              assertThat(span.getName()).isEqualTo("store MESSAGES");
              assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
              assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
              assertThat(span.getParentSpanId().isEmpty()).isTrue();
            })
        .flatExtracting(Span::getLinksList)
        .singleElement()
        .satisfies(
            link ->
                assertThat(HexFormat.of().formatHex(link.getTraceId().toByteArray()))
                    .isEqualTo(TRACE));
    assertThat(collector.received())
        .allSatisfy(
            resource ->
                assertThat(resource.getResource().getAttributesList())
                    .filteredOn(attribute -> attribute.getKey().equals("service.name"))
                    .extracting(attribute -> attribute.getValue().getStringValue())
                    .containsExactly("message-logger"));
  }

  /** What is asked for, and tickets, are in addresses, and addresses in spans of requests. */
  @Test
  @Order(2)
  void whatIsAskedForDoesNotLeave() {
    Client client = server.client();
    String data = URLEncoder.encode("{\"name\":\"" + SECRET + "\"}", StandardCharsets.UTF_8);
    assertThat(client.get("/messages?data=" + data).statusCode()).isEqualTo(200);
    assertThat(client.get("/messages/subject/" + SECRET + "?q=" + SECRET).statusCode())
        .isEqualTo(200);
    assertThat(client.get("/messages?no=" + SECRET).statusCode()).isEqualTo(400);
    assertThat(client.get("/messages/live?no=1&ticket=" + SECRET).statusCode()).isEqualTo(400);
    client.get("/?ticket=" + SECRET);
    refusedSocket(client.feed() + "?ticket=" + SECRET);
    int batches = collector.spans().size();
    client.push(message("no"));
    await().atMost(60, SECONDS).until(() -> collector.spans().size() > batches);
    assertThat(collector.spans()).extracting(Span::getName).containsOnly("store MESSAGES");
    assertThat(collector.received().toString())
        .doesNotContain(SECRET)
        .doesNotContain("process.command_line");
    assertThat(collector.others()).isEmpty();
  }

  @Test
  @Order(3)
  void withoutTheCollectorEverythingIsStored() {
    Client client = server.client();
    collector.close();
    int count = 5_000;
    List<String> batch =
        IntStream.range(0, count)
            .mapToObj(i -> message("00-%s-%016x-01".formatted(TRACE, i + 1)))
            .toList();
    long before = client.count("SELECT count(*) FROM message_exchange");
    client.push(batch.toArray(String[]::new));
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(client.count("SELECT count(*) FROM message_exchange"))
                    .isEqualTo(before + count));
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> assertThat(server.said("Failed to export spans")).isPositive());
    assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
  }

  /** What a launcher or a JVM prints of itself, before there is a server, is none of its lines. */
  @Test
  @Order(4)
  void eachLineThatTheServerPrintsIsAnObject() {
    String log = server.log();
    List<JsonObject> printed =
        log.substring(0, log.lastIndexOf('\n')) // another may be on its way
            .lines()
            .filter(line -> !line.isBlank())
            .filter(line -> !line.startsWith("Launching ") && !line.contains(" VM warning: "))
            .map(Client::object)
            .toList();
    assertThat(printed)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            line ->
                assertThat(line.keySet())
                    .contains("ibm_datetime", "loglevel", "module", "message"));
    assertThat(printed)
        .as("an exception, whose trace has many lines")
        .anySatisfy(
            line -> {
              assertThat(line.getString("message")).startsWith("Failed to export spans");
              assertThat(line.getString("ibm_stackTrace")).contains("\n\tat ");
            });
    assertThat(printed)
        .anySatisfy(line -> assertThat(line.getString("module")).startsWith("io.messagelogger."));
  }

  /** Over the spans that have come. */
  private long sum(String attribute) {
    return collector.spans().stream()
        .map(
            span ->
                span.getAttributesList().stream()
                    .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue)))
        .mapToLong(attributes -> attributes.get(attribute).getIntValue())
        .sum();
  }

  private static void refusedSocket(String address) {
    try {
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(address), new WebSocket.Listener() {})
              .join();
      socket.abort();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(WebSocketHandshakeException.class);
    }
  }
}
