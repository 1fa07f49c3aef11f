package io.messagelogger.ingest.tracing;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Switches this application's OpenTelemetry on when an endpoint is set, for spans only. Not the
 * server's, as {@code OTEL_SDK_DISABLED=false} would: that one would send the log too, and does not
 * ask {@link OnlyBatches}. Weaker than what is set in the environment. Immutable.
 */
public final class TelemetryConfig implements ConfigSource {
  private static final int BELOW_WHAT_IS_SET = 50;
  private static final String OFF = "none";

  private final Map<String, String> properties;

  /** Reads the environment. */
  public TelemetryConfig() {
    this(System.getenv());
  }

  TelemetryConfig(Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    boolean on = !value(environment, Setting.OTEL_EXPORTER_OTLP_ENDPOINT).isEmpty();
    values.put("otel.sdk.disabled", Boolean.toString(!on));
    if (on) {
      values.put("otel.traces.exporter", "otlp");
      values.put("otel.metrics.exporter", OFF);
      values.put("otel.logs.exporter", OFF);
      values.put("otel.service.name", Setting.OTEL_SERVICE_NAME.defaultText());
      values.put("otel.exporter.otlp.protocol", Setting.OTEL_EXPORTER_OTLP_PROTOCOL.defaultText());
      String headers = environment.get(Setting.OTEL_EXPORTER_OTLP_HEADERS + "_FILE");
      if (headers != null && !headers.isBlank()) {
        values.put("otel.exporter.otlp.headers", read(headers.strip()));
      }
    }
    this.properties = Map.copyOf(values);
  }

  private static String value(Map<String, String> environment, Setting setting) {
    return environment.getOrDefault(setting.name(), "").strip();
  }

  /** Empty when it cannot be read: that ends the start, with a line that says so. */
  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | InvalidPathException e) {
      return "";
    }
  }

  @Override
  public String getName() {
    return "telemetry";
  }

  @Override
  public int getOrdinal() {
    return BELOW_WHAT_IS_SET;
  }

  @Override
  public Set<String> getPropertyNames() {
    return properties.keySet();
  }

  @Override
  public @Nullable String getValue(String name) {
    return properties.get(name);
  }
}
