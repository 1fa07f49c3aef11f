package io.messagelogger.it;

import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Tools;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real Prometheus with our rules that scrapes a server every second. Used by one thread. */
final class PrometheusServer implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = TestServices.freePort();
  private final Process process;

  /** Starts one. */
  PrometheusServer(Path folder, int target, Path rules) throws IOException {
    Path program = Tools.require("prometheus", "of Debian's package prometheus");
    Path configuration = folder.resolve("prometheus.yaml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 1s
          evaluation_interval: 1s
        rule_files: [%s]
        scrape_configs:
          - job_name: message-logger
            static_configs:
              - targets: ["localhost:%d"]
        """
            .formatted(rules.toAbsolutePath(), target));
    this.process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("series"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
  }

  /** Answers an expression, as of now. */
  JsonObject query(String expression) throws IOException, InterruptedException {
    return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
  }

  /** Answers what Prometheus makes of the rules. */
  JsonObject rules() throws IOException, InterruptedException {
    return get("/api/v1/rules");
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.body());
    }
    return Client.object(response.body());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
