using System.Net;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>What a tenant may send is the operator's to say, how it divides that its own (docs/decisions/0012).</summary>
public sealed class QuotaRightsTests
{
    private const string Own = "/v1/admin/quotas";
    private const string OfShop = "/v1/admin/tenants/shop/quotas";

    [Fact]
    public async Task A_tenants_administrator_cannot_set_raise_or_remove_the_tenants_own_limit()
    {
        await using var app = await ApiApp.StartAsync();
        using var seller = await app.ClientAsync("default", "operator");
        using var admin = await app.ClientAsync("shop", "admin", "read");

        await SendAsync(seller, HttpMethod.Put, OfShop, new { limit = 10 }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 1000 }, HttpStatusCode.Forbidden);
        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 1000, window = "day", domain = "", mailbox = " " }, HttpStatusCode.Forbidden);
        await SendAsync(admin, HttpMethod.Delete, Own, null, HttpStatusCode.Forbidden);

        // A month that begins today would be a new quota.
        await SendAsync(admin, HttpMethod.Put, Own + "/settings", new { anchorDay = 17, thresholds = new[] { 100 } }, HttpStatusCode.Forbidden);
        await SendAsync(admin, HttpMethod.Put, Own + "/settings", new { timeZone = "Asia/Kathmandu", thresholds = new[] { 100 } }, HttpStatusCode.Forbidden);

        // Nor by a key that it makes, nor for another tenant's address.
        await SendAsync(admin, HttpMethod.Post, "/v1/admin/keys", new { name = "more", scopes = new[] { "operator" } }, HttpStatusCode.BadRequest);
        await SendAsync(admin, HttpMethod.Put, OfShop, new { limit = 1000 }, HttpStatusCode.Forbidden);

        Assert.Equal(10, (await SendAsync(admin, HttpMethod.Get, "/v1/quota", null, HttpStatusCode.OK))!["limit"]!.GetValue<long>());
        var list = (await SendAsync(admin, HttpMethod.Get, Own, null, HttpStatusCode.OK))!;
        Assert.False(list["maySetOwnLimit"]!.GetValue<bool>());
        Assert.Equal(1, list["settings"]!["anchorDay"]!.GetValue<int>());
    }

    [Fact]
    public async Task Limits_of_domains_and_mailboxes_and_thresholds_are_the_tenants_own()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin");

        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 5, domain = "shop.example" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 50, mailbox = "news@shop.example", window = "day" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Delete, Own + "?domain=shop.example", null, HttpStatusCode.NoContent);
        var settings = await SendAsync(admin, HttpMethod.Put, Own + "/settings", new { thresholds = new[] { 50 } }, HttpStatusCode.OK);

        Assert.Equal([50, 100], settings!["thresholds"]!.AsArray().Select(threshold => threshold!.GetValue<int>()));
    }

    [Fact]
    public async Task A_limit_that_was_saved_is_answered_so_whatever_the_bus_says_to_the_news_of_it()
    {
        await using var app = await ApiApp.StartAsync();
        using var admin = await app.ClientAsync("shop", "admin", "read");
        using var refusing = app.Services.GetRequiredService<IBus>().ConnectPublishObserver(new RefusingBus());

        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 5, domain = "shop.example" }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, Own + "/settings", new { thresholds = new[] { 50 } }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Delete, Own + "?domain=shop.example", null, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_operator_sets_the_limits_of_any_tenant_and_its_own()
    {
        await using var app = await ApiApp.StartAsync();
        using var seller = await app.ClientAsync("default", "operator", "admin");
        using var admin = await app.ClientAsync("shop", "admin", "read");

        await SendAsync(seller, HttpMethod.Put, OfShop, new { limit = 10 }, HttpStatusCode.OK);
        await SendAsync(seller, HttpMethod.Put, OfShop, new { limit = 20 }, HttpStatusCode.OK);
        await SendAsync(seller, HttpMethod.Put, OfShop + "/settings", new { anchorDay = 15, timeZone = "Europe/Berlin" }, HttpStatusCode.OK);
        await SendAsync(seller, HttpMethod.Put, Own, new { limit = 30 }, HttpStatusCode.OK);

        var shop = (await SendAsync(seller, HttpMethod.Get, OfShop, null, HttpStatusCode.OK))!;
        Assert.Equal(
            (20, 15, true),
            (
                shop["items"]![0]!["limit"]!.GetValue<int>(), shop["settings"]!["anchorDay"]!.GetValue<int>(),
                shop["maySetOwnLimit"]!.GetValue<bool>()));
        Assert.Equal(20, (await SendAsync(admin, HttpMethod.Get, "/v1/quota", null, HttpStatusCode.OK))!["limit"]!.GetValue<long>());
        Assert.Equal(30, (await SendAsync(seller, HttpMethod.Get, Own, null, HttpStatusCode.OK))!["items"]![0]!["limit"]!.GetValue<long>());

        await SendAsync(seller, HttpMethod.Delete, OfShop, null, HttpStatusCode.NoContent);
        await SendAsync(seller, HttpMethod.Delete, OfShop, null, HttpStatusCode.NotFound);
        await SendAsync(seller, HttpMethod.Put, "/v1/admin/tenants/none/quotas", new { limit = 1 }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_installation_may_leave_it_to_its_tenants()
    {
        await using var app = await ApiApp.StartAsync("--Query:TenantsSetOwnLimit=true");
        using var admin = await app.ClientAsync("shop", "admin", "read");

        await SendAsync(admin, HttpMethod.Put, Own, new { limit = 10 }, HttpStatusCode.OK);
        await SendAsync(admin, HttpMethod.Put, Own + "/settings", new { anchorDay = 17 }, HttpStatusCode.OK);
        Assert.True((await SendAsync(admin, HttpMethod.Get, Own, null, HttpStatusCode.OK))!["maySetOwnLimit"]!.GetValue<bool>());
        await SendAsync(admin, HttpMethod.Delete, Own, null, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Who_set_which_limit_stands_in_the_audit()
    {
        await using var app = await ApiApp.StartAsync();
        using var seller = await app.ClientAsync("default", "operator", "admin");
        using var shop = await app.ClientAsync("shop", "admin");

        await SendAsync(seller, HttpMethod.Put, OfShop, new { limit = 10 }, HttpStatusCode.OK);

        var entry = (await SendAsync(seller, HttpMethod.Get, "/v1/admin/audit", null, HttpStatusCode.OK))!["items"]![0]!;
        Assert.Contains("\"limit\":\"10\"", entry.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("tenant shop", entry.ToJsonString(), StringComparison.Ordinal);
    }

    private static Task<JsonNode?> SendAsync(HttpClient client, HttpMethod method, string path, object? body, HttpStatusCode expected) =>
        AdministrationTests.SendAsync(client, method, path, body, expected);

    private sealed class RefusingBus : IPublishObserver
    {
        public Task PrePublish<T>(PublishContext<T> context)
            where T : class => throw new MassTransitException("The broker does not take it.");

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
