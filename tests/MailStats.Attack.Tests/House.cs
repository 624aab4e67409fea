using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MailStats.Attack.Tests;

/// <summary>
/// A real Standalone and a real gateway before it, with an honest tenant and an attacker who has a right key of a tenant of
/// their own. Whatever the attacker sends comes from another address of loopback than the honest traffic.
/// </summary>
public sealed class House : IAsyncLifetime
{
    private static readonly string[] Clusters = ["ingest", "query", "policy", "classifier", "notifier"];
    private static readonly string[] Scopes = ["ingest", "read"];

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mailstats-attack-");
    private ServiceProcess? _standalone;
    private ServiceProcess? _gateway;

    public string HonestKey { get; private set; } = "";

    public string AttackersKey { get; private set; } = "";

    public int StandaloneId => _standalone!.Id;

    public Uri AddressOf(Edge edge) => edge == Edge.Gateway ? _gateway!.Address : _standalone!.Address;

    public async Task InitializeAsync()
    {
        _standalone = await ServiceProcess.StartAsync("services/Standalone", null, ["--data", _data.FullName], []);
        _gateway = await ServiceProcess.StartAsync("gateway", null, [], [.. Clusters.Select(cluster =>
            ($"ReverseProxy__Clusters__{cluster}__Destinations__1__Address", _standalone.Address.ToString()))]);

        using var admin = new HttpClient { BaseAddress = _standalone.Address };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(Path.Combine(_data.FullName, "admin.key"))).Trim());
        HonestKey = await AddTenantAsync(admin, "honest");
        AttackersKey = await AddTenantAsync(admin, "attacker");
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_standalone is not null)
        {
            await _standalone.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    private static async Task<string> AddTenantAsync(HttpClient admin, string tenant)
    {
        using var made = await admin.PostAsJsonAsync("/v1/admin/tenants", new { id = tenant, name = tenant, timeZone = "Etc/UTC" });
        made.EnsureSuccessStatusCode();
        using var key = await admin.PostAsJsonAsync($"/v1/admin/tenants/{tenant}/keys", new { name = "test", scopes = Scopes });
        key.EnsureSuccessStatusCode();

        return (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }
}

/// <summary>Which process faces the attacker.</summary>
public enum Edge
{
    Standalone = 0,
    Gateway = 1,
}
