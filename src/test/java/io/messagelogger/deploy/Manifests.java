package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.messagelogger.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a kustomize folder renders to, read as strictly as the API server does: an unknown field
 * fails, and so does a number where a string belongs. Immutable and thread-safe.
 */
final class Manifests {
  private static final ObjectMapper YAML = strict();

  private static final Map<String, Class<?>> TYPES =
      Stream.of(
              ConfigMap.class,
              Deployment.class,
              Ingress.class,
              Namespace.class,
              NetworkPolicy.class,
              PodDisruptionBudget.class,
              PrometheusRule.class,
              ScaledObject.class,
              Secret.class,
              Service.class,
              ServiceAccount.class,
              ServiceMonitor.class,
              StatefulSet.class)
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  private final List<Object> objects;

  private Manifests(List<Object> objects) {
    this.objects = objects;
  }

  /** What kubectl makes of a folder; skips the test where there is none. */
  static Manifests render(Path folder) throws IOException, InterruptedException {
    Path kubectl = Tools.require("kubectl", "of the Kubernetes project; Debian's is too old");
    Path rendered = Files.createTempFile("rendered", ".yaml");
    try {
      Process process =
          new ProcessBuilder(kubectl.toString(), "kustomize", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(rendered.toFile())
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("kubectl ends within a minute").isTrue();
      String output = Files.readString(rendered);
      assertThat(process.exitValue()).as(output).isZero();
      return new Manifests(read(output));
    } finally {
      Files.delete(rendered);
    }
  }

  private static List<Object> read(String manifests) throws IOException {
    List<Object> objects = new ArrayList<>();
    Set<String> names = new HashSet<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
      for (JsonNode each : documents.readAll()) {
        String kind = each.path("kind").asText();
        String name = kind + " " + each.path("metadata").path("name").asText();
        assertThat(names.add(name)).as("%s is there once", name).isTrue();
        assertThat(TYPES).as("kinds with a schema here").containsKey(kind);
        try {
          objects.add(YAML.treeToValue(each, TYPES.get(kind)));
        } catch (IOException e) {
          throw new AssertionError(name + ": " + e.getMessage(), e);
        }
      }
    }
    return List.copyOf(objects);
  }

  /** All of one kind. */
  <T> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The only one of a kind. */
  <T> T only(Class<T> type) {
    assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
    return all(type).get(0);
  }

  /** The kinds, each as often as it is there. */
  List<String> kinds() {
    return objects.stream().map(each -> each.getClass().getSimpleName()).toList();
  }

  /** A YAML file as it is. */
  static JsonNode tree(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  /** An object of a rendered file as a tree. */
  static JsonNode tree(Object object) {
    return YAML.valueToTree(object);
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
