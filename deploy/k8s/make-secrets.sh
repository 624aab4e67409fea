#!/usr/bin/env bash
# Prints the Secrets that the overlays dev and one-node read, with fresh random passwords. Run it once for a cluster: a
# second run gives passwords that the volumes of RabbitMQ and MongoDB do not know.
#   deploy/k8s/make-secrets.sh | kubectl apply -n mailstats -f -
set -euo pipefail

secret() { head -c 24 /dev/urandom | base64 | tr '+/' 'ab'; }
broker=$(secret) store=$(secret)

cat <<E2
apiVersion: v1
kind: Secret
metadata:
  name: mailstats-rabbitmq-default-user
stringData:
  username: mailstats
  password: $broker
  connection_string: amqp://mailstats:$broker@mailstats-rabbitmq:5672/
---
apiVersion: v1
kind: Secret
metadata:
  name: mailstats-mongodb-root
stringData:
  username: mailstats
  password: $store
  replica-key: $(secret)
---
apiVersion: v1
kind: Secret
metadata:
  name: mailstats-mongodb-connection
stringData:
  connectionString.standard: mongodb://mailstats:$store@mailstats-mongodb-0.mailstats-mongodb:27017/?replicaSet=rs0&authSource=admin
---
apiVersion: v1
kind: Secret
metadata:
  name: mailstats-storage
stringData:
  secret-key: $(head -c 32 /dev/urandom | base64)
E2
