using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MailStats.Api.Tests;

public sealed class AdministrationTests
{
    [Fact]
    public async Task A_key_is_shown_once_works_and_ends_when_it_is_revoked()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");

        var made = await SendAsync(
            admin, HttpMethod.Post, "/v1/admin/keys",
            new { name = "collector", scopes = new[] { "ingest", "read" } }, HttpStatusCode.Created);
        var key = made!["key"]!.GetValue<string>();
        var id = made["stored"]!["id"]!.GetValue<string>();
        using var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        await SendAsync(client, HttpMethod.Get, "/v1/overview", null, HttpStatusCode.OK);
        await SendAsync(client, HttpMethod.Get, "/v1/admin/keys", null, HttpStatusCode.Forbidden);

        var listed = await admin.GetStringAsync(new Uri("/v1/admin/keys", UriKind.Relative));

        Assert.Contains(id, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);

        await SendAsync(admin, HttpMethod.Delete, $"/v1/admin/keys/{id}", null, HttpStatusCode.NoContent);
        await SendAsync(client, HttpMethod.Get, "/v1/overview", null, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"name":"x","scopes":["operator"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["ingest-all"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["everything"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x"}""", "scopes")]
    [InlineData("""{"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"\u0000","scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresAt":"soon"}""", "expiresAt")]
    [InlineData("""{"name":7,"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x","scopes":"read"}""", "scopes")]
    [InlineData("""{"name":"x",""", "body")]
    public async Task A_key_that_cannot_be_made_is_refused_by_field(string body, string field)
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await admin.PostAsync(new Uri("/v1/admin/keys", UriKind.Relative), content);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(problem["errors"]?.AsObject().Any(error => error.Key.StartsWith(field, StringComparison.Ordinal)) ?? false, problem.ToJsonString());
    }

    [Fact]
    public async Task An_operator_makes_a_tenant_and_its_first_key()
    {
        await using var app = await ApiApp.StartAsync();
        using var op = await app.ClientAsync("default", "operator");
        using var admin = await app.ClientAsync("other", "admin");
        var tenant = new { id = "shop", name = "Shop Ltd.", timeZone = "Europe/Berlin" };

        await SendAsync(admin, HttpMethod.Post, "/v1/admin/tenants", tenant, HttpStatusCode.Forbidden);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/tenants", tenant, HttpStatusCode.Created);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/tenants", tenant, HttpStatusCode.Conflict);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/tenants", new { id = "No!", name = "", timeZone = "Mars" }, HttpStatusCode.BadRequest);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/tenants/none/keys", new { name = "x", scopes = new[] { "read" } }, HttpStatusCode.NotFound);

        var key = (await SendAsync(
            op, HttpMethod.Post, "/v1/admin/tenants/shop/keys",
            new { name = "first", scopes = new[] { "admin", "read" } }, HttpStatusCode.Created))!
            ["key"]!.GetValue<string>();
        using var shop = new HttpClient { BaseAddress = app.Address };
        shop.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        Assert.Equal("Shop Ltd.", (await SendAsync(shop, HttpMethod.Get, "/v1/admin/tenant", null, HttpStatusCode.OK))!["name"]!.GetValue<string>());

        await SendAsync(shop, HttpMethod.Put, "/v1/admin/tenant", new { name = "Shop", timeZone = "Asia/Kathmandu" }, HttpStatusCode.OK);

        Assert.Equal(
            "Asia/Kathmandu",
            (await SendAsync(shop, HttpMethod.Get, "/v1/overview", null, HttpStatusCode.OK))!["period"]!["timeZone"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_domain_is_validated_by_its_record()
    {
        await using var dns = await Dns.StartAsync();
        await using var app = await ApiApp.StartAsync($"--Query:DnsResolver={dns.Address}dns-query");
        using var shop = await app.ClientAsync("shop", "admin", "read");
        using var rival = await app.ClientAsync("rival", "admin");

        var added = (await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains", new { domain = "Shop.example" }, HttpStatusCode.OK))!;
        var rivals = (await SendAsync(rival, HttpMethod.Post, "/v1/admin/domains", new { domain = "shop.example" }, HttpStatusCode.OK))!;

        Assert.Equal("_mailstats.shop.example", added["recordName"]!.GetValue<string>());
        Assert.NotEqual(rivals["recordText"]!.GetValue<string>(), added["recordText"]!.GetValue<string>());

        await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.Conflict);
        dns.Records["_mailstats.shop.example"] = added["recordText"]!.GetValue<string>();
        await SendAsync(rival, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.Conflict);

        Assert.True(
            (await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.OK))!["validated"]!.GetValue<bool>());
        Assert.True((await SendAsync(shop, HttpMethod.Get, "/v1/domains/shop.example", null, HttpStatusCode.OK))!["validated"]!.GetValue<bool>());

        // Registering again takes nothing back.
        Assert.True(
            (await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains", new { domain = "shop.example" }, HttpStatusCode.OK))!["validated"]!.GetValue<bool>());

        dns.Records["_mailstats.shop.example"] = rivals["recordText"]!.GetValue<string>();
        await SendAsync(rival, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.Conflict);
        await SendAsync(shop, HttpMethod.Delete, "/v1/admin/domains/shop.example", null, HttpStatusCode.NoContent);
        await SendAsync(rival, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.OK);

        dns.Broken = true;
        await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains", new { domain = "second.example" }, HttpStatusCode.OK);
        await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains/second.example/validation", null, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Without_a_resolver_an_operator_vouches_for_domains()
    {
        await using var app = await ApiApp.StartAsync();
        using var shop = await app.ClientAsync("shop", "admin");
        using var op = await app.ClientAsync("default", "operator", "admin");

        await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains", new { domain = "shop.example" }, HttpStatusCode.OK);
        await SendAsync(shop, HttpMethod.Post, "/v1/admin/domains/shop.example/validation", null, HttpStatusCode.Forbidden);
        await SendAsync(shop, HttpMethod.Post, "/v1/admin/tenants/shop/domains/shop.example/validation", null, HttpStatusCode.Forbidden);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/tenants/shop/domains/shop.example/validation", null, HttpStatusCode.OK);

        Assert.True((await SendAsync(shop, HttpMethod.Get, "/v1/admin/domains", null, HttpStatusCode.OK))!["items"]![0]!["validated"]!.GetValue<bool>());

        await SendAsync(op, HttpMethod.Post, "/v1/admin/domains", new { domain = "own.example" }, HttpStatusCode.OK);
        await SendAsync(op, HttpMethod.Post, "/v1/admin/domains/own.example/validation", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_change_leaves_an_entry_and_no_secret()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");
        using var other = await app.ClientAsync("other", "admin");

        var key = (await SendAsync(
            admin, HttpMethod.Post, "/v1/admin/keys", new { name = "collector", scopes = new[] { "ingest" } }, HttpStatusCode.Created))!
            ["key"]!.GetValue<string>();
        await SendAsync(admin, HttpMethod.Put, "/v1/admin/users/ann", new { name = "Ann", role = "viewer" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Delete, "/v1/admin/keys/none", null, HttpStatusCode.NotFound);
        await SendAsync(admin, HttpMethod.Put, "/v1/admin/tenant", new { name = "" }, HttpStatusCode.BadRequest);

        var log = (await SendAsync(admin, HttpMethod.Get, "/v1/admin/audit?limit=3", null, HttpStatusCode.OK))!;
        var rest = (await SendAsync(admin, HttpMethod.Get, $"/v1/admin/audit?cursor={log["next"]}", null, HttpStatusCode.OK))!;

        Assert.Equal(
            [("saveTenant", 400), ("revokeKey", 404), ("saveUser", 200), ("addKey", 201)],
            log["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(item => (item!["action"]!.GetValue<string>(), item["status"]!.GetValue<int>())));
        Assert.DoesNotContain(key, rest.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("collector", rest["items"]![0]!["details"]!["name"]!.GetValue<string>());
        Assert.Empty((await SendAsync(other, HttpMethod.Get, "/v1/admin/audit", null, HttpStatusCode.OK))!["items"]!.AsArray());
        await SendAsync(other, HttpMethod.Get, $"/v1/admin/audit?cursor={log["next"]}", null, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Users_have_roles()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");

        await SendAsync(admin, HttpMethod.Put, "/v1/admin/users/ann", new { name = "Ann", role = "viewer" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, "/v1/admin/users/ann", new { name = "Ann", role = "administrator" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, "/v1/admin/users/bob", new { name = "Bob", role = "unknown" }, HttpStatusCode.BadRequest);
        await SendAsync(admin, HttpMethod.Put, "/v1/admin/users/bob", new { name = "Bob", role = "emperor" }, HttpStatusCode.BadRequest);

        var users = (await SendAsync(admin, HttpMethod.Get, "/v1/admin/users", null, HttpStatusCode.OK))!["items"]!.AsArray();

        Assert.Equal("administrator", users.Single()!["role"]!.GetValue<string>());

        await SendAsync(admin, HttpMethod.Delete, "/v1/admin/users/ann", null, HttpStatusCode.NoContent);
        await SendAsync(admin, HttpMethod.Delete, "/v1/admin/users/ann", null, HttpStatusCode.NotFound);
    }

    internal static async Task<JsonNode?> SendAsync(HttpClient client, HttpMethod method, string path, object? body, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.True(response.StatusCode == status, $"{method} {path}: {(int)response.StatusCode} {text}");

        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>A resolver that answers over HTTP as the public ones do.</summary>
    private sealed class Dns : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Dns(WebApplication app) => _app = app;

        public Dictionary<string, string> Records { get; } = [];

        public bool Broken { get; set; }

        public string Address => _app.Urls.Single() + "/";

        public static async Task<Dns> StartAsync()
        {
            var app = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
            var dns = new Dns(app);
            app.MapGet("/dns-query", (string name, string type) =>
                dns.Broken ? Results.Text("<html>")
                : type == "TXT" && dns.Records.TryGetValue(name, out var text)
                    ? Results.Json(
                        new { Status = 0, Answer = new[] { new { name, type = 16, data = $"\"{text[..10]}\" \"{text[10..]}\"" } } },
                        contentType: "application/dns-json", options: new())
                    : Results.Json(new { Status = 3 }, contentType: "application/dns-json"));
            await app.StartAsync();

            return dns;
        }

        public async ValueTask DisposeAsync() => await _app.DisposeAsync();
    }
}
