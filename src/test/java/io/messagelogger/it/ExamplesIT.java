package io.messagelogger.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.testing.Client;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples of the documentation, made with the service: what a page shows behind a command is
 * what the service answers. Knows LPUSH of redis-cli, curl with -H and -d, and jq without a filter
 * or with {@code -r .key}; of other curl commands it holds that they succeed.
 */
class ExamplesIT extends OnServer {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** Keys whose values differ from one run to the next. */
  private static final Set<String> VOLATILE =
      Set.of("dead_letter_id", "occurrences", "first_seen", "last_seen");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/clients.md", "docs/dead-letters.md"})
  void answersAreAsWritten(String page) throws IOException {
    List<Example> examples = examples(Files.readString(Path.of(page)));
    assertThat(examples).isNotEmpty();
    for (Example example : examples) {
      run(example);
    }
  }

  private void run(Example example) {
    List<String> words = example.words();
    if (words.get(0).equals("redis-cli")) {
      assertThat(words.subList(1, 3)).containsExactly("LPUSH", "MESSAGES");
      client.redis().lpush("MESSAGES", words.get(3));
      awaitDrained();
      return;
    }
    int pipe = words.contains("|") ? words.indexOf("|") : words.size();
    HttpResponse<String> response = client.send(request(words.subList(1, pipe)));
    awaitDrained();
    List<String> filter = words.subList(Math.min(pipe + 1, words.size()), words.size());
    if (filter.isEmpty() || filter.equals(List.of("jq"))) {
      assertSame(json(example.output()), json(response.body()), example.command());
    } else if (filter.size() == 3 && filter.get(2).matches("\\.\\w+")) {
      assertThat(Client.object(response.body()).getString(filter.get(2).substring(1)))
          .as(example.command())
          .isEqualTo(example.output().strip());
    } else {
      assertThat(response.statusCode()).as(example.command()).isEqualTo(200);
    }
  }

  private HttpRequest.Builder request(List<String> arguments) {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "-s" -> {}
        case "-H" -> {
          String[] header = arguments.get(++i).split(": ", 2);
          request.header(header[0], header[1]);
        }
        case "-d" -> request.POST(BodyPublishers.ofString(arguments.get(++i)));
        default -> {
          URI uri = URI.create(arguments.get(i));
          String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
          request.uri(client.uri(uri.getRawPath() + query));
        }
      }
    }
    return request;
  }

  /** The same keys in the same order, and the same values but for those that differ in each run. */
  private static void assertSame(JsonValue expected, JsonValue actual, String command) {
    assertThat(actual.getValueType()).as(command).isEqualTo(expected.getValueType());
    if (expected instanceof JsonObject object) {
      assertThat(List.copyOf(actual.asJsonObject().keySet()))
          .as(command)
          .isEqualTo(List.copyOf(object.keySet()));
      object.forEach(
          (key, value) -> {
            if (!VOLATILE.contains(key)) {
              assertSame(value, actual.asJsonObject().get(key), command + " " + key);
            }
          });
    } else if (expected instanceof JsonArray array) {
      assertThat(actual.asJsonArray()).as(command).hasSameSizeAs(array);
      for (int i = 0; i < array.size(); i++) {
        assertSame(array.get(i), actual.asJsonArray().get(i), command + " " + i);
      }
    } else {
      assertThat(actual).as(command).isEqualTo(expected);
    }
  }

  private static JsonValue json(String text) {
    try (JsonReader reader = JSON.createReader(new StringReader(text))) {
      return reader.readValue();
    }
  }

  /** The commands of a page that are examples of the service, in their order. */
  private static List<Example> examples(String page) {
    List<Example> examples = new ArrayList<>();
    BLOCK
        .matcher(page)
        .results()
        .flatMap(block -> Pattern.compile("(?m)^\\$ ").splitAsStream(block.group(1)))
        .filter(text -> text.startsWith("curl ") || text.startsWith("redis-cli LPUSH"))
        .filter(text -> !text.startsWith("curl -N")) // does not end
        .map(text -> text.split("\n", 2))
        .forEach(lines -> examples.add(new Example(lines[0], lines[1])));
    return examples;
  }

  /** A command and what follows it on the page. */
  private record Example(String command, String output) {
    List<String> words() {
      return WORD.matcher(command)
          .results()
          .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
          .toList();
    }
  }
}
