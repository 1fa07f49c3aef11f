package io.messagelogger.bench;

import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * How long it takes to read a message of 500 bytes and one of 100 KB: by the service's reader,
 * which checks everything; by the parser beneath it alone, checking nothing; and by JSON-P, which
 * Liberty brings.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReaderBench {
  private static final int LARGE = 100_000;

  private final MessageReader reader = new MessageReader(1 << 20);
  private final JsonFactory jackson = JsonFactory.builder().build();
  private final JsonReaderFactory jsonp = Json.createReaderFactory(Map.of());
  private byte[] payload = new byte[0];

  /** Which message. */
  @Param({"500 bytes", "100 KB"})
  public String message = "";

  /** For JMH. */
  public ReaderBench() {}

  /** Runs it, in processes of its own: what Maven has loaded is no matter of theirs. */
  public static void main(String[] arguments) throws RunnerException {
    if (ReaderBench.class.getClassLoader() instanceof URLClassLoader loader) {
      System.setProperty(
          "java.class.path",
          Arrays.stream(loader.getURLs())
              .map(URL::toString)
              .map(url -> Path.of(URI.create(url)).toString())
              .collect(Collectors.joining(System.getProperty("path.separator"))));
    }
    new Runner(
            new OptionsBuilder()
                .include(ReaderBench.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .build())
        .run();
  }

  /** Makes the message, and checks that all read the same from it. */
  @Setup
  public void prepare() throws RejectedMessageException {
    byte[] small = Traffic.json(new Traffic(1).next());
    payload = message.startsWith("500") ? small : large(new String(small, StandardCharsets.UTF_8));
    if (message.startsWith("100") != payload.length > LARGE) {
      throw new IllegalStateException("%s: %d bytes".formatted(message, payload.length));
    }
    String uuid = service().message().messageUuid().toString();
    if (!uuid.equals(jsonp().get(0)) || !uuid.equals(jackson().get(0))) {
      throw new IllegalStateException("they do not read the same");
    }
  }

  /** The service's reader. */
  @Benchmark
  public MessageReader.Reading service() throws RejectedMessageException {
    return reader.read(payload);
  }

  /** Every token and text, nothing checked, no document of its own for the two JSON columns. */
  @Benchmark
  public List<String> jackson() {
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = jackson.createParser(ObjectReadContext.empty(), payload)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          fields.add(parser.getString());
        }
      }
    }
    return fields;
  }

  /** A tree, of which the two JSON columns are written again. */
  @Benchmark
  public List<String> jsonp() {
    List<String> fields = new ArrayList<>();
    try (JsonReader tree =
        jsonp.createReader(new ByteArrayInputStream(payload), StandardCharsets.UTF_8)) {
      JsonObject object = tree.readObject();
      object
          .values()
          .forEach(
              value ->
                  fields.add(
                      value instanceof JsonString text ? text.getString() : value.toString()));
    }
    return fields;
  }

  private static byte[] large(String small) {
    StringBuilder items = new StringBuilder(LARGE + 1000);
    for (int i = 0; items.length() < LARGE; i++) {
      items.append(
          "{\"id\":%d,\"price\":%d.25,\"text\":\"größer \\\"als\\\" %d\\n\",\"flags\":[true,null,%d]},"
              .formatted(i, i, i, i));
    }
    return small
        .replace("\"order\":", "\"items\":[" + items + "0],\"order\":")
        .getBytes(StandardCharsets.UTF_8);
  }
}
