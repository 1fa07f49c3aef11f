package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.messagelogger.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The alert rules: Prometheus takes them, they alert when they must, and the runbook has each. */
class AlertsTest {
  private static final Path FOLDER = Path.of("k8s/components/monitoring");
  private static final Path RUNBOOK = Path.of("docs/runbook.md");

  @Test
  void alertWhenTheyMust() throws IOException, InterruptedException {
    String output = promtool("test", "rules", "rules-test.yaml");
    assertThat(output).contains("SUCCESS").doesNotContain("FAILED");
  }

  @Test
  void eachIsTried() throws IOException {
    String tests = Files.readString(FOLDER.resolve("rules-test.yaml"));
    assertThat(alerts())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            alert -> {
              String name = alert.path("alert").asText();
              boolean byPattern =
                  (name.endsWith("DeadLetters") && tests.contains("\"" + name + "\""))
                      || tests.contains("alertname: " + name)
                      || tests.contains("alertname=\"" + name + "\"");
              assertThat(byPattern).as("%s has a test", name).isTrue();
            });
  }

  @Test
  void runbookSaysWhatToDo() throws IOException {
    List<String> headings =
        Files.readAllLines(RUNBOOK).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4).strip())
            .toList();
    assertThat(alerts())
        .allSatisfy(
            alert -> {
              String name = alert.path("alert").asText();
              assertThat(headings).contains(name);
              assertThat(alert.path("annotations").path("runbook").asText())
                  .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
              assertThat(alert.path("annotations").path("summary").asText()).isNotBlank();
              assertThat(alert.path("labels").path("severity").asText())
                  .isIn("warning", "critical");
            });
  }

  private static List<JsonNode> alerts() throws IOException {
    return StreamSupport.stream(
            Manifests.tree(FOLDER.resolve("rules.yaml")).path("groups").spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
        .toList();
  }

  private static String promtool(String... arguments) throws IOException, InterruptedException {
    Path promtool = Tools.require("promtool", "of Debian's package prometheus");
    Path output = Files.createTempFile("promtool", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(new ArrayList<>(List.of(arguments))).directory(FOLDER.toFile());
      builder.command().add(0, promtool.toString());
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      String printed = Files.readString(output);
      assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
      return printed;
    } finally {
      Files.delete(output);
    }
  }
}
