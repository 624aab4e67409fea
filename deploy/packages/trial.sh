#!/usr/bin/env bash
# What try.sh does inside of the bare Debian: installs both packages, uses them, removes them, and looks at what is left.
set -euo pipefail
cd /trial

fail() { echo "FAILED: $1"; exit 1; }
clock() { date +%s.%N; }
since() { awk -v now="$(clock)" -v then="$1" 'BEGIN { printf "%.1f s", now - then }'; }
files() { find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /trial -o -path /var/cache -o -path /var/log -o -path /var/tmp \
  -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /etc/systemd/system -o -path /root \) -prune -o -print | sort; }

# Status line and body of a GET; there is neither curl nor wget.
get() {
  exec 3<> /dev/tcp/127.0.0.1/8080
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' "$1" "${2:-}" >&3
  cat <&3
  exec 3>&-
}

! command -v dotnet || fail "this is no machine without .NET"
# Of others, and kept by them once it is there.
apt-get install -y -q --no-install-recommends ca-certificates > /dev/null 2>&1
files > before

began=$(clock)
apt-get install -y -q --no-install-recommends ./mailstats.deb > install.log 2>&1 || { cat install.log; fail "mailstats cannot be installed"; }
link=$(grep -o 'http://localhost:8080/#key=[A-Za-z0-9_-]*' install.log) || { cat install.log; journalctl -u mailstats --no-pager | tail; fail "no link is printed"; }
echo "apt install ./mailstats.deb: link printed after $(since "$began")"
key=${link#*key=}

systemctl is-active --quiet mailstats || fail "the service does not run"
[ "$(stat -c %U "/proc/$(systemctl show -p MainPID --value mailstats)")" = mailstats ] || fail "it does not run as mailstats"
[ "$(stat -c '%U %a' /var/lib/mailstats/admin.key)" = "mailstats 600" ] || fail "the key is not its owner's alone"
mailstats --version
get /version > page && grep -q "\"version\":\"$(mailstats --version | cut -d+ -f1)\"" page || fail "GET /version tells another version"
get / > page && grep -qi '<html' page || fail "no dashboard is served"
get "/v1/overview?period=today" "$key" > page && grep -q '"recipients"' page || { cat page; fail "the key opens nothing"; }

began=$(clock)
apt-get install -y -q --no-install-recommends ./mailstats-collector.deb > collector.log 2>&1 || { cat collector.log; fail "the collector cannot be installed"; }
echo "apt install ./mailstats-collector.deb: $(since "$began")"
mailstats-collector --version
began=$(clock)
install -m 600 <(echo "$key") /etc/mailstats/collector.key
mailstats-collector import --format postfix --year 2026 --url http://localhost:8080 --key-file /etc/mailstats/collector.key mail.log > import.log \
  || { cat import.log; fail "the log cannot be imported"; }
counted() { get "/v1/overview?from=2026-01-01&to=2026-12-31" "$key" > page; grep -o '"recipients":{"value":[0-9]*' page | grep -o '[0-9]*$'; }
for _ in $(seq 240); do
  [ "$(counted)" -gt 0 ] && break
  sleep 0.25
done
recipients=$(counted)
[ "$recipients" -gt 0 ] || { cat import.log page; fail "the imported mail is not counted"; }
echo "first numbers: $recipients recipients $(since "$began") after the key was there"

install -m 644 mail.log /var/log/mail.log
systemctl start mailstats-collector
systemctl is-active --quiet mailstats-collector || { journalctl -u mailstats-collector --no-pager | tail -n 20; fail "the collector does not follow"; }
systemctl restart mailstats
[ "$(counted)" = "$recipients" ] || fail "a restart changes the numbers"

for page in mailstats mailstats-collector; do
  zcat "/usr/share/man/man1/$page.1.gz" | grep -q "^.TH" || fail "no man page $page"
  bash -n "/usr/share/bash-completion/completions/$page" || fail "no completion of $page"
done

began=$(clock)
apt-get purge -y -q mailstats mailstats-collector > purge.log 2>&1 || { cat purge.log; fail "purging fails"; }
apt-get autoremove --purge -y -q >> purge.log 2>&1
echo "apt purge: $(since "$began")"
! ls -l /proc/*/exe 2> /dev/null | grep -i mailstats || fail "something still runs"
files > after
left=$(comm -13 before after | grep -v -E '^/var/lib/(mailstats|mailstats-collector|private)(/|$)|^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$' || true)
[ -z "$left" ] || { echo "$left" | head -n 20; fail "the packages left files behind"; }
[ -s /var/lib/mailstats/statistics.db ] || { ls -la /var/lib/mailstats; fail "the data is gone"; }
echo "left behind: $(du -sh /var/lib/mailstats | cut -f1) of data"
