using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

public sealed class CursorTests
{
    [Fact]
    public async Task A_cursor_fits_its_list_its_filters_and_its_tenant_only()
    {
        await using var app = await ApiApp.StartAsync();
        using var shop = await app.ClientAsync("shop", "ingest", "read");
        using var other = await app.ClientAsync("other", "ingest", "read");
        await ReportAsync(shop, "a", TimeProvider.System.GetUtcNow(), 3);
        await CountAsync(shop, "/v1/activities", 3);

        var cursor = (await shop.GetFromJsonAsync<JsonNode>("/v1/activities?limit=1&search=example"))!["next"]!.GetValue<string>();
        var swapped = cursor[..^1] + (cursor[^1] == 'A' ? 'B' : 'A');

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shop, $"/v1/activities?limit=2&search=example&cursor={cursor}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(shop, $"/v1/activities?limit=2&cursor={cursor}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(shop, $"/v1/activities?limit=2&search=example&domain=shop.example&cursor={cursor}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(shop, $"/v1/error-events?limit=2&search=example&cursor={cursor}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(other, $"/v1/activities?limit=2&search=example&cursor={cursor}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(shop, $"/v1/activities?limit=2&search=example&cursor={swapped}"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));

        return response.StatusCode;
    }

    private static Task<JsonNode?> ReportAsync(HttpClient client, string name, DateTimeOffset start, int count) => AdministrationTests.SendAsync(
        client,
        HttpMethod.Post,
        "/v1/events",
        Enumerable.Range(0, count).Select(i => new
        {
            @event = "bounced",
            occurredAt = start.AddSeconds(i),
            messageKey = $"{name}-{i}",
            sender = "news@shop.example",
            recipient = $"{name}-{i}@example.net",
            reply = "550 5.1.1 User unknown",
        }).ToArray(),
        HttpStatusCode.Accepted);

    private static Task CountAsync(HttpClient client, string list, int count) => Eventually.HoldsAsync(
        async () => (await client.GetFromJsonAsync<JsonNode>($"{list}?limit=500"))!["items"]!.AsArray().Count == count, $"{count} rows");
}
