package io.messagelogger.it.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What /openapi says (OpenAPI 3.1). Used by one thread. */
final class Description {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private final JsonNode document;
  private final IdentityHashMap<JsonNode, JsonSchema> compiled = new IdentityHashMap<>();

  Description(String json) throws JsonProcessingException {
    document = JSON.readTree(json);
  }

  /**
   * A parameter of an operation.
   *
   * @param place path, query or header
   * @param schema with references resolved
   */
  record Parameter(String name, String place, boolean required, JsonNode schema) {
    List<JsonNode> examples() {
      List<JsonNode> examples = new ArrayList<>();
      schema.path("examples").forEach(examples::add);
      return examples;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A method of a path. */
  record Operation(
      String method, String path, List<Parameter> parameters, JsonNode body, JsonNode responses) {
    List<Parameter> in(String place) {
      return parameters.stream().filter(parameter -> parameter.place().equals(place)).toList();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue().properties().stream()
                    .filter(member -> METHODS.contains(member.getKey()))
                    .forEach(
                        member ->
                            operations.add(
                                operation(
                                    member.getKey(),
                                    path.getKey(),
                                    path.getValue(),
                                    member.getValue()))));
    return operations;
  }

  private Operation operation(String method, String path, JsonNode shared, JsonNode own) {
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode from : List.of(shared, own)) {
      for (JsonNode one : from.path("parameters")) {
        JsonNode parameter = resolved(one);
        parameters.add(
            new Parameter(
                parameter.path("name").asText(),
                parameter.path("in").asText(),
                parameter.path("required").asBoolean(),
                resolved(parameter.path("schema"))));
      }
    }
    return new Operation(
        method.toUpperCase(java.util.Locale.ROOT),
        path,
        parameters,
        resolved(own.path("requestBody")),
        own.path("responses"));
  }

  /** The methods of each path. */
  Map<String, Set<String>> methods() {
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    operations()
        .forEach(
            operation ->
                methods
                    .computeIfAbsent(operation.path(), path -> new TreeSet<>())
                    .add(operation.method()));
    return methods;
  }

  /** What a reference leads to; anything else as it is. */
  JsonNode resolved(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isTextual() ? resolved(document.at(reference.asText().substring(1))) : node;
  }

  JsonNode schema(String name) {
    return document.at("/components/schemas/" + name);
  }

  /** What is wrong with a value by a schema of the document; empty when nothing is. */
  Set<ValidationMessage> faults(JsonNode schema, JsonNode value) {
    return compiled.computeIfAbsent(schema, this::compile).validate(value);
  }

  private JsonSchema compile(JsonNode schema) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("allOf", JSON.createArrayNode().add(schema));
    whole.set("components", document.path("components"));
    return SCHEMAS.getSchema(
        whole, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
  }
}
