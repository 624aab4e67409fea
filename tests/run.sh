#!/usr/bin/env bash
# The one test command: installs what the tests need and is missing (Debian or Ubuntu, as root), builds, runs every test
# project, and ends with one line: N passed, N failed, N skipped.
#   tests/run.sh [PROJECT…]     only the named projects, for example: tests/run.sh Stores Pipeline
set -euo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No process of the build may outlive the run.
export MSBUILDDISABLENODEREUSE=1

# Debian package, the command it brings, what cannot be tested without it.
needed=(
  "rabbitmq-server /usr/lib/rabbitmq/bin/rabbitmq-server everything over a real broker"
  "chromium /usr/bin/chromium the dashboard in a browser"
  "xz-utils /usr/bin/xz logs packed with xz"
  "zstd /usr/bin/zstd logs packed with zstd"
  "bzip2 /usr/bin/bzip2 logs packed with bzip2"
)
# Links the native Collector; gcc does as well.
[ -x /usr/bin/gcc ] || needed+=("clang /usr/bin/clang the Collector as one native file")

missing=()
for need in "${needed[@]}"; do
  read -r package path _ <<<"$need"
  [ -x "$path" ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]}"
    # Debian starts a freshly installed server at once; the tests start their own node instead.
    policy=/usr/sbin/policy-rc.d
    [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -rf "$results" "$policy"' EXIT; }
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } > "$results/apt.log" 2>&1 \
      || { echo "Installing failed:"; tail -n 5 "$results/apt.log"; }
  fi
  for need in "${needed[@]}"; do
    read -r package path what <<<"$need"
    [ -x "$path" ] || echo "Not tested: $what ($package is not installed; install it, or run this as root on Debian or Ubuntu)"
  done
fi

command -v node >/dev/null || echo "Not tested: the dashboard (Node.js is not installed)"

dotnet build MailStats.sln -v quiet

projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
  for folder in tests/MailStats.*.Tests; do
    name=${folder#tests/MailStats.}
    projects+=("${name%.Tests}")
  done
fi

# A project that dies before it can count its tests is one failure.
passed=0 failed=0 skipped=0
for name in "${projects[@]}"; do
  project="tests/MailStats.$name.Tests"
  log="$results/$name.log"
  code=0
  dotnet test "$project" --no-build --logger "trx;LogFileName=$results/$name.trx" --logger "console;verbosity=minimal" > "$log" 2>&1 || code=$?

  counters=$(grep -ho '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null || true)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  total=$(count total); executed=$(count executed); ok=$(count passed); bad=$(count failed)
  total=${total:-0} executed=${executed:-0} ok=${ok:-0} bad=${bad:-0}
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1

  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  printf '%-16s %5d passed %5d failed %5d skipped\n' "$name" "$ok" "$bad" "$((total - executed))"
  if [ "$bad" -gt 0 ]; then cat "$log"; else grep -F '[SKIP]' -A 1 "$log" || true; fi
done

# Clients that people generate from the API's document: NSwag, Kiota, orval, openapi-typescript.
if [ $# -eq 0 ]; then
  tests/clients/run.sh > "$results/clients.log" 2>&1 || true
  counts=$(tail -n 1 "$results/clients.log")
  read -r ok bad gone <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' <<<"$counts")" || true
  # A run that dies before it can count is one failure.
  [ -n "${gone:-}" ] || { ok=0 bad=1 gone=0; }
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + gone))
  printf '%-16s %5d passed %5d failed %5d skipped\n' "clients" "$ok" "$bad" "$gone"
  if [ "$bad" -gt 0 ]; then cat "$results/clients.log"; else grep ': skipped' "$results/clients.log" || true; fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
