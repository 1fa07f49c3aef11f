package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What k8s/ renders to agrees with the settings, the server, the image and itself. */
class DeploymentTest {
  private static final Path FOLDER = Path.of("k8s");
  private static final String NAME = "message-logger";
  private static final int PORT = Integer.parseInt(Setting.HTTP_PORT.defaultText());

  /** Liberty quiesces for up to 30 seconds, then the parts stop (Lifecycle: 39 at most). */
  private static final long STOP_SECONDS = 30 + 39;

  private static final Set<String> SETTINGS =
      Arrays.stream(Setting.values()).map(Setting::name).collect(Collectors.toSet());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base",
        "overlays/quickstart",
        "overlays/keda",
        "overlays/monitoring",
        "overlays/production"
      })
  void everyOverlayIsWhole(String folder) throws IOException, InterruptedException {
    Manifests manifests = Manifests.render(FOLDER.resolve(folder));
    assertThat(manifests.kinds())
        .contains(
            "ConfigMap",
            "Deployment",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "ServiceAccount");
    settingsAreAllowedAndNotSecret(manifests);
    environmentIsOfSettings(manifests);
    whatIsReferredToIsThere(manifests);
    podsAreSelected(manifests);
    podsAreConfined(manifests);
    strangersAreKeptOut(manifests);
    probesAskTheHealthChecks(manifests);
    podsHaveTimeToStop(manifests);
    policyLetsThroughWhatIsNeeded(manifests);
  }

  private static void settingsAreAllowedAndNotSecret(Manifests manifests) {
    Map<String, String> data = settings(manifests);
    assertThat(SETTINGS).as("settings").containsAll(data.keySet());
    data.forEach(
        (name, value) -> {
          Setting setting = Setting.valueOf(name);
          assertThat(setting.secret()).as("%s is a secret", name).isFalse();
          assertThat(setting.complaint(value)).as(name).isEmpty();
        });
    assertThat(data).containsEntry(Setting.HTTP_PORT.name(), Integer.toString(PORT));
  }

  private static void environmentIsOfSettings(Manifests manifests) {
    Container container = container(manifests);
    assertThat(container.getEnv())
        .allSatisfy(
            variable -> {
              assertThat(variable.getValue()).as(variable.getName()).isNull();
              SecretKeySelector key = variable.getValueFrom().getSecretKeyRef();
              assertThat(key.getKey()).isEqualTo(variable.getName());
            });
    assertThat(container.getEnv().stream().map(EnvVar::getName).toList())
        .doesNotHaveDuplicates()
        .isSubsetOf(SETTINGS)
        .contains("DB_USER", "DB_PASSWORD", "DB_MIGRATOR_PASSWORD", "REDIS_URL")
        .doesNotContainAnyElementsOf(settings(manifests).keySet());
    assertThat(pod(manifests).getEnableServiceLinks())
        .as("variables like REDIS_PORT=tcp://... from other Services")
        .isFalse();
  }

  private static void whatIsReferredToIsThere(Manifests manifests) {
    Set<String> maps =
        manifests.all(ConfigMap.class).stream()
            .map(DeploymentTest::name)
            .collect(Collectors.toSet());
    assertThat(container(manifests).getEnvFrom())
        .allSatisfy(from -> assertThat(maps).contains(from.getConfigMapRef().getName()));
    List<Secret> secrets = manifests.all(Secret.class);
    if (!secrets.isEmpty()) {
      Map<String, Secret> byName =
          secrets.stream().collect(Collectors.toMap(DeploymentTest::name, secret -> secret));
      pods(manifests)
          .flatMap(pod -> pod.getContainers().stream())
          .flatMap(container -> container.getEnv().stream())
          .filter(variable -> variable.getValueFrom() != null)
          .map(variable -> variable.getValueFrom().getSecretKeyRef())
          .filter(key -> key != null && !Boolean.TRUE.equals(key.getOptional()))
          .forEach(
              key -> {
                assertThat(byName).containsKey(key.getName());
                assertThat(byName.get(key.getName()).getData()).containsKey(key.getKey());
              });
    }
    assertThat(pod(manifests).getServiceAccountName())
        .isEqualTo(name(manifests.only(ServiceAccount.class)));
    assertThat(manifests.only(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
  }

  private static void podsAreSelected(Manifests manifests) {
    Map<String, String> labels = Map.of("app.kubernetes.io/name", NAME);
    Deployment deployment = manifests.only(Deployment.class);
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(labels);
    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(service(manifests).getSpec().getSelector()).isEqualTo(labels);
    PodDisruptionBudget budget = manifests.only(PodDisruptionBudget.class);
    assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
    assertThat(pod(manifests).getTopologySpreadConstraints())
        .hasSize(2)
        .allSatisfy(
            spread -> assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(labels));
    assertThat(service(manifests).getSpec().getPorts())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.getPort()).isEqualTo(PORT);
              assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
            });
    assertThat(container(manifests).getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(PORT));
  }

  /** What the Pod Security Standard "restricted" asks for, and a root that cannot be written. */
  private static void podsAreConfined(Manifests manifests) {
    assertThat(pods(manifests))
        .isNotEmpty()
        .allSatisfy(
            pod -> {
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getContainers())
                  .allSatisfy(
                      container -> {
                        var context = container.getSecurityContext();
                        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(container.getResources().getLimits().get("memory"))
                            .isEqualTo(container.getResources().getRequests().get("memory"));
                        assertThat(container.getResources().getRequests()).containsKey("cpu");
                        assertThat(container.getVolumeMounts()).isNotEmpty();
                      });
            });
    assertThat(container(manifests).getVolumeMounts())
        .as("where the image writes")
        .extracting(VolumeMount::getMountPath)
        .containsExactlyInAnyOrder("/output", "/tmp", "/etc/message-logger");
    assertThat(pod(manifests).getVolumes())
        .extracting(Volume::getName)
        .containsAll(
            container(manifests).getVolumeMounts().stream().map(VolumeMount::getName).toList());
  }

  /** On every address of the pod, so only with authentication. */
  private static void strangersAreKeptOut(Manifests manifests) {
    Map<String, String> settings = settings(manifests);
    assertThat(settings).containsEntry("HTTP_HOST", "*").doesNotContainKey("ALLOW_ANONYMOUS");
    Path keys = Path.of(settings.get("API_KEYS_FILE"));
    assertThat(container(manifests).getVolumeMounts())
        .filteredOn(mount -> mount.getMountPath().equals(String.valueOf(keys.getParent())))
        .singleElement()
        .satisfies(
            mount -> {
              assertThat(mount.getReadOnly()).isTrue();
              assertThat(pod(manifests).getVolumes())
                  .filteredOn(volume -> volume.getName().equals(mount.getName()))
                  .singleElement()
                  .satisfies(
                      volume -> {
                        assertThat(volume.getSecret().getSecretName())
                            .startsWith("message-logger-api-keys");
                        assertThat(volume.getSecret().getOptional()).isNull();
                      });
            });
  }

  private static void probesAskTheHealthChecks(Manifests manifests) {
    Container container = container(manifests);
    assertProbe(container, container.getStartupProbe(), "/health/ready");
    assertProbe(container, container.getLivenessProbe(), "/health/live");
    assertProbe(container, container.getReadinessProbe(), "/health/started");
    Probe startup = container.getStartupProbe();
    assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
        .as("seconds for a start that changes the schema")
        .isGreaterThanOrEqualTo(1800);
  }

  private static void podsHaveTimeToStop(Manifests manifests) {
    List<String> command = container(manifests).getLifecycle().getPreStop().getExec().getCommand();
    assertThat(command).hasSize(2).first().isEqualTo("sleep");
    assertThat(pod(manifests).getTerminationGracePeriodSeconds())
        .isGreaterThan(Long.parseLong(command.get(1)) + STOP_SECONDS);
  }

  private static void policyLetsThroughWhatIsNeeded(Manifests manifests) {
    NetworkPolicy policy =
        manifests.all(NetworkPolicy.class).stream()
            .filter(each -> name(each).equals(NAME))
            .findFirst()
            .orElseThrow();
    assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(
            policy.getSpec().getEgress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getIntVal()))
        .contains(
            53,
            Integer.parseInt(settings(manifests).get("REDIS_PORT")),
            Integer.parseInt(settings(manifests).get("DB_PORT")));
    assertThat(policy.getSpec().getIngress())
        .allSatisfy(
            rule ->
                assertThat(rule.getPorts())
                    .singleElement()
                    .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("http")));
  }

  @Test
  void quickStartHasItsRedisAndItsDatabase() throws IOException, InterruptedException {
    Manifests manifests = Manifests.render(FOLDER.resolve("overlays/quickstart"));
    Map<String, String> settings = settings(manifests);
    for (String store : List.of("REDIS", "DB")) {
      String host = settings.get(store + "_HOST");
      Service service =
          manifests.all(Service.class).stream()
              .filter(each -> name(each).equals(host))
              .findFirst()
              .orElseThrow();
      assertThat(service.getSpec().getPorts().get(0).getPort())
          .hasToString(settings.get(store + "_PORT"));
      assertThat(manifests.all(StatefulSet.class))
          .filteredOn(set -> name(set).equals(host))
          .singleElement()
          .satisfies(
              set -> {
                assertThat(set.getSpec().getVolumeClaimTemplates()).isNotEmpty();
                assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(service.getSpec().getSelector());
              });
    }
    List<String> redis =
        manifests.all(StatefulSet.class).stream()
            .filter(set -> name(set).equals("redis"))
            .flatMap(
                set ->
                    set.getSpec().getTemplate().getSpec().getContainers().get(0).getArgs().stream())
            .toList();
    assertThat(redis).containsSubsequence("--appendonly", "yes", "--appendfsync", "always");
    assertThat(redis).containsSubsequence("--maxmemory-policy", "noeviction");
  }

  @Test
  void scalingFollowsTheQueueAndTheClaims() throws IOException, InterruptedException {
    Manifests manifests = Manifests.render(FOLDER.resolve("overlays/keda"));
    Map<String, String> settings = settings(manifests);
    assertThat(manifests.only(Deployment.class).getSpec().getReplicas())
        .as("the number of pods is KEDA's")
        .isNull();
    ScaledObject scaled = manifests.only(ScaledObject.class);
    assertThat(scaled.apiVersion()).isEqualTo("keda.sh/v1alpha1");
    assertThat(scaled.spec().scaleTargetRef().name())
        .isEqualTo(name(manifests.only(Deployment.class)));
    assertThat(scaled.spec().minReplicaCount()).isPositive();
    assertThat(scaled.spec().triggers())
        .allSatisfy(
            trigger -> {
              assertThat(trigger.type()).isEqualTo("redis");
              assertThat(trigger.metadata())
                  .containsOnlyKeys("address", "listName", "listLength")
                  .containsEntry(
                      "address", settings.get("REDIS_HOST") + ":" + settings.get("REDIS_PORT"));
            })
        .extracting(trigger -> trigger.metadata().get("listName"))
        .containsExactly(
            settings.get("REDIS_QUEUE"), "{" + settings.get("REDIS_QUEUE") + "}:claims");
  }

  @Test
  void monitoringFindsTheServiceAndHasTheSameRules() throws IOException, InterruptedException {
    Manifests manifests = Manifests.render(FOLDER.resolve("overlays/monitoring"));
    ServiceMonitor monitor = manifests.only(ServiceMonitor.class);
    assertThat(service(manifests).getMetadata().getLabels())
        .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
    assertThat(monitor.getSpec().getEndpoints())
        .singleElement()
        .satisfies(
            endpoint -> {
              assertThat(endpoint.getPath()).isEqualTo("/metrics");
              assertThat(endpoint.getPort())
                  .isEqualTo(service(manifests).getSpec().getPorts().get(0).getName());
            });
    assertThat(manifests.only(PrometheusRule.class).getSpec().getGroups()).isNotEmpty();
    Path component = FOLDER.resolve("components/monitoring");
    assertThat(Manifests.tree(component.resolve("prometheusrule.yaml")).path("spec"))
        .isEqualTo(Manifests.tree(component.resolve("rules.yaml")));
    assertThat(manifests.all(ConfigMap.class))
        .anySatisfy(
            map ->
                assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1"));
  }

  @Test
  void productionIsReplicatedEncryptedAndPinned() throws IOException, InterruptedException {
    Manifests manifests = Manifests.render(FOLDER.resolve("overlays/production"));
    assertThat(manifests.only(Deployment.class).getSpec().getReplicas()).isGreaterThan(2);
    assertThat(container(manifests).getImage()).matches(".+/message-logger:\\d+\\.\\d+\\.\\d+");
    assertThat(manifests.all(Secret.class)).as("secrets in files").isEmpty();
    assertThat(manifests.all(StatefulSet.class)).as("stores of its own").isEmpty();
    Ingress ingress = manifests.only(Ingress.class);
    assertThat(ingress.getSpec().getTls()).isNotEmpty();
    assertThat(ingress.getSpec().getRules())
        .allSatisfy(
            rule ->
                assertThat(ingress.getSpec().getTls().get(0).getHosts()).contains(rule.getHost()))
        .flatExtracting(rule -> rule.getHttp().getPaths())
        .allSatisfy(
            path ->
                assertThat(path.getBackend().getService().getName())
                    .isEqualTo(name(service(manifests))));
  }

  private static void assertProbe(Container container, Probe probe, String path) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(probe.getHttpGet().getPort().getStrVal())
        .as("port of %s", path)
        .isIn(container.getPorts().stream().map(port -> port.getName()).toList());
  }

  private static Map<String, String> settings(Manifests manifests) {
    return manifests.all(ConfigMap.class).stream()
        .filter(map -> name(map).matches(NAME + "-[a-z0-9]{10}"))
        .findFirst()
        .orElseThrow()
        .getData();
  }

  private static Service service(Manifests manifests) {
    return manifests.all(Service.class).stream()
        .filter(each -> name(each).equals(NAME))
        .findFirst()
        .orElseThrow();
  }

  private static PodSpec pod(Manifests manifests) {
    return manifests.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Container container(Manifests manifests) {
    assertThat(pod(manifests).getContainers()).hasSize(1);
    return pod(manifests).getContainers().get(0);
  }

  private static Stream<PodSpec> pods(Manifests manifests) {
    return Stream.concat(
        Stream.of(pod(manifests)),
        manifests.all(StatefulSet.class).stream()
            .map(set -> set.getSpec().getTemplate().getSpec()));
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
