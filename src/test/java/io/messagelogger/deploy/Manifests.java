package io.messagelogger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a kustomize folder as strictly as the API server does: an unknown field fails, and so does
 * a number where a string belongs. Thread-safe.
 */
final class Manifests {
  private static final String KUSTOMIZATION = "kustomization.yaml";
  private static final ObjectMapper YAML = strict();

  private final Path folder;

  Manifests(Path folder) {
    this.folder = folder;
  }

  Deployment deployment() {
    return read("deployment.yaml", Deployment.class);
  }

  Service service() {
    return read("service.yaml", Service.class);
  }

  ConfigMap configMap() {
    return read("configmap.yaml", ConfigMap.class);
  }

  /** The files that kustomization.yaml names. */
  List<String> resources() {
    return read(KUSTOMIZATION, JsonNode.class)
        .path("resources")
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }

  /** The YAML files that lie in the folder, without kustomization.yaml. */
  List<String> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(".*\\.ya?ml") && !name.equals(KUSTOMIZATION))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kinds of a stream of manifests, in its order. */
  static List<String> kinds(String manifests) throws IOException {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
      return documents.readAll().stream().map(each -> each.path("kind").asText()).toList();
    }
  }

  private <T> T read(String file, Class<T> type) {
    try {
      return YAML.readValue(folder.resolve(file).toFile(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static ObjectMapper strict() {
    ObjectMapper mapper = new YAMLMapper();
    mapper.setAnnotationIntrospector(new NoLeftovers());
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  /** Takes the models' map of unknown fields away, so that such a field fails. */
  private static final class NoLeftovers extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
