package io.messagelogger.ingest.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When OpenTelemetry is on, and what it sends. */
class TelemetryConfigTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String COLLECTOR = "http://collector:4317";

  @TempDir private static Path folder;

  @Test
  void withoutAnEndpointItIsOff() {
    TelemetryConfig config = new TelemetryConfig(Map.of(ENDPOINT, " "));
    assertThat(config.getPropertyNames()).containsExactly("otel.sdk.disabled");
    assertThat(config.getValue("otel.sdk.disabled")).isEqualTo("true");
  }

  @Test
  void withOneItSendsSpansAndNothingElse() {
    TelemetryConfig config = new TelemetryConfig(Map.of(ENDPOINT, COLLECTOR));
    assertThat(config.getValue("otel.sdk.disabled")).isEqualTo("false");
    assertThat(config.getValue("otel.traces.exporter")).isEqualTo("otlp");
    assertThat(config.getValue("otel.metrics.exporter")).isEqualTo("none");
    assertThat(config.getValue("otel.logs.exporter")).isEqualTo("none");
  }

  @Test
  void headersMayBeInAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("headers"), "api-key=x\n");
    TelemetryConfig config =
        new TelemetryConfig(
            Map.of(ENDPOINT, COLLECTOR, "OTEL_EXPORTER_OTLP_HEADERS_FILE", file.toString()));
    assertThat(config.getValue("otel.exporter.otlp.headers")).isEqualTo("api-key=x");
  }
}
