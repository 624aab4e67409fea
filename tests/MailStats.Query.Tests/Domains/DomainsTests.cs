using System.Net;
using System.Text.Json;
using MailStats.Mail.Statistics;

namespace MailStats.Query.Tests.Domains;

public sealed class DomainsTests
{
    [Fact]
    public async Task Domains_come_with_their_numbers_the_silent_registered_ones_too()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(8, 4, 2, 1, 1));
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(9, 9, 0, 0, 0), "a@stray.example");

        var domains = await app.GetAsync("/v1/domains");

        Assert.Equal(
            [("stray.example", false, 9), ("shop.example", true, 8), ("silent.example", false, 0)],
            domains.GetProperty("items").EnumerateArray().Select(item => (
                item.GetProperty("domain").GetString()!, item.GetProperty("validated").GetBoolean(), item.GetProperty("recipients").GetInt32())));
        Assert.Equal(
            """
            {"domain":"shop.example","validated":true,"recipients":8,"delivered":4,"bounces":3,"softBounces":2,"hardBounces":1,
            "pending":1,"complaints":0,"deliveryRate":50,"softBounceRate":25,"hardBounceRate":12.5,"complaintRate":0}
            """.ReplaceLineEndings(""),
            domains.GetProperty("items")[1].GetRawText());
        Assert.Equal(3, domains.GetProperty("total").GetInt32());
        Assert.Equal(1, (await app.GetAsync("/v1/domains?limit=1")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await app.GetAsync("/v1/domains?domain=stray.example")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task One_domain_shows_soft_and_hard_apart_and_its_mailboxes()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(8, 4, 2, 1, 1));
        app.Statistics.Add("2026-03-31T10:30:00Z", new Counters(9, 9, 0, 0, 0), "info@shop.example");

        var domain = await app.GetAsync("/v1/domains/SHOP.example");
        var mailboxes = await app.GetAsync("/v1/domains/shop.example/mailboxes");

        Assert.Equal("shop.example", domain.GetProperty("domain").GetString());
        Assert.Equal(MemoryTenants.Validated, domain.GetProperty("validatedAt").GetDateTimeOffset());
        Assert.Equal((3, 2, 1), (Value("bounces"), Value("softBounces"), Value("hardBounces")));
        Assert.Equal(
            ["info@shop.example", "news@shop.example"],
            mailboxes.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("mailbox").GetString()!));

        int Value(string name) => domain.GetProperty(name).GetProperty("value").GetInt32();
    }

    [Fact]
    public async Task A_domain_of_another_tenant_looks_like_none()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(8, 4, 2, 1, 1), "a@foreign.example", tenant: "other");

        foreach (var path in new[] { "foreign.example", "foreign.example/mailboxes", "none.example", "none.example/mailboxes" })
        {
            using var response = await app.Client.GetAsync(new Uri("/v1/domains/" + path, UriKind.Relative));

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal(
                "This tenant has no such domain.",
                JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task A_domain_that_sent_long_ago_is_still_known()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2024-03-31T10:15:00Z", new Counters(8, 4, 2, 1, 1), "a@old.example");

        Assert.False((await app.GetAsync("/v1/domains/old.example")).GetProperty("validated").GetBoolean());
    }
}
