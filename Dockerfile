# One image per service:
#   docker build --build-arg SERVICE=Ingest -t mailstats/ingest .
#   docker buildx build --platform linux/amd64,linux/arm64 --sbom=true --provenance=mode=max --build-arg SERVICE=Ingest …
# deploy/release.sh builds them all. Compiled on the machine that builds, for the one that runs: no emulation.
# SERVICE is Ingest, Classifier, Aggregator, Incidents, Query, Policy, Notifier, Collector, Gateway or Standalone.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
# Chiselled: no shell and no package manager; "extra" carries ICU and the time zones that the statistics need.
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
ARG NODE=node:22-bookworm-slim

# The dashboard's files. No SERVICE in this stage: it is built once and cached for all images.
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${NODE} AS dashboard
WORKDIR /gateway/dashboard
COPY gateway/dashboard/package.json gateway/dashboard/package-lock.json gateway/dashboard/.npmrc ./
RUN npm ci
COPY gateway/openapi.v1.json ../
COPY gateway/dashboard/ ./
RUN npm run build

FROM --platform=${BUILDPLATFORM:-linux/amd64} ${SDK} AS build
# amd64 or arm64; a builder without platforms builds for the first.
ARG TARGETARCH=amd64
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
WORKDIR /src
# Only what decides the restore: source changes keep this layer.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY contracts/MailStats.Contracts.csproj contracts/
COPY services/ServiceDefaults/MailStats.ServiceDefaults.csproj services/ServiceDefaults/
COPY mail/MailStats.Mail.csproj mail/
COPY stores/Promises/MailStats.Stores.csproj stores/Promises/
COPY stores/Sqlite/MailStats.Stores.Sqlite.csproj stores/Sqlite/
COPY stores/MongoDb/MailStats.Stores.MongoDb.csproj stores/MongoDb/
COPY services/Ingest/MailStats.Ingest.csproj services/Ingest/
COPY services/Classifier/MailStats.Classifier.csproj services/Classifier/
COPY services/Aggregator/MailStats.Aggregator.csproj services/Aggregator/
COPY services/Incidents/MailStats.Incidents.csproj services/Incidents/
COPY services/Query/MailStats.Query.csproj services/Query/
COPY services/Policy/MailStats.Policy.csproj services/Policy/
COPY services/Notifier/MailStats.Notifier.csproj services/Notifier/
COPY services/Collector/MailStats.Collector.csproj services/Collector/
COPY services/Standalone/MailStats.Standalone.csproj services/Standalone/
COPY gateway/MailStats.Gateway.csproj gateway/Dashboard.targets gateway/
COPY deploy/healthcheck/MailStats.HealthCheck.csproj deploy/healthcheck/
# For one kind of machine: without it every image carries the native libraries of twenty others.
RUN runtime=linux-$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && dotnet restore services/Standalone/MailStats.Standalone.csproj --runtime "$runtime" \
 && dotnet restore services/Collector/MailStats.Collector.csproj --runtime "$runtime" -p:PublishAot=false \
 && dotnet restore gateway/MailStats.Gateway.csproj --runtime "$runtime" \
 && dotnet restore deploy/healthcheck/MailStats.HealthCheck.csproj --runtime "$runtime"
COPY BannedSymbols.txt .editorconfig ./
COPY contracts/ contracts/
COPY mail/ mail/
COPY stores/ stores/
COPY services/ services/
COPY gateway/ gateway/
COPY deploy/healthcheck/ deploy/healthcheck/
COPY --from=dashboard /gateway/dashboard/dist/ gateway/dashboard/dist/
ARG SERVICE
ARG VERSION=
ARG REVISION=
# The version is that of Directory.Build.props unless it is given. service.dll lets one exec-form entry point start any of them: the runtime follows the link and finds what lies beside its target.
RUN case "$SERVICE" in \
      Gateway) project=gateway/MailStats.Gateway.csproj ;; \
      Ingest|Classifier|Aggregator|Incidents|Query|Policy|Notifier|Collector|Standalone) project=services/$SERVICE/MailStats.$SERVICE.csproj ;; \
      *) echo "SERVICE must be Ingest, Classifier, Aggregator, Incidents, Query, Policy, Notifier, Collector, Gateway or Standalone, not '$SERVICE'" >&2; exit 2 ;; \
    esac \
 && runtime=linux-$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && dotnet publish "$project" --configuration Release --no-restore --runtime "$runtime" --self-contained false --output /out/app \
      -p:Dashboard=false ${VERSION:+-p:Version=$VERSION} ${REVISION:+-p:SourceRevisionId=$REVISION} \
      -p:UseAppHost=false -p:PublishAot=false -p:DebugType=embedded -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
 && dotnet publish deploy/healthcheck/MailStats.HealthCheck.csproj --configuration Release --no-restore --runtime "$runtime" --self-contained false \
      --output /out/healthcheck -p:UseAppHost=false -p:DebugType=embedded -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
 && ln -s "MailStats.$SERVICE.dll" /out/app/service.dll \
 && mkdir /out/data

FROM ${RUNTIME}
ARG SERVICE
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="MailStats ${SERVICE}" \
      org.opencontainers.image.description="Event-driven mail statistics: ${SERVICE}" \
      org.opencontainers.image.vendor="MailStats" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra"
WORKDIR /app
COPY --from=build /out/healthcheck/ /healthcheck/
# The one folder a service may write to: what Standalone and the collector keep. The root file system can be read-only.
COPY --from=build --chown=1654:1654 /out/data/ /data/
COPY --from=build /out/app/ ./
# The C library gives the runtime's own threads a heap each before the program begins, and what SQLite frees in one is of no use in another.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    MALLOC_ARENA_MAX=2 \
    DOTNET_EnableDiagnostics_IPC=0 \
    DOTNET_gcServer=0 \
    Storage__Path=/data
EXPOSE 8080
VOLUME /data
USER 1654:1654
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["dotnet", "/healthcheck/MailStats.HealthCheck.dll"]
ENTRYPOINT ["dotnet", "service.dll"]
