#!/usr/bin/env bash
# Writes alerts.k8s.yaml from alerts.yml: the same groups as a PrometheusRule of the Prometheus operator.
#   RUNBOOKS=https://wiki.example.com/mailstats deploy/monitoring/make-k8s-alerts.sh     with your own address of the docs
set -euo pipefail
cd "$(dirname "$0")"
{
  printf 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: mailstats\nspec:\n'
  sed -n '/^groups:/,$p' alerts.yml | sed "/./s/^/  /; s#https://mailstats.example#${RUNBOOKS:-https://mailstats.example}#"
} > alerts.k8s.yaml
