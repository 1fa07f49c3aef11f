package io.messagelogger.it.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.ValidationMessage;
import io.messagelogger.it.contract.Description.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Holds answers against the description. Used by one thread. */
final class Judge {
  private static final String PROBLEM = "application/problem+json";

  /** Headers that every answer may have. */
  private static final Set<String> GENERAL =
      Set.of(
          "allow",
          "cache-control",
          "connection",
          "content-language",
          "content-length",
          "content-security-policy",
          "content-type",
          "date",
          "expires",
          "pragma",
          "referrer-policy",
          "transfer-encoding",
          "vary",
          "x-accel-buffering",
          "x-content-type-options");

  private static final int MOST = 40;

  private final Description description;
  private final List<String> faults = new ArrayList<>();
  private int judged;

  Judge(Description description) {
    this.description = description;
  }

  List<String> faults() {
    return faults;
  }

  int judged() {
    return judged;
  }

  void fault(String text) {
    if (faults.size() < MOST) {
      faults.add(text.length() > 1_000 ? text.substring(0, 1_000) + "…" : text);
    }
  }

  /** Judges the answer to a request of an operation. */
  void judge(Operation operation, Request request, Wire.Answer answer) {
    judged++;
    String what =
        "%s: %s -> %d".formatted(operation.method(), Requests.shown(request), answer.status());
    JsonNode declared =
        description.resolved(operation.responses().path(Integer.toString(answer.status())));
    if (answer.status() >= 500 || declared.isMissingNode()) {
      fault(what + ", which is not declared: " + answer.text());
      return;
    }
    deserved(request, answer, what);
    headers(declared, answer, what);
    JsonNode content = declared.path("content");
    if (content.isMissingNode()) {
      if (answer.body().length > 0) {
        fault(what + " has a body: " + answer.text());
      }
      return;
    }
    JsonNode media = content.path(answer.mediaType());
    if (media.isMissingNode()) {
      fault(what + " is of " + answer.mediaType() + ", which is not declared");
      return;
    }
    body(media.path("schema"), answer, what);
    if (answer.mediaType().equals(PROBLEM)) {
      problem(request, answer, what);
    }
  }

  /** A method that a path does not have. */
  void refused(String method, String path, Set<String> methods, Wire.Answer answer) {
    judged++;
    String what = "%s %s -> %d".formatted(method, path, answer.status());
    Set<String> allowed = new TreeSet<>(methods);
    allowed.add("OPTIONS");
    if (methods.contains("GET")) {
      allowed.add("HEAD");
    }
    if (!new TreeSet<>(List.of(answer.header("allow").split(", ?"))).equals(allowed)) {
      fault(what + " allows " + answer.header("allow") + ", declared is " + allowed);
    }
    if (method.equals("OPTIONS")) {
      if (answer.status() != 204) {
        fault(what);
      }
    } else if (answer.status() != 405 || !answer.mediaType().equals(PROBLEM)) {
      fault(what + " " + answer.mediaType());
    } else {
      body(description.schema("Problem"), answer, what);
    }
  }

  private void deserved(Request request, Wire.Answer answer, String what) {
    boolean bad = Set.of(400, 406, 413, 415).contains(answer.status());
    switch (request.verdict()) {
      case RIGHT -> {
        // A time that has too many buckets is told only by what is stored.
        if (bad && !answer.text().contains("more than 2000 buckets")) {
          fault(what + ", for a right request: " + answer.text());
        }
      }
      case WRONG -> {
        if (answer.status() != 400) {
          fault(what + ", for a wrong request: " + answer.text());
        }
      }
      case EITHER -> {}
    }
  }

  private void headers(JsonNode declared, Wire.Answer answer, String what) {
    JsonNode known = declared.path("headers");
    for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
      JsonNode schema = null;
      for (Map.Entry<String, JsonNode> one : known.properties()) {
        if (one.getKey().equalsIgnoreCase(header.getKey())) {
          schema = description.resolved(one.getValue()).path("schema");
        }
      }
      String text = String.join(", ", header.getValue());
      if (schema == null) {
        if (!GENERAL.contains(header.getKey())) {
          fault(what + " has a header that is not declared: " + header.getKey());
        }
        continue;
      }
      JsonNode value =
          schema.path("type").asText().equals("integer") && text.matches("\\d{1,9}")
              ? JsonNodeFactory.instance.numberNode(Integer.parseInt(text))
              : JsonNodeFactory.instance.textNode(text);
      told(description.faults(schema, value), what + ", header " + header.getKey() + ": " + text);
    }
    if ((answer.status() == 503 || answer.status() == 429)
        && answer.header("retry-after").isEmpty()) {
      fault(what + " does not say when to try again");
    }
  }

  private void body(JsonNode schema, Wire.Answer answer, String what) {
    try {
      switch (answer.mediaType()) {
        case "application/json", PROBLEM -> {
          JsonNode value = Description.JSON.readTree(answer.body());
          told(description.faults(schema, value), what + ": " + answer.text());
        }
        case "application/x-ndjson" -> {
          for (String line : answer.text().split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("{\"_end\":{\"complete\":true,")) {
              JsonNode value = Description.JSON.readTree(line);
              told(description.faults(description.schema("Message"), value), what + ": " + line);
            }
          }
        }
        default -> {}
      }
    } catch (JsonProcessingException e) {
      fault(what + " is no JSON: " + answer.text());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void problem(Request request, Wire.Answer answer, String what) {
    try {
      JsonNode problem = Description.JSON.readTree(answer.body());
      if (problem.path("status").asInt() != answer.status()
          || !problem.path("error").equals(problem.path("detail"))) {
        fault(what + " contradicts itself: " + answer.text());
      }
      Set<String> named = new TreeSet<>();
      problem.path("errors").forEach(error -> named.add(error.path("parameter").asText()));
      if (!named.containsAll(request.wrong())) {
        fault(what + " does not name all of " + request.wrong() + ": " + answer.text());
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void told(Set<ValidationMessage> messages, String what) {
    if (!messages.isEmpty()) {
      fault(messages + " in " + what);
    }
  }
}
