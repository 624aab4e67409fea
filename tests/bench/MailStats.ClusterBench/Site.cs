using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.ClusterBench;

/// <summary>A tenant made for the run.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Domain">A domain that is validated for it.</param>
/// <param name="Key">May report, read and administer.</param>
internal sealed record Tenant(string Id, string Domain, string Key);

/// <summary>MailStats as an operator sees it, through the gateway. Calls are repeated until they are answered: they are not what is measured.</summary>
internal sealed class Site(Uri gateway, string operatorKey) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(15) };

    public Uri Gateway => gateway;

    public async Task<Tenant> MakeTenantAsync(string id, long limit, CancellationToken cancellationToken)
    {
        var domain = $"{id}.example";
        await CallAsync(HttpMethod.Post, "/v1/admin/tenants", operatorKey, new { id, name = id, timeZone = "Etc/UTC" }, cancellationToken);
        await CallAsync(HttpMethod.Post, $"/v1/admin/tenants/{id}/domains/{domain}/validation", operatorKey, null, cancellationToken);
        await CallAsync(HttpMethod.Put, $"/v1/admin/tenants/{id}/quotas", operatorKey, new { limit }, cancellationToken);
        var scopes = new { name = "cluster bench", scopes = new[] { "ingest", "read", "admin" } };
        var made = await CallAsync(HttpMethod.Post, $"/v1/admin/tenants/{id}/keys", operatorKey, scopes, cancellationToken);

        return new(id, domain, made["key"]!.GetValue<string>());
    }

    public Task TellAsync(Tenant tenant, Uri webhook, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, "/v1/admin/notifications", tenant.Key, new { kind = "webhook", address = webhook }, cancellationToken);

    public async Task<(long Recipients, long Delivered)> OverviewAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var overview = await CallAsync(HttpMethod.Get, "/v1/overview?period=last-7-days", tenant.Key, null, cancellationToken);

        return (overview["recipients"]!["value"]!.GetValue<long>(), overview["delivered"]!["value"]!.GetValue<long>());
    }

    public async Task<(long Used, long Reserved)> QuotaAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var quota = await CallAsync(HttpMethod.Get, "/v1/quota", tenant.Key, null, cancellationToken);

        return (quota["used"]!.GetValue<long>(), quota["reserved"]!.GetValue<long>());
    }

    public Task SendAsync(Tenant tenant, object events, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, "/v1/events", tenant.Key, events, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> CallAsync(HttpMethod method, string path, string key, object? body, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

            try
            {
                using var response = await _http.SendAsync(request, cancellationToken);

                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadAsStringAsync(cancellationToken) is { Length: > 0 } text ? JsonNode.Parse(text)!.AsObject() : [];
                }

                if ((int)response.StatusCode is not (429 or >= 500))
                {
                    throw new InvalidOperationException(
                        $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
                }
            }
            catch (Exception lost) when (
                lost is HttpRequestException or IOException || (lost is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Again.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }
    }
}
