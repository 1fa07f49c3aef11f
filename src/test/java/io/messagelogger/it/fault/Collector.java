package io.messagelogger.it.fault;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Where spans are sent: OTLP over HTTP. Thread-safe. */
final class Collector implements AutoCloseable {
  private final HttpServer server;
  private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
  private final List<String> others = new CopyOnWriteArrayList<>();

  Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(body))) {
              body = unpacked.readAllBytes();
            }
          }
          receive(exchange.getRequestURI().getPath(), body);
          byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.close();
        });
    server.start();
  }

  private void receive(String path, byte[] body) throws InvalidProtocolBufferException {
    if (path.equals("/v1/traces")) {
      received.addAll(ExportTraceServiceRequest.parseFrom(body).getResourceSpansList());
    } else {
      others.add(path);
    }
  }

  /** Its address. */
  String endpoint() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** What has come. */
  List<ResourceSpans> received() {
    return List.copyOf(received);
  }

  /** The paths of requests that were not for spans. */
  List<String> others() {
    return List.copyOf(others);
  }

  /** The spans that have come. */
  List<Span> spans() {
    return received.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /** From now on connections are refused. */
  @Override
  public void close() {
    server.stop(0);
  }
}
