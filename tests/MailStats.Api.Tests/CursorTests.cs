using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

public sealed class CursorTests
{
    [Theory]
    [InlineData("/v1/activities")]
    [InlineData("/v1/error-events")]
    public async Task Pages_neither_miss_nor_repeat_a_row_while_others_arrive(string list)
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "ingest", "read");
        var start = TimeProvider.System.GetUtcNow().AddHours(-2);
        await ReportAsync(client, "old", start, 25);
        await CountAsync(client, list, 25);

        var seen = new List<string>();
        string? cursor = null;

        for (var page = 0; page < 40; page++)
        {
            var answer = (await client.GetFromJsonAsync<JsonNode>($"{list}?limit=4{(cursor is null ? "" : $"&cursor={cursor}")}"))!;
            seen.AddRange(answer["items"]!.AsArray().Select(item => (item!["recipient"] ?? item["to"])!.GetValue<string>()));
            cursor = answer["next"]?.GetValue<string>();

            if (cursor is null)
            {
                break;
            }

            // Later than all that is listed, and between what is still to come and what was shown.
            await ReportAsync(client, $"new{page}", start.AddHours(1), 3);
            await CountAsync(client, list, 25 + ((page + 1) * 3));
        }

        Assert.Null(cursor);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"old-{i}@example.net").Order(), seen.Order());
    }

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

    private static async Task CountAsync(HttpClient client, string list, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        while ((await client.GetFromJsonAsync<JsonNode>($"{list}?limit=500", timeout.Token))!["items"]!.AsArray().Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, timeout.Token);
        }
    }
}
