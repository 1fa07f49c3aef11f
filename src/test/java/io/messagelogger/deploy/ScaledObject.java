package io.messagelogger.deploy;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;

/**
 * KEDA's resource of this name (keda.sh/v1alpha1, KEDA 2.17), as far as our file uses it: there are
 * no models of it to depend on.
 */
record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
  record Spec(
      Target scaleTargetRef,
      int minReplicaCount,
      int maxReplicaCount,
      int pollingInterval,
      int cooldownPeriod,
      Advanced advanced,
      List<Trigger> triggers) {}

  record Target(String name) {}

  record Advanced(Autoscaler horizontalPodAutoscalerConfig) {}

  record Autoscaler(Behavior behavior) {}

  record Behavior(Rules scaleDown) {}

  record Rules(int stabilizationWindowSeconds, List<Policy> policies) {}

  record Policy(String type, int value, int periodSeconds) {}

  record Trigger(String type, Map<String, String> metadata) {}
}
