#!/usr/bin/env bash
# Writes alerts.k8s.yaml from alerts.yml: the same groups as a PrometheusRule of the Prometheus operator.
set -euo pipefail
cd "$(dirname "$0")"
{
  printf 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: mailstats\nspec:\n'
  sed -n '/^groups:/,$p' alerts.yml | sed '/./s/^/  /'
} > alerts.k8s.yaml
