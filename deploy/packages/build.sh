#!/usr/bin/env bash
# Builds what is installed without .NET: a self-contained archive and a Debian package of Standalone and of the Collector.
#   deploy/packages/build.sh [--runtime linux-x64|linux-arm64] [--output DIR] [mailstats|mailstats-collector]…
# Needs the .NET SDK, Node.js for the dashboard, dpkg-deb, and gcc or clang for the Collector; for the other kind of machine clang, lld and
# its compiler (gcc-aarch64-linux-gnu, gcc-x86-64-linux-gnu). Writes into artifacts/packages.
set -euo pipefail
cd "$(dirname "$0")/../.."

runtime=linux-x64 output=artifacts/packages wanted=()
while [ $# -gt 0 ]; do
  case $1 in
    --runtime) runtime=$2; shift 2 ;;
    --output) output=$2; shift 2 ;;
    mailstats | mailstats-collector) wanted+=("$1"); shift ;;
    *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
  esac
done
[ ${#wanted[@]} -gt 0 ] || wanted=(mailstats mailstats-collector)

case $runtime in
  linux-x64) architecture=amd64 machine=x86_64 ;;
  linux-arm64) architecture=arm64 machine=aarch64 ;;
  *) echo "--runtime: linux-x64 or linux-arm64, not '$runtime'" >&2; exit 2 ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
version=$(dotnet msbuild services/Standalone/MailStats.Standalone.csproj -getProperty:Version)
commit=$(git rev-parse HEAD 2>/dev/null || true)
# The same commit gives the same packages.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
mkdir -p "$output"
output=$(cd "$output" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A build beside the developer's own: neither finds the other's files.
publish() {
  echo "Publishing $1 for $runtime"
  dotnet publish "$1" --configuration Release --runtime "$runtime" --self-contained --artifacts-path artifacts/packages-build \
    --output "$work/published" -p:DebugType=embedded -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false ${commit:+-p:SourceRevisionId=$commit} \
    --verbosity quiet "${@:2}"
}

# What links the native Collector for a machine of another kind than this one.
foreign=()
if [ "$machine" != "$(uname -m)" ]; then
  foreign=(-p:LinkerFlavor=lld "-p:ObjCopyName=$machine-linux-gnu-objcopy")
  for tool in clang ld.lld "$machine-linux-gnu-objcopy"; do
    if [[ " ${wanted[*]} " == *" mailstats-collector "* ]] && ! command -v "$tool" > /dev/null; then
      echo "The Collector for $runtime needs $tool: apt-get install clang lld gcc-${machine/_/-}-linux-gnu" >&2
      exit 1
    fi
  done
fi

# What an installed program has, below the prefix $1.
install_files() {
  local prefix=$1 name=$2
  install -d "$prefix/bin" "$prefix/lib" "$prefix/share/doc/$name" "$prefix/share/man/man1"
  case $name in
    mailstats)
      cp -r "$work/published" "$prefix/lib/mailstats"
      ln -s ../lib/mailstats/MailStats.Standalone "$prefix/bin/mailstats" ;;
    mailstats-collector)
      install -m 755 "$work/published/MailStats.Collector" "$prefix/bin/mailstats-collector" ;;
  esac
  sed "s/@VERSION@/$version/" "deploy/packages/man/$name.1" | gzip -9n > "$prefix/share/man/man1/$name.1.gz"
  install -Dm 644 "deploy/packages/completion/$name.bash" "$prefix/share/bash-completion/completions/$name"
  install -Dm 644 "deploy/packages/completion/_$name" "$prefix/share/zsh/vendor-completions/_$name"
  install -m 644 LICENSE "$prefix/share/doc/$name/copyright"
  gzip -9nc CHANGELOG.md > "$prefix/share/doc/$name/changelog.gz"
  find "$prefix" -type d -exec chmod 755 {} +
  chmod -R u=rwX,go=rX "$prefix/lib" "$prefix/share"
}

# The units of one package: the collector's names begin with the other's.
units() {
  case $1 in
    mailstats) echo deploy/systemd/mailstats.service ;;
    mailstats-collector) echo deploy/systemd/mailstats-collector.service deploy/systemd/mailstats-collector-journal.service ;;
  esac
}

archive() {
  local name=$1 folder=$1-$version-$runtime
  install_files "$work/$folder" "$name"
  install -d "$work/$folder/systemd"
  # shellcheck disable=SC2046 # Two files are two words.
  cp $(units "$name") "$work/$folder/systemd/"
  cp LICENSE "$work/$folder/"
  tar --create --gzip --file "$output/$folder.tar.gz" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime "@$SOURCE_DATE_EPOCH" "$folder"
  echo "$output/$folder.tar.gz"
}

package() {
  local name=$1 root="$work/deb-$1"
  install_files "$root/usr" "$name"
  install -d "$root/DEBIAN" "$root/usr/lib/systemd/system"
  # shellcheck disable=SC2046
  install -m 644 $(units "$name") "$root/usr/lib/systemd/system/"
  install -Dm 644 "deploy/packages/$name/settings.env" "$root/etc/mailstats/${name/mailstats-/}.env"
  sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -sk "$root/usr" | cut -f1)/" \
    "deploy/packages/$name/control" > "$root/DEBIAN/control"
  echo "/etc/mailstats/${name/mailstats-/}.env" > "$root/DEBIAN/conffiles"
  for script in postinst prerm postrm; do
    install -m 755 "deploy/packages/$name/$script" "$root/DEBIAN/$script"
  done
  dpkg-deb --build --root-owner-group -Zxz -z4 "$root" "$output/${name}_${version}_$architecture.deb" > /dev/null
  echo "$output/${name}_${version}_$architecture.deb"
}

for name in "${wanted[@]}"; do
  rm -rf "$work/published"
  case $name in
    mailstats) publish services/Standalone/MailStats.Standalone.csproj ;;
    mailstats-collector) publish services/Collector/MailStats.Collector.csproj -p:StripSymbols=true "${foreign[@]}" ;;
  esac
  archive "$name"
  package "$name"
done
