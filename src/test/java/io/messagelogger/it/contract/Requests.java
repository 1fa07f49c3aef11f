package io.messagelogger.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.messagelogger.it.contract.Description.Operation;
import io.messagelogger.it.contract.Description.Parameter;
import io.messagelogger.it.contract.Request.Verdict;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes requests of what the description says of an operation: right ones and wrong ones, the same
 * for the same seed. Used by one thread.
 */
final class Requests {
  private static final List<String> ODD =
      List.of(
          "a",
          "ä€😀",
          "a b",
          "a+b",
          "%",
          "\"",
          "'",
          "\\",
          "a/b",
          "..",
          "null",
          "\u0001",
          "\u2028",
          " ",
          "*",
          "!",
          "!!",
          "\\!",
          "!*",
          "<script>",
          "-1",
          "0",
          "1.5",
          "1e3",
          "{\"a\":1}",
          "{",
          "2025-13-01T00:00:00Z",
          "yesterday",
          "99999999999999999999",
          "١",
          "x".repeat(1_500));

  private static final List<String> NO_NUMBERS =
      List.of("abc", "1.5", "1e3", "+1", " 1", "0x1", "99999999999999999999", "١");

  private static final List<String> NO_JSON = List.of("{", "nonsense", "{\"a\":1,\"a\":2}", "1 2");

  private final SplittableRandom random;
  private final Map<String, List<String>> known;

  /**
   * @param known values of parameters that there is something to find for
   */
  Requests(SplittableRandom random, Map<String, List<String>> known) {
    this.random = random;
    this.known = known;
  }

  /** The examples of all parameters, one a request. */
  List<Request> examples(Operation operation) {
    List<Request> requests = new ArrayList<>();
    for (Parameter parameter : operation.parameters()) {
      for (JsonNode example : parameter.examples()) {
        if (parameter.place().equals("path")) {
          String path = path(operation, Map.of(parameter.name(), example.asText()));
          requests.add(Request.of(target(path, required(operation)), Verdict.RIGHT));
        } else if (parameter.place().equals("query")) {
          List<String> pairs = required(operation);
          values(example).forEach(value -> pairs.add(pair(parameter.name(), value)));
          narrow(operation, pairs);
          requests.add(Request.of(target(path(operation, Map.of()), pairs), Verdict.RIGHT));
        }
      }
    }
    return requests;
  }

  /** A request with some of the parameters, all of them right. */
  Request right(Operation operation) {
    List<String> pairs = required(operation);
    for (Parameter parameter : operation.in("query")) {
      if (!parameter.required() && random.nextInt(4) == 0) {
        rights(parameter).forEach(value -> pairs.add(pair(parameter.name(), value)));
      }
    }
    narrow(operation, pairs);
    return Request.of(target(path(operation, Map.of()), pairs), Verdict.RIGHT);
  }

  /** Each parameter wrong in each way that its schema knows, and once too often. */
  List<Request> wrongs(Operation operation) {
    List<Request> requests = new ArrayList<>();
    for (Parameter parameter : operation.in("query")) {
      for (String value : wrongs(parameter)) {
        requests.add(wrong(operation, parameter, pair(parameter.name(), value)));
      }
      for (String escape : List.of("%00", "%ff", "a%C3")) {
        requests.add(wrong(operation, parameter, parameter.name() + "=" + escape));
      }
      requests.add(
          Request.of(
              target(path(operation, Map.of()), List.of(parameter.name() + "=%zz")),
              Verdict.EITHER));
      List<String> right = rights(parameter);
      if (!parameter.schema().path("type").asText().equals("array") && !right.isEmpty()) {
        String pair = pair(parameter.name(), right.get(0));
        requests.add(wrong(operation, parameter, pair + "&" + pair));
      }
    }
    if (!operation.in("query").isEmpty()) {
      List<String> pairs = required(operation);
      pairs.add("nonsense=1");
      requests.add(Request.wrong(target(path(operation, Map.of()), pairs), "nonsense"));
    }
    return requests;
  }

  /** Several parameters wrong at once, each of which has to be named. */
  Request severalWrong(Operation operation) {
    List<String> pairs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Parameter parameter : operation.in("query")) {
      List<String> wrong = wrongs(parameter);
      if (!wrong.isEmpty() && random.nextBoolean()) {
        pairs.add(pair(parameter.name(), wrong.get(random.nextInt(wrong.size()))));
        names.add(parameter.name());
      } else if (parameter.required()) {
        names.add(parameter.name());
      }
    }
    pairs.add("unheard=of");
    names.add("unheard");
    return Request.wrong(target(path(operation, Map.of()), pairs), names.toArray(String[]::new));
  }

  /** Anything in every place. */
  Request odd(Operation operation) {
    Map<String, String> path = new LinkedHashMap<>();
    for (Parameter parameter : operation.in("path")) {
      // The server in front refuses control characters itself, and takes blanks and dots away.
      String value = ODD.get(random.nextInt(ODD.size())).replaceAll("\\p{Cntrl}", "%");
      path.put(parameter.name(), value.isBlank() || value.equals("..") ? "a." : value);
    }
    List<String> pairs = new ArrayList<>();
    for (Parameter parameter : operation.in("query")) {
      if (random.nextInt(4) == 0) {
        pairs.add(pair(parameter.name(), ODD.get(random.nextInt(ODD.size()))));
      }
    }
    narrow(operation, pairs);
    Request request =
        Request.of(
            target(path(operation, random.nextBoolean() ? path : Map.of()), pairs), Verdict.EITHER);
    for (Parameter parameter : operation.in("header")) {
      String value = ODD.get(random.nextInt(ODD.size())).replaceAll("\\p{Cntrl}", "");
      request = request.with(parameter.name(), value, Verdict.EITHER);
    }
    return request;
  }

  /** A request that would be right for a client that takes no answer there is, or says nonsense. */
  Request accepting(Operation operation, String accept, Verdict verdict) {
    return right(operation).with("Accept", accept, verdict);
  }

  private Request wrong(Operation operation, Parameter parameter, String pair) {
    List<String> pairs = new ArrayList<>();
    for (Parameter other : operation.in("query")) {
      if (other.required() && !other.equals(parameter)) {
        pairs.add(pair(other.name(), rights(other).get(0)));
      }
    }
    pairs.add(pair);
    return Request.wrong(target(path(operation, Map.of()), pairs), parameter.name());
  }

  private List<String> required(Operation operation) {
    List<String> pairs = new ArrayList<>();
    for (Parameter parameter : operation.in("query")) {
      if (parameter.required()) {
        pairs.add(pair(parameter.name(), rights(parameter).get(0)));
      }
    }
    return pairs;
  }

  /** What other tests have left is not read again and again, nor put back into the queue. */
  private void narrow(Operation operation, List<String> pairs) {
    for (String name : List.of("subject", "reason")) {
      if (known.containsKey(name)
          && operation.in("query").stream().anyMatch(p -> p.name().equals(name))
          && pairs.stream().noneMatch(pair -> pair.startsWith(name + "="))
          && pairs.stream().noneMatch(pair -> pair.startsWith("limit="))) {
        pairs.add(pair(name, known.get(name).get(0)));
      }
    }
  }

  /**
   * Right values of a parameter: one, or several where that is allowed; none when none is known.
   */
  private List<String> rights(Parameter parameter) {
    JsonNode schema = parameter.schema();
    List<String> ours = known.get(parameter.name());
    if (ours != null && (random.nextBoolean() || !schema.has("examples"))) {
      return List.of(any(ours));
    }
    if (schema.has("enum")) {
      return List.of(any(values(schema.path("enum"))));
    }
    if (schema.path("type").asText().equals("integer")) {
      long least = schema.path("minimum").asLong(0);
      long most = schema.path("maximum").asLong(1_000);
      return List.of(
          Long.toString(
              switch (random.nextInt(3)) {
                case 0 -> least;
                case 1 -> most;
                default -> least + random.nextLong(Math.min(most - least, 1_000) + 1);
              }));
    }
    if (!parameter.examples().isEmpty()) {
      return values(parameter.examples().get(random.nextInt(parameter.examples().size())));
    }
    return List.of();
  }

  /** What a schema does not allow; none when it allows anything. */
  private List<String> wrongs(Parameter parameter) {
    JsonNode schema = parameter.schema();
    List<String> wrong = new ArrayList<>();
    if (schema.path("type").asText().equals("array")) {
      schema = schema.path("items");
    }
    String type = schema.path("type").asText();
    if (schema.path("minLength").asInt() > 0 || schema.has("enum") || type.equals("integer")) {
      wrong.add("");
    }
    if (schema.has("enum")) {
      wrong.add("nonsense");
      wrong.add(values(schema.path("enum")).get(0) + " ");
    }
    if (type.equals("integer")) {
      wrong.addAll(NO_NUMBERS);
      if (schema.has("minimum")) {
        wrong.add(Long.toString(schema.path("minimum").asLong() - 1));
      }
      if (schema.has("maximum")) {
        wrong.add(Long.toString(schema.path("maximum").asLong() + 1));
      }
    }
    if (schema.has("pattern")) {
      Pattern pattern = Pattern.compile(schema.path("pattern").asText());
      ODD.stream().filter(text -> !pattern.matcher(text).find()).forEach(wrong::add);
    }
    if (schema.path("contentMediaType").asText().equals("application/json")) {
      wrong.addAll(NO_JSON);
    }
    if (parameter.name().equals("after")) { // opaque: only those of Link are right
      wrong.addAll(List.of("nonsense", "MQ", "MiA", "=", "b-1"));
    }
    return wrong;
  }

  private String path(Operation operation, Map<String, String> given) {
    String path = operation.path();
    for (Parameter parameter : operation.in("path")) {
      List<String> right = rights(parameter);
      String value = given.getOrDefault(parameter.name(), right.isEmpty() ? "a" : right.get(0));
      path = path.replace("{" + parameter.name() + "}", encoded(value));
    }
    return path;
  }

  private static String target(String path, List<String> pairs) {
    return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
  }

  private static String pair(String name, String value) {
    return encoded(name) + "=" + encoded(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<String> values(JsonNode node) {
    if (!node.isArray()) {
      return List.of(node.asText());
    }
    List<String> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asText()));
    return values;
  }

  private String any(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** For the log of a failed test. */
  static String shown(Request request) {
    String headers =
        request.headers().entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue())
            .collect(Collectors.joining(", "));
    return "%s %s %s".formatted(request.verdict(), request.target(), headers).strip();
  }
}
