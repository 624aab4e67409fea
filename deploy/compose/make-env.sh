#!/usr/bin/env bash
# Writes .env beside docker-compose.yml: .env.example with a fresh secret in every empty place that needs one. Never overwrites.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ ! -e .env ] || { echo ".env exists; it is left alone" >&2; exit 1; }

secret() { head -c 24 /dev/urandom | base64 | tr '+/' 'ab'; }

umask 077
while IFS= read -r line; do
  case $line in
    RABBITMQ_PASSWORD= | MONGODB_PASSWORD= | MONGODB_REPLICA_KEY= | GRAFANA_PASSWORD=) echo "$line$(secret)" ;;
    STORAGE_SECRET_KEY=) echo "$line$(head -c 32 /dev/urandom | base64)" ;;
    *) echo "$line" ;;
  esac
done < .env.example > .env.new
mv .env.new .env
echo "Wrote .env. Next: docker compose up -d --build --wait"
