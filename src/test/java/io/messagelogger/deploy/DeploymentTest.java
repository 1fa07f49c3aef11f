package io.messagelogger.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.messagelogger.settings.Setting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** k8s/base agrees with the settings, the server and itself. */
class DeploymentTest {
  private static final Logger LOG = Logger.getLogger(DeploymentTest.class.getName());
  private static final String NO_KUBECTL =
      "SKIPPED: no kubectl on the PATH to render k8s/base with";
  private static final Path BASE = Path.of("k8s/base");
  private static final Path JVM_OPTIONS = Path.of("liberty/jvm.options");
  private static final String SECRET = "message-logger";
  private static final int PORT = Integer.parseInt(Setting.HTTP_PORT.defaultText());
  private static final long MEBIBYTE = 1 << 20;

  /** What the JVM takes beside the heap: compiled code, classes, threads, buffers. */
  private static final long BESIDE_THE_HEAP = 256 * MEBIBYTE;

  /** Liberty quiesces for up to 30 seconds, then the drainer finishes for up to 20. */
  private static final long STOP_SECONDS = 30 + 20;

  private static final Set<String> SETTINGS =
      Arrays.stream(Setting.values()).map(Setting::name).collect(Collectors.toSet());

  private final Manifests manifests = new Manifests(BASE);

  @Test
  void kustomizationNamesEachFileOfTheFolder() {
    assertThat(manifests.resources()).containsExactlyInAnyOrderElementsOf(manifests.files());
  }

  @Test
  void kubectlRendersTheBase() throws IOException, InterruptedException {
    Optional<Path> kubectl = onThePath("kubectl");
    if (kubectl.isEmpty()) {
      LOG.warning(NO_KUBECTL);
    }
    assumeTrue(kubectl.isPresent(), NO_KUBECTL);
    Path rendered = Files.createTempFile("rendered", ".yaml");
    try {
      Process process =
          new ProcessBuilder(kubectl.orElseThrow().toString(), "kustomize", BASE.toString())
              .redirectErrorStream(true)
              .redirectOutput(rendered.toFile())
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("kubectl ends within a minute").isTrue();
      String output = Files.readString(rendered);
      assertThat(process.exitValue()).as(output).isZero();
      assertThat(Manifests.kinds(output))
          .containsExactlyInAnyOrder("ConfigMap", "Deployment", "Service");
    } finally {
      Files.delete(rendered);
    }
  }

  @Test
  void configMapHoldsSettingsThatAreAllowedAndNotSecret() {
    Map<String, String> data = manifests.configMap().getData();
    assertThat(SETTINGS).as("settings").containsAll(data.keySet());
    data.forEach(
        (name, value) -> {
          Setting setting = Setting.valueOf(name);
          assertThat(setting.secret()).as("%s is a secret", name).isFalse();
          assertThat(setting.complaint(value)).as(name).isEmpty();
        });
  }

  @Test
  void deploymentTakesTheConfigMapAndTheSecret() {
    assertThat(container().getEnvFrom())
        .extracting(EnvFromSource::getConfigMapRef)
        .extracting(ConfigMapEnvSource::getName)
        .containsExactly(manifests.configMap().getMetadata().getName());
    assertThat(container().getEnv())
        .allSatisfy(
            variable -> {
              assertThat(variable.getValue()).as(variable.getName()).isNull();
              SecretKeySelector key = variable.getValueFrom().getSecretKeyRef();
              assertThat(key.getName()).as(variable.getName()).isEqualTo(SECRET);
              assertThat(key.getKey()).isEqualTo(variable.getName());
            });
    assertThat(pod().getEnableServiceLinks())
        .as("variables like REDIS_PORT=tcp://... from other Services")
        .isFalse();
  }

  @Test
  void deploymentNamesSettingsAndEachSecretOne() {
    List<String> names = container().getEnv().stream().map(EnvVar::getName).toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .isSubsetOf(SETTINGS)
        .containsAll(
            Arrays.stream(Setting.values()).filter(Setting::secret).map(Setting::name).toList())
        .doesNotContainAnyElementsOf(manifests.configMap().getData().keySet());
  }

  @Test
  void whatHasADefaultInTheServiceIsOptional() {
    assertThat(container().getEnv())
        .filteredOn(
            variable ->
                Boolean.TRUE.equals(variable.getValueFrom().getSecretKeyRef().getOptional()))
        .extracting(EnvVar::getName)
        .containsExactly(
            Setting.DB_MIGRATOR_USER.name(),
            Setting.DB_MIGRATOR_PASSWORD.name(),
            Setting.REDIS_URL.name());
  }

  @Test
  void onePortFromTheSettingToTheService() {
    assertThat(container().getPorts())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.getName()).isEqualTo("http");
              assertThat(port.getContainerPort()).isEqualTo(PORT);
            });
    assertThat(manifests.configMap().getData())
        .containsEntry(Setting.HTTP_PORT.name(), Integer.toString(PORT));
    ServicePort port = manifests.service().getSpec().getPorts().get(0);
    assertThat(port.getPort()).isEqualTo(PORT);
    assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
  }

  @Test
  void serviceAndDeploymentSelectThePods() {
    Map<String, String> labels =
        manifests.deployment().getSpec().getTemplate().getMetadata().getLabels();
    assertThat(manifests.service().getSpec().getSelector()).isNotEmpty().isEqualTo(labels);
    assertThat(manifests.deployment().getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
  }

  @Test
  void probesAskTheHealthChecks() {
    assertProbe(container().getStartupProbe(), "/health/started");
    assertProbe(container().getLivenessProbe(), "/health/live");
    assertProbe(container().getReadinessProbe(), "/health/ready");
  }

  @Test
  void podHasTimeToStop() {
    assertThat(pod().getTerminationGracePeriodSeconds()).isGreaterThan(STOP_SECONDS);
  }

  @Test
  void heapFitsIntoTheMemory() throws IOException {
    long heap = heapBytes();
    long requested = memory(container().getResources().getRequests());
    long limit = memory(container().getResources().getLimits());
    assertThat(requested).as("request").isGreaterThanOrEqualTo(heap).isLessThanOrEqualTo(limit);
    assertThat(limit).as("limit").isGreaterThanOrEqualTo(heap + BESIDE_THE_HEAP);
  }

  @Test
  void containerIsConfinedAndLibertyCanWrite() {
    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(container().getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container().getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .containsExactlyInAnyOrder(
            "/opt/ol/wlp/output", "/logs", "/opt/ol/wlp/usr/servers/defaultServer/apps", "/tmp");
    assertThat(pod().getVolumes())
        .allSatisfy(volume -> assertThat(volume.getEmptyDir()).isNotNull())
        .extracting(Volume::getName)
        .containsExactlyInAnyOrderElementsOf(
            container().getVolumeMounts().stream().map(VolumeMount::getName).toList());
  }

  private PodSpec pod() {
    return manifests.deployment().getSpec().getTemplate().getSpec();
  }

  private Container container() {
    assertThat(pod().getContainers()).hasSize(1);
    return pod().getContainers().get(0);
  }

  private void assertProbe(Probe probe, String path) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(probe.getHttpGet().getPort().getStrVal())
        .as("port of %s", path)
        .isIn(container().getPorts().stream().map(port -> port.getName()).toList());
  }

  private static long memory(Map<String, Quantity> resources) {
    return resources.get("memory").getNumericalAmount().longValueExact();
  }

  private static long heapBytes() throws IOException {
    MatchResult heap =
        Pattern.compile("(?m)^-Xmx(\\d+)m$")
            .matcher(Files.readString(JVM_OPTIONS))
            .results()
            .findFirst()
            .orElseThrow(() -> new AssertionError(JVM_OPTIONS + " names no -Xmx in MiB"));
    return Long.parseLong(heap.group(1)) * MEBIBYTE;
  }

  private static Optional<Path> onThePath(String command) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
