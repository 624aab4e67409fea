#!/usr/bin/env bash
# Makes a release: images for amd64 and arm64 with SBOM and provenance, packages, an SBOM of the sources, checksums, release notes.
#   deploy/release.sh VERSION [--registry registry.example.com/mailstats] [--push] [--only images|packages|sbom|notes]…
# VERSION is that of Directory.Build.props, and CHANGELOG.md has a section of it. Without --push images stay where buildx builds them.
# Needs the .NET SDK, Node.js, git, what deploy/packages/build.sh needs, and Docker with buildx for the images. Everything is written into
# artifacts/release.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
[ $# -ge 1 ] || usage
version=$1; shift
registry=mailstats push=false only=()
while [ $# -gt 0 ]; do
  case $1 in
    --registry) registry=${2%/}; shift 2 ;;
    --push) push=true; shift ;;
    --only) only+=("$2"); shift 2 ;;
    *) usage ;;
  esac
done
[ ${#only[@]} -gt 0 ] || only=(images packages sbom notes)

built=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[ "$version" = "$built" ] || { echo "Directory.Build.props says $built, not $version" >&2; exit 1; }
grep -q "^## \[$version\]" CHANGELOG.md || { echo "CHANGELOG.md has no section [$version]" >&2; exit 1; }

output=artifacts/release
mkdir -p "$output"
revision=$(git rev-parse HEAD)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
services=(Ingest Classifier Aggregator Incidents Query Policy Notifier Gateway Collector Standalone)

images() {
  : > "$output/digests.txt"
  for service in "${services[@]}"; do
    image=$registry/${service,,}:$version
    echo "Building $image"
    docker buildx build . --platform linux/amd64,linux/arm64 --sbom=true --provenance=mode=max \
      --build-arg SERVICE="$service" --build-arg VERSION="$version" --build-arg REVISION="$revision" --build-arg CREATED="$created" \
      --tag "$image" --metadata-file "$output/${service,,}.json" $($push && echo --push)
    digest=$(sed -n 's/.*"containerimage.digest": *"\([^"]*\)".*/\1/p' "$output/${service,,}.json")
    echo "$image@$digest" >> "$output/digests.txt"
    rm "$output/${service,,}.json"
  done
}

packages() {
  for runtime in linux-x64 linux-arm64; do
    deploy/packages/build.sh --runtime $runtime --output "$output"
  done
}

# What each program is made of, as CycloneDX: Standalone holds every service.
sbom() {
  dotnet tool restore > /dev/null
  for project in services/Standalone services/Collector gateway; do
    name=$(basename "$project"/*.csproj .csproj)
    dotnet restore "$project" --verbosity quiet
    dotnet tool run dotnet-CycloneDX -- "$project/$name.csproj" --disable-package-restore --output "$output" \
      --filename "$name-$version.cdx.json" --output-format Json --set-name "$name" --set-version "$version" > "$output/sbom.log" \
      || { tail -n 5 "$output/sbom.log" >&2; exit 1; }
    rm "$output/sbom.log"
  done
}

# The changelog's section, then what to fetch.
notes() {
  {
    echo "# MailStats $version"
    echo
    awk -v section="## [$version]" 'index($0, section) == 1 { on = 1; next } /^## \[|^\[/ { on = 0 } on' CHANGELOG.md
    if [ -s "$output/digests.txt" ]; then
      echo "## Images"
      echo
      sed 's/^/- `/; s/$/`/' "$output/digests.txt"
      echo
    fi
    echo "## Files"
    echo
    sed 's/^\([0-9a-f]*\)  \(.*\)/- `\2`, SHA-256 `\1`/' "$output/SHA256SUMS"
    echo
    echo "Built from commit $revision."
  } > "$output/release-notes.md"
}

for part in images packages sbom; do
  if [[ " ${only[*]} " == *" $part "* ]]; then $part; fi
done

if [[ " ${only[*]} " == *" notes "* ]]; then
  (cd "$output" && find . -maxdepth 1 -type f ! -name SHA256SUMS ! -name release-notes.md -printf '%f\n' | sort | xargs -r sha256sum > SHA256SUMS)
  notes
fi

ls -l "$output"
