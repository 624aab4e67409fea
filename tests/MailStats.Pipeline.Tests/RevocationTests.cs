using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>Services in processes of their own behind the gateway; each keeps what it knows of keys to itself.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan _seconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_revoked_key_is_refused_by_every_service_within_seconds()
    {
        using var data = new TemporaryFolder();
        var admin = await FirstKey.MakeAsync(("Storage__Path", data.Path));
        (string, string)[] store = [("Storage__Path", data.Path)];
        await using var query = await ServiceProcess.StartAsync("services/Query", null, [], store);
        await using var ingest = await ServiceProcess.StartAsync("services/Ingest", null, [], store);
        await using var policy = await ServiceProcess.StartAsync("services/Policy", null, [], store);
        await using var gateway = await ServiceProcess.StartAsync(
            "gateway",
            null,
            [],
            [
                ("ReverseProxy__Clusters__query__Destinations__1__Address", query.Address.ToString()),
                ("ReverseProxy__Clusters__ingest__Destinations__1__Address", ingest.Address.ToString()),
                ("ReverseProxy__Clusters__policy__Destinations__1__Address", policy.Address.ToString()),
            ]);
        using var administrator = Client(gateway.Address, admin);
        using var made = await administrator.PostAsJsonAsync("/v1/admin/keys", new { name = "short-lived", scopes = new[] { "read", "ingest" } });
        var answer = await made.Content.ReadFromJsonAsync<JsonElement>();
        using var client = Client(gateway.Address, answer.GetProperty("key").GetString()!);
        using var live = await client.GetAsync(new Uri("/v1/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK], await AskEveryServiceAsync(client));

        var id = answer.GetProperty("stored").GetProperty("id").GetString();
        using var revoked = await administrator.DeleteAsync(new Uri($"/v1/admin/keys/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        var watch = Stopwatch.StartNew();
        await Eventually.IsAsync(
            () => AskEveryServiceAsync(client),
            statuses => statuses.TrueForAll(status => status == HttpStatusCode.Unauthorized),
            "a refusal by every service");
        Assert.True(watch.Elapsed < _seconds, $"The key was still good after {watch.Elapsed}.");

        // What was begun with the key ends too.
        await live.Content.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Statuses of Query, Ingest and Policy.</summary>
    private static async Task<List<HttpStatusCode>> AskEveryServiceAsync(HttpClient client)
    {
        using var overview = await client.GetAsync(new Uri("/v1/overview", UriKind.Relative));
        using var events = await client.PostAsJsonAsync("/v1/events", Array.Empty<object>());
        using var check = await client.PostAsJsonAsync("/v1/quota/check", new { recipients = 1 });

        return [overview.StatusCode, events.StatusCode, check.StatusCode];
    }

    private static HttpClient Client(Uri address, string key) =>
        new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
}
