#!/usr/bin/env bash
# Adds a RabbitMQ user for a program that listens to public events (docs/subscribe.md), and prints its new password. The user
# declares, binds and reads queues whose names begin with its own name and a full stop, and sees nothing but public events.
# Called again, it gives the user a new password and the rights named.
#   deploy/rabbitmq/add-subscriber.sh billing          # events of all tenants
#   deploy/rabbitmq/add-subscriber.sh billing acme     # those of one tenant
# RABBITMQCTL reaches the broker, VHOST is its virtual host (default /):
#   RABBITMQCTL="docker compose exec -T rabbitmq rabbitmqctl"
#   RABBITMQCTL="kubectl exec -i -n mailstats mailstats-rabbitmq-0 -- rabbitmqctl"        (operator: mailstats-rabbitmq-server-0)
set -euo pipefail

usage() { echo "usage: ${0##*/} NAME [TENANT]   (lower-case letters, digits and hyphens)" >&2; exit 64; }
word='^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'
[[ $# -ge 1 && $# -le 2 && $1 =~ $word ]] || usage
[[ $# -eq 1 || $2 =~ $word ]] || usage
name=$1 tenant=${2-}
vhost=${VHOST-/}
read -ra control <<< "${RABBITMQCTL-rabbitmqctl}"
control() { "${control[@]}" -q "$@" < /dev/null; }

password=$(head -c 24 /dev/urandom | base64 | tr '+/' 'ab')

# The password goes in by standard input: arguments can be read by every user of the machine.
if control list_users --no-table-headers | cut -f1 | grep -qx -- "$name"; then
  "${control[@]}" -q change_password "$name" <<< "$password" > /dev/null
else
  "${control[@]}" -q add_user "$name" <<< "$password" > /dev/null
fi

# Configure and write: its own queues. Read, which binding to an exchange needs: those, and the exchange of public events.
control set_permissions -p "$vhost" "$name" "^$name[.]" "^$name[.]" "^($name[.]|mailstats[.]events\$)"
# Routing keys it may publish (none) and bind: all, or those that begin with the tenant.
control set_topic_permissions -p "$vhost" "$name" mailstats.events '^$' "^${tenant:+$tenant[.]}"
# A subscriber that stays away fills no disk: its queues hold 100,000 events or 256 MiB, the latest, and go after 14 days unread.
control set_policy -p "$vhost" --apply-to queues "subscriber-$name" "^$name[.]" \
  '{"max-length":100000,"max-length-bytes":268435456,"expires":1209600000}'

echo "$password"
