using System.Net;
using System.Text.Json;
using MailStats.Mail.Statistics;

namespace MailStats.Query.Tests.Overview;

/// <summary>Complaints wherever the four indicators stand.</summary>
public sealed class ComplaintTests
{
    private const string Header =
        "recipients,delivered,softBounces,hardBounces,pending,complaints,deliveryRate,softBounceRate,hardBounceRate,complaintRate";

    [Fact]
    public async Task Their_count_and_rate_by_what_was_delivered_stand_beside_the_period_before()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(500, 400, 50, 50, 0, 4));
        app.Statistics.Add("2026-03-30T10:15:00Z", new Counters(200, 200, 0, 0, 0, 1));

        var overview = await app.GetAsync("/v1/overview?period=today");
        var complaints = overview.GetProperty("complaints");
        var rate = overview.GetProperty("complaintRate");

        Assert.Equal((4m, 1m, 300m), Read(complaints));
        Assert.Equal((1m, 0.5m, 0.5m), Read(rate));
    }

    [Fact]
    public async Task They_are_in_the_timeline_and_of_each_domain_mailbox_and_provider()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(500, 400, 50, 50, 0, 4));

        var point = (await app.GetAsync("/v1/timeline?period=today&interval=day")).GetProperty("points")[0];

        Assert.Equal(4, point.GetProperty("complaints").GetInt32());

        foreach (var path in new[] { "/v1/domains", "/v1/domains/shop.example/mailboxes", "/v1/providers" })
        {
            var item = (await app.GetAsync(path)).GetProperty("items")[0];
            Assert.Equal((4, 1m), (item.GetProperty("complaints").GetInt32(), item.GetProperty("complaintRate").GetDecimal()));
        }

        var domain = await app.GetAsync("/v1/domains/shop.example");
        Assert.Equal((4m, 1m), (Read(domain.GetProperty("complaints")).Value, Read(domain.GetProperty("complaintRate")).Value));
    }

    [Theory]
    [InlineData("/v1/timeline.csv?period=today", "start", "2026-03-31")]
    [InlineData("/v1/domains.csv", "domain", "shop.example")]
    [InlineData("/v1/mailboxes.csv?domain=shop.example", "mailbox", "news@shop.example")]
    [InlineData("/v1/providers.csv", "provider", "Gmail")]
    public async Task They_are_in_the_CSV(string path, string first, string name)
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(500, 400, 50, 40, 10, 4));

        using var answer = await app.Client.GetAsync(path);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{first},{Header}\r\n{name},500,400,50,40,10,4,80,10,8,1\r\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Mailboxes_are_of_one_domain()
    {
        await using var app = await QueryApp.StartAsync();

        using var answer = await app.Client.GetAsync("/v1/mailboxes.csv");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static (decimal Value, decimal Previous, decimal Change) Read(JsonElement compared) =>
        (Number(compared, "value"), Number(compared, "previous"), Number(compared, "change"));

    private static decimal Number(JsonElement compared, string name) =>
        compared.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : 0;
}
