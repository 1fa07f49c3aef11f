#!/usr/bin/env bash
# kubernetes-client 1.20.5+really1.20.2-1.1+deb12u1 (Debian 12), 2026-11-27
# Expected: `kubectl kustomize` of a current distribution renders what has been usual for years: envs in a generator,
#   replicas, components.
# Seen: this kubectl carries kustomize 2.0.3 of 2019. `envs`, `replicas` and `components` are each an "unknown field", and it says
#   only the first that it meets. `kubectl version --client` names no kustomize version that would tell.
# Ours: k8s/ asks for kubectl 1.21 or newer (docs/operating.md); the tests that render skip, and say so, without a kubectl
#   (src/test/java/io/messagelogger/deploy/Manifests.java).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download kubernetes-client=1.20.5+really1.20.2-1.1+deb12u1 >/dev/null 2>&1
dpkg -x kubernetes-client_*.deb tree
kubectl=tree/usr/bin/kubectl
"$kubectl" version --client --short

changed=0
tries() { # NAME CONTENT WANTED
  mkdir "$1"
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n%s\n' "$2" >"$1/kustomization.yaml"
  echo 'A=b' >"$1/settings.env"
  if said=$("$kubectl" kustomize "$1" 2>&1); then said="rendered"; fi
  echo "$1: $said"
  case "$said" in *"$3"*) ;; *) changed=1 ;; esac
}
tries env $'configMapGenerator:\n  - name: settings\n    env: settings.env' rendered
tries envs $'configMapGenerator:\n  - name: settings\n    envs: [settings.env]' 'unknown field "envs"'
tries replicas $'replicas:\n  - name: server\n    count: 2' 'unknown field "replicas"'
tries components $'components:\n  - ../part' 'unknown field "components"'
exit "$changed"
