using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MailStats.Api.Tests;

/// <summary>What a page in somebody's browser may see: numbers, of as many domains as it was given, for as long as it was given them.</summary>
public sealed class BrowserTokenTests
{
    private static readonly string[] _addresses = ["ann@", "bob@", "cleo@", "news@"];

    [Fact]
    public async Task Statistics_hold_no_address()
    {
        await using var app = await ApiApp.StartAsync();
        using var tenant = await FilledTenant.MakeAsync(app);
        using var browser = await app.ClientAsync("shop", "statistics");
        var seen = new List<string>();

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(IsRead))
        {
            using var request = tenant.Request(operation);
            using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            if (answer.StatusCode == HttpStatusCode.Forbidden || operation.Id == "getLive")
            {
                continue;
            }

            Assert.True(answer.IsSuccessStatusCode, $"{operation.Id}: {answer.StatusCode}");
            var body = await answer.Content.ReadAsStringAsync();
            seen.Add(operation.Id);
            Assert.All(_addresses, address => Assert.False(body.Contains(address, StringComparison.OrdinalIgnoreCase), $"{operation.Id}: {address}"));
        }

        string[] numbers = ["getOverview", "getTimeline", "getDomains", "getDomain", "getProviders", "getBounceReasons", "getQuota", "getCaller"];
        Assert.Empty(numbers.Except(seen));
        Assert.DoesNotContain("getDeliveries", seen);
        Assert.DoesNotContain("getMailboxes", seen);
        Assert.DoesNotContain("getIncidents", seen);
    }

    [Fact]
    public async Task Who_is_limited_to_domains_sees_nothing_of_others()
    {
        await using var app = await ApiApp.StartAsync();
        using var tenant = await FilledTenant.MakeAsync(app);
        using var browser = await app.ClientAsync("shop", ["statistics"], ["shop.example", "a.example"]);
        using var stranger = await app.ClientAsync("shop", ["statistics"], ["other.example"]);
        var asked = 0;

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(IsRead).Where(operation => operation.Id is not ("getCaller" or "getLive")))
        {
            using var plain = tenant.Request(operation);
            using var answer = await stranger.SendAsync(plain);
            // Pages for people without any key, probes and the document itself belong to no tenant.
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden || !operation.Path.StartsWith("/v1/", StringComparison.Ordinal), operation.Id);
            asked++;
        }

        Assert.True(asked > 20);
        var own = await browser.GetFromJsonAsync<JsonElement>("/v1/overview?domain=SHOP.example");
        Assert.Equal(1, own.GetProperty("delivered").GetProperty("value").GetInt64());

        foreach (var refused in new[]
        {
            "/v1/overview", "/v1/overview?domain=other.example", "/v1/overview?domain=shop.example&domain=other.example", "/v1/overview?domain=",
            "/v1/overview?domain=shop.example&mailbox=news@shop.example", "/v1/domains", "/v1/domains/other.example", "/v1/quota", "/v1/quota/history",
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(new Uri(refused, UriKind.Relative))).StatusCode);
        }

        var disguised = new Uri("/v1/domains/other.example?domain=shop.example", UriKind.Relative);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(disguised)).StatusCode);

        // The tenant's own limit is none of its business.
        await AdministrationTests.SendAsync(tenant.Client, HttpMethod.Put, "/v1/admin/quotas", new { limit = 77 }, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(new Uri("/v1/quota?domain=a.example", UriKind.Relative))).StatusCode);
        await AdministrationTests.SendAsync(tenant.Client, HttpMethod.Put, "/v1/admin/quotas", new { limit = 55, domain = "a.example" }, HttpStatusCode.OK);
        var quota = await browser.GetFromJsonAsync<JsonElement>("/v1/quota?domain=a.example");
        Assert.Equal(55, quota.GetProperty("limit").GetInt64());
        Assert.Equal(1, quota.GetProperty("limits").GetArrayLength());
    }

    [Fact]
    public async Task A_token_shows_what_its_key_shows_or_less_until_the_key_is_revoked()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "read", "admin");
        var made = await AdministrationTests.SendAsync(
            admin,
            HttpMethod.Post,
            "/v1/admin/keys",
            new { name = "panel", scopes = new[] { "statistics" }, domains = new[] { "a.example", "Bücher.example" } },
            HttpStatusCode.Created);
        using var panel = app.ClientWith(made!["key"]!.GetValue<string>());

        var all = await MakeAsync(panel, new { });
        var less = await MakeAsync(panel, new { domains = new[] { "a.example" }, expiresInSeconds = 60 });
        using var browser = app.ClientWith(all);
        using var narrow = app.ClientWith(less);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/v1/overview?domain=bücher.example", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await narrow.GetAsync(new Uri("/v1/overview?domain=a.example", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await narrow.GetAsync(new Uri("/v1/overview?domain=bücher.example", UriKind.Relative))).StatusCode);
        Assert.Equal(["a.example"], (await narrow.GetFromJsonAsync<JsonElement>("/v1/me")).GetProperty("domains").Deserialize<string[]>()!);

        // No more than the key, no longer than an hour, no token by a token.
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(panel, new { domains = new[] { "b.example" } }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(panel, new { expiresInSeconds = 3601 }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(panel, new { domains = Array.Empty<string>() }));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, new { }));

        using var revoked = await admin.DeleteAsync(new Uri($"/v1/admin/keys/{made["stored"]!["id"]}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(new Uri("/v1/me", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_token_that_was_changed_is_none()
    {
        await using var app = await ApiApp.StartAsync();
        using var reader = await app.ClientAsync("shop", "read");
        var token = await MakeAsync(reader, new { });

        for (var at = 4; at < token.Length; at += 7)
        {
            using var browser = app.ClientWith($"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(new Uri("/v1/me", UriKind.Relative))).StatusCode);
        }

        foreach (var text in new[] { "mst_", "mst_é", "mst_" + new string('A', 20_000), token + "A", token[..^1] })
        {
            using var browser = app.ClientWith(Uri.EscapeDataString(text));
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(new Uri("/v1/me", UriKind.Relative))).StatusCode);
        }
    }

    [Theory]
    [InlineData("read")]
    [InlineData("statistics", "read")]
    public async Task Only_a_key_for_statistics_alone_is_limited_to_domains(params string[] scopes)
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");

        await AdministrationTests.SendAsync(
            admin, HttpMethod.Post, "/v1/admin/keys", new { name = "panel", scopes, domains = new[] { "a.example" } }, HttpStatusCode.BadRequest);
    }

    private static bool IsRead(DocumentedOperation operation) => operation.Method.Equals("GET", StringComparison.OrdinalIgnoreCase);

    private static async Task<string> MakeAsync(HttpClient client, object body) =>
        (await AdministrationTests.SendAsync(client, HttpMethod.Post, "/v1/tokens", body, HttpStatusCode.OK))!["token"]!.GetValue<string>();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, object body)
    {
        using var answer = await client.PostAsJsonAsync("/v1/tokens", body);

        return answer.StatusCode;
    }
}
