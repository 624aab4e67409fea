#!/usr/bin/env bash
# Tries the packages for arm64 on a machine of another kind, by emulating its processor: both programs start, a log is imported and counted.
#   deploy/packages/try-arm64.sh MAILSTATS_arm64.deb COLLECTOR_arm64.deb [BASE]
# BASE is a folder with the libraries of an arm64 Debian; made when missing and kept for the next time. Root on Debian or Ubuntu.
# Installing and removing is tried by try.sh, which is the same for both. Exit code 77: cannot be tried here, and says why.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -ge 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
mailstats=$(realpath "$1") collector=$(realpath "$2") base=${3:-artifacts/packages-base-arm64}
libraries=(libicu72 libssl3 libstdc++6 libgcc-s1 libc6 zlib1g)

for tool in debootstrap qemu-aarch64-static curl; do
  command -v $tool > /dev/null || { echo "Not tried: $tool is not installed (apt-get install debootstrap qemu-user-static curl)"; exit 77; }
done

if [ ! -e "$base/lib/ld-linux-aarch64.so.1" ]; then
  fetched=$(mktemp -d)
  trap 'rm -rf "$fetched"' EXIT
  # Its first stage fetches without running anything.
  debootstrap --foreign --arch=arm64 --variant=minbase --include="$(IFS=,; echo "${libraries[*]}")" bookworm "$fetched" > "$fetched.log" 2>&1 \
    || { tail -n 5 "$fetched.log"; echo "Not tried: no Debian could be fetched"; exit 77; }
  mkdir -p "$base"
  for library in "${libraries[@]}"; do
    dpkg-deb --extract "$fetched"/var/cache/apt/archives/"$library"_*.deb "$base"
  done
  rm -rf "$fetched" "$fetched.log"
fi

trial=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service" 2> /dev/null || true; rm -rf "$trial"' EXIT
dpkg-deb --extract "$mailstats" "$trial"
dpkg-deb --extract "$collector" "$trial"

export QEMU_LD_PREFIX=$base
# What the emulator does not follow is code that is written twice: by the compiler's second thoughts, and through a second view of its memory.
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0
address=http://127.0.0.1:${PORT:-18080} data=$trial/data key=
emulate() { qemu-aarch64-static "$trial/usr/$1" "${@:2}"; }
fail() { cat "$trial/log"; echo "FAILED: $1"; exit 1; }

ASPNETCORE_URLS=$address qemu-aarch64-static "$trial/usr/lib/mailstats/MailStats.Standalone" --data "$data" > "$trial/log" 2>&1 &
service=$!
for _ in $(seq 480); do
  curl --silent --fail "$address/version" && break
  kill -0 "$service" 2> /dev/null || fail "the program ended"
  sleep 0.25
done
echo
key=$(cat "$data/admin.key") || fail "it does not listen"

emulate bin/mailstats-collector --version
emulate bin/mailstats-collector import --format postfix --year 2026 --url "$address" --key "$key" --state "$trial/state" \
  tests/MailStats.Collector.Tests/samples/postfix.log > "$trial/import.log" 2>&1 || { cat "$trial/import.log"; fail "the log cannot be imported"; }

counted() {
  curl --silent --fail --header "Authorization: Bearer $key" "$address/v1/overview?from=2026-01-01&to=2026-12-31" | grep -o '"recipients":{"value":[0-9]*' | grep -o '[0-9]*$'
}
for _ in $(seq 240); do
  [ "$(counted)" -gt 0 ] && break
  sleep 0.25
done
[ "$(counted)" -gt 0 ] || fail "the imported mail is not counted"
echo "first numbers: $(counted) recipients"
