#!/usr/bin/env bash
# Generates clients from gateway/openapi.v1.json as people who build on the API do, compiles each without a warning of its own
# making, and lets each talk to a running Standalone: NSwag and Kiota (C#), orval and openapi-typescript (TypeScript).
#   tests/clients/run.sh        needs services/Standalone to be built, Node.js, and the registries of NuGet and npm once
# Ends with one line: N passed, N failed, N skipped. Skipped is what cannot be had here: no Node.js, no registry.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
document=$root/gateway/openapi.v1.json
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 KIOTA_OFFLINE_ENABLED=true KIOTA_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# What became of one client: 0 passed, 2 cannot be had here, anything else failed.
told() {
  case $2 in
    0) echo "$1: passed"; passed=$((passed + 1)) ;;
    2) echo "$1: skipped, it cannot be had here"; skipped=$((skipped + 1)) ;;
    *) echo "$1: failed"; cat "$work/$1.log"; failed=$((failed + 1)) ;;
  esac
}

standalone=$(ls -t "$root"/services/Standalone/bin/*/net10.0/MailStats.Standalone.dll 2>/dev/null | head -n 1)
[ -n "$standalone" ] || { echo "services/Standalone is not built: dotnet build services/Standalone" >&2; exit 1; }
dotnet "$standalone" --urls http://127.0.0.1:0 --data "$work/data" > "$work/server.log" 2>&1 &
server=$!

# The tools, beside each other: what one lacks does not stop the others.
mkdir "$work/csharp" "$work/typescript"
dotnet tool install NSwag.ConsoleCore --version 14.8.0 --tool-path "$work/nswag-tool" > "$work/NSwag.log" 2>&1 & nswag_tool=$!
dotnet tool install Microsoft.OpenApi.Kiota --version 1.38.0 --tool-path "$work/kiota-tool" > "$work/Kiota.log" 2>&1 & kiota_tool=$!
cp "$here"/*.ts "$here"/*.json "$work/typescript/"
npm_code=1
if command -v npm > /dev/null; then
  npm_code=0
  (cd "$work/typescript" && npm ci --no-audit --no-fund --ignore-scripts) > "$work/npm.log" 2>&1 || npm_code=$?
fi

for _ in $(seq 600); do
  url=$(sed -n 's/.*Now listening on: \(http[^ ]*\).*/\1/p' "$work/server.log" | head -n 1)
  [ -n "$url" ] && [ -s "$work/data/admin.key" ] && curl --fail --silent --output /dev/null "$url/health/ready" && break
  kill -0 "$server" 2> /dev/null || { cat "$work/server.log"; exit 1; }
  sleep 0.1
done
key=$(cat "$work/data/admin.key")

# A project of its own outside the repository, so that none of the repository's settings help.
csharp() {
  local name=$1 sources=$2 packages=$3 folder=$work/csharp/$1
  mkdir -p "$folder"
  cat > "$folder/$name.csproj" << PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="$sources;$here/$name.cs" />
    $packages
  </ItemGroup>
</Project>
PROJECT
  dotnet restore "$folder" > "$work/$name.log" 2>&1 || return 2
  {
    dotnet build "$folder" --no-restore --output "$folder/out" -v quiet \
      && timeout 60 dotnet "$folder/out/$name.dll" "$url" "$key"
  } > "$work/$name.log" 2>&1 || return 1
}

nswag() {
  wait "$nswag_tool" || return 2
  "$work/nswag-tool/nswag" openapi2csclient "/input:$document" "/output:$work/csharp/nswag.g.cs" \
    /namespace:MailStats.Generated /classname:MailStatsClient /jsonlibrary:SystemTextJson /jsonlibraryversion:9 \
    /generateNullableReferenceTypes:true /generateOptionalParameters:true > "$work/NSwag.log" 2>&1 || return 1
  csharp NSwag "$work/csharp/nswag.g.cs" ""
}

kiota() {
  wait "$kiota_tool" || return 2
  "$work/kiota-tool/kiota" generate -l CSharp -d "$document" -o "$work/csharp/kiota" \
    -n MailStats.Generated -c MailStatsClient > "$work/Kiota.log" 2>&1 || return 1
  local packages=
  for package in Abstractions Http.HttpClientLibrary Serialization.Json Serialization.Form Serialization.Text Serialization.Multipart; do
    packages+="<PackageReference Include=\"Microsoft.Kiota.$package\" Version=\"2.1.2\" />"
  done
  csharp Kiota "$work/csharp/kiota/**/*.cs" "$packages"
}

typescript() {
  [ "$npm_code" = 0 ] || return 2
  (
    cd "$work/typescript"
    case $1 in
      orval) npx --no-install orval --input "$document" --output generated/orval.ts --client fetch ;;
      *) npx --no-install openapi-typescript "$document" -o generated/openapi-typescript.ts ;;
    esac && npx --no-install tsc --project "tsconfig.$1.json" && timeout 60 node "built/$1.js" "$url" "$key"
  ) > "$work/$1.log" 2>&1 || return 1
}

code=0; nswag || code=$?; told NSwag "$code"
code=0; kiota || code=$?; told Kiota "$code"
code=0; typescript orval || code=$?; told orval "$code"
code=0; typescript openapi-typescript || code=$?; told openapi-typescript "$code"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
