#!/usr/bin/env bash
# Writes registry and version into components/images, once for all overlays.
#   deploy/k8s/set-images.sh registry.example.com/mailstats 0.1.0
set -euo pipefail
cd "$(dirname "$0")"
[ $# -eq 2 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
sed -i -E "s#^( +newName: ).*/([a-z]+)\$#\1${1%/}/\2#; s#^( +newTag: ).*#\1$2#" components/images/kustomization.yaml
