#!/usr/bin/env bash
# Tries the Debian packages where they will live: a bare Debian without .NET, booted with systemd (debootstrap, systemd-nspawn).
#   deploy/packages/try.sh MAILSTATS.deb COLLECTOR.deb [BASE]
# BASE is a folder with a bare Debian; made when missing (a minute) and kept for the next time. Root on Debian or Ubuntu.
# Exit code 77: cannot be tried here, and says why.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -ge 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
mailstats=$(realpath "$1") collector=$(realpath "$2") base=${3:-artifacts/packages-base}

[ "$(id -u)" = 0 ] || { echo "Not tried: needs root"; exit 77; }
for tool in debootstrap systemd-nspawn; do
  command -v $tool > /dev/null || { echo "Not tried: $tool is not installed (apt-get install debootstrap systemd-container)"; exit 77; }
done

if [ ! -e "$base/etc/debian_version" ]; then
  mkdir -p "$base"
  debootstrap --variant=minbase --include=systemd-sysv,dbus bookworm "$base" > "$base.log" 2>&1 \
    || { tail -n 5 "$base.log"; echo "Not tried: no Debian could be fetched"; exit 77; }
fi

machine=$(mktemp -d)
trap 'rm -rf "$machine"' EXIT
cp -a "$base/." "$machine/"
install -d "$machine/trial"
cp "$mailstats" "$machine/trial/mailstats.deb"
cp "$collector" "$machine/trial/mailstats-collector.deb"
cp tests/MailStats.Collector.Tests/samples/postfix.log "$machine/trial/mail.log"
install -m 755 deploy/packages/trial.sh "$machine/trial/trial.sh"

# Which an installed machine has, and a bare Debian has not.
echo "127.0.0.1 localhost" > "$machine/etc/hosts"

# The machine has no network of its own, so that its ports are nobody else's: what the packages need is fetched before.
cp /etc/resolv.conf "$machine/etc/resolv.conf"
chroot "$machine" sh -c 'apt-get update -q && apt-get install -y -q --no-install-recommends --download-only /trial/*.deb' > "$machine/trial/fetch.log" 2>&1 \
  || { tail -n 5 "$machine/trial/fetch.log"; exit 1; }

cat > "$machine/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
Environment=DEBIAN_FRONTEND=noninteractive
ExecStart=/bin/bash -c '/trial/trial.sh > /trial/log 2>&1; echo $? > /trial/code; systemctl poweroff --no-block'
UNIT
install -d "$machine/etc/systemd/system/graphical.target.wants"
ln -s ../trial.service "$machine/etc/systemd/system/graphical.target.wants/trial.service"

timeout 900 systemd-nspawn --directory "$machine" --boot --private-network --register=no --keep-unit --quiet > "$machine/trial/boot.log" 2>&1 || true

[ -e "$machine/trial/code" ] || { tail -n 20 "$machine/trial/boot.log"; cat "$machine/trial/log" 2> /dev/null; echo "The machine did not end its trial"; exit 1; }
cat "$machine/trial/log"
exit "$(cat "$machine/trial/code")"
