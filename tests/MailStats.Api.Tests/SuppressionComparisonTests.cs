using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MailStats.TestSupport;

namespace MailStats.Api.Tests;

/// <summary>A provider's own list, as its webhook tells of it, beside ours.</summary>
public sealed class SuppressionComparisonTests : IAsyncLifetime
{
    private const string Token = "a-token-of-the-provider";

    private ApiApp _app = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _app = await ApiApp.StartAsync();
        _admin = await _app.ClientAsync("shop", "admin", "read", "ingest");
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task What_a_provider_blocks_and_was_taken_off_our_list_is_told_and_added_again()
    {
        await RefusedByProviderAsync("ann@example.net", "bob@example.net", "eve@example.net");
        await Eventually.HoldsAsync(async () => (await ItemsAsync("/v1/suppressions")).Count == 3, "the entries");
        Assert.Empty(await ItemsAsync("/v1/suppressions/comparison"));

        await SendAsync(HttpMethod.Delete, "/v1/suppressions/ann@example.net", null, HttpStatusCode.NoContent);
        await SendAsync(HttpMethod.Delete, "/v1/suppressions/bob@example.net", null, HttpStatusCode.NoContent);

        var compared = await SendAsync(HttpMethod.Get, "/v1/suppressions/comparison?source=brevo&because=removed&limit=1", null, HttpStatusCode.OK);
        var first = Assert.Single(compared!["items"]!.AsArray())!;
        Assert.Equal(
            (2, "brevo/main", "removed", "suppressed"),
            (compared["total"]!.GetValue<int>(), Text(first, "source"), Text(first, "because"), Text(first, "reason")));
        Assert.Single(await ItemsAsync($"/v1/suppressions/comparison?source=brevo&because=removed&limit=1&cursor={compared["next"]}"));
        Assert.Empty(await ItemsAsync("/v1/suppressions/comparison?source=sendgrid"));
        var lines = (await _admin.GetStringAsync(new Uri("/v1/suppressions/comparison.csv", UriKind.Relative)))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("address,domain,at,source,because,cause,reason,reply,delivery", lines[0]);
        Assert.Equal(["ann@example.net", "bob@example.net"], lines[1..].Select(line => line.Split(',')[0]).Order());

        var added = await SendAsync(HttpMethod.Post, "/v1/suppressions/comparison/add", new { source = "brevo" }, HttpStatusCode.OK);
        Assert.Equal((2, false), (added!["added"]!.GetValue<int>(), added["left"]!.GetValue<bool>()));
        Assert.Empty(await ItemsAsync("/v1/suppressions/comparison"));
        Assert.Equal(3, (await ItemsAsync("/v1/suppressions?cause=provider")).Count);
    }

    [Fact]
    public async Task What_our_list_has_and_was_delivered_to_is_told_too()
    {
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "ann@example.net" }, HttpStatusCode.Created);
        await SendAsync(
            HttpMethod.Post,
            "/v1/events",
            new
            {
                messageKey = "m1", recipient = "ann@example.net", @event = "delivered", occurredAt = TimeProvider.System.GetUtcNow().AddSeconds(5),
                sender = "a@shop.example",
            },
            HttpStatusCode.Accepted);

        await Eventually.HoldsAsync(async () => (await ItemsAsync("/v1/suppressions/comparison?side=ours")).Count == 1, "the delivery");
        Assert.Equal("manual", (await ItemsAsync("/v1/suppressions/comparison?side=ours"))[0]!["cause"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_administrators_add_and_wrong_words_are_refused()
    {
        using var reader = await _app.ClientAsync("shop", "read");
        await SendAsync(HttpMethod.Post, "/v1/suppressions/comparison/add", new { }, HttpStatusCode.Forbidden, reader);
        await SendAsync(HttpMethod.Get, "/v1/suppressions/comparison", null, HttpStatusCode.OK, reader);

        var problem = await SendAsync(
            HttpMethod.Get, $"/v1/suppressions/comparison?side=theirs&because=1&source={new string('x', 151)}", null, HttpStatusCode.BadRequest);
        Assert.Equal(["because", "side", "source"], problem!["errors"]!.AsObject().Select(error => error.Key).Order());
        await SendAsync(HttpMethod.Get, "/v1/suppressions/comparison?cursor=nothing", null, HttpStatusCode.BadRequest);
    }

    private async Task RefusedByProviderAsync(params string[] addresses)
    {
        var source = await SendAsync(
            HttpMethod.Post,
            "/v1/admin/webhook-sources",
            new { provider = "brevo", name = "main", secret = Token, sender = "news@shop.example" },
            HttpStatusCode.Created);

        using var provider = _app.ClientWith(Token);

        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(source!["path"]!.GetValue<string>(), UriKind.Relative))
            {
                Content = JsonContent.Create(new Dictionary<string, object>
                {
                    ["event"] = "blocked", ["email"] = address, ["message-id"] = $"<{address}>",
                    ["ts_event"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
                }),
            };
            using var answer = await provider.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }
    }

    private static string Text(JsonNode item, string field) => item[field]!.GetValue<string>();

    private async Task<JsonArray> ItemsAsync(string path) => (await SendAsync(HttpMethod.Get, path, null, HttpStatusCode.OK))!["items"]!.AsArray();

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await (client ?? _admin).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {response.StatusCode} {text}");

        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
