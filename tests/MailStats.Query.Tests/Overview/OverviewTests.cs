using System.Net;
using System.Text.Json;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;

namespace MailStats.Query.Tests.Overview;

public sealed class OverviewTests
{
    [Fact]
    public async Task Indicators_stand_beside_those_of_the_period_before()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(400, 390, 5, 3, 2));
        app.Statistics.Add("2026-03-30T14:30:00Z", new Counters(320, 304, 16, 0, 0));
        // Yesterday at a time that has not come today, and the day before.
        app.Statistics.Add("2026-03-30T14:45:00Z", new Counters(999, 999, 0, 0, 0));
        app.Statistics.Add("2026-03-29T23:45:00Z", new Counters(999, 999, 0, 0, 0));

        var overview = await app.GetAsync("/v1/overview?period=today");

        Assert.Equal(
            """
            {"from":"2026-03-31T00:00:00+00:00","to":"2026-04-01T00:00:00+00:00","previousFrom":"2026-03-30T00:00:00+00:00",
            "previousTo":"2026-03-30T14:45:00+00:00","timeZone":"UTC"}
            """.ReplaceLineEndings(""),
            overview.GetProperty("period").GetRawText());
        Assert.Equal((400, 320, 25m), Read(overview, "recipients"));
        Assert.Equal((390, 304, 28.2895m), Read(overview, "delivered"));
        Assert.Equal((5, 16, -68.75m), Read(overview, "softBounces"));
        Assert.Equal((3, 0, null), Read(overview, "hardBounces"));
        Assert.Equal((2, 0, null), Read(overview, "pending"));
        Assert.Equal((97.5m, 95m, 2.5m), Read(overview, "deliveryRate"));
        Assert.Equal((1.25m, 5m, -3.75m), Read(overview, "softBounceRate"));
        Assert.Equal((0.75m, 0m, 0.75m), Read(overview, "hardBounceRate"));
        Assert.Equal("chance", Verdict("deliveryRate"));
        Assert.Equal("down", Verdict("softBounceRate"));
        Assert.Equal("tooFew", Verdict("hardBounceRate"));

        string? Verdict(string name) => overview.GetProperty(name).GetProperty("verdict").GetString();
    }

    [Fact]
    public async Task Reasons_are_new_go_on_or_are_gone_by_more_than_chance()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(1_000, 900, 20, 80, 0));
        app.Statistics.Add("2026-03-30T14:30:00Z", new Counters(1_000, 930, 60, 10, 0));
        app.Statistics.Reasons.AddRange([new("auth_dkim", 550, "5.7.26", true, 80), new("mailbox_full", 552, "5.2.2", false, 14)]);
        app.Statistics.ReasonsBefore.AddRange(
            [new("rate_limited", 421, "4.7.0", false, 48), new("mailbox_full", 552, "5.2.2", false, 12), new("mail_loop", 554, null, true, 2)]);

        var reasons = await app.GetAsync("/v1/bounce-reasons?period=today");

        Assert.Equal(
            [("auth_dkim", 0, "up"), ("mailbox_full", 12, "chance")],
            reasons.GetProperty("items").EnumerateArray().Select(item => (
                item.GetProperty("reason").GetString(), item.GetProperty("previous").GetInt32(), item.GetProperty("verdict").GetString())));
        var gone = Assert.Single(reasons.GetProperty("gone").EnumerateArray());
        Assert.Equal(("rate_limited", 48), (gone.GetProperty("reason").GetString(), gone.GetProperty("previous").GetInt32()));
    }

    [Fact]
    public async Task Without_earlier_mail_no_change_is_shown_and_without_mail_no_rate()
    {
        await using var app = await QueryApp.StartAsync();
        var empty = await app.GetAsync("/v1/overview");

        Assert.Equal((0, 0, null), Read(empty, "recipients"));
        Assert.Equal((null, null, null), Read(empty, "deliveryRate"));

        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(3, 2, 1, 0, 0));
        var first = await app.GetAsync("/v1/overview");

        Assert.Equal((3, 0, null), Read(first, "recipients"));
        Assert.Equal((66.6667m, null, null), Read(first, "deliveryRate"));
    }

    [Fact]
    public async Task Numbers_are_those_of_the_domain_or_mailbox_asked_for()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(1, 1, 0, 0, 0), "news@shop.example");
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(2, 2, 0, 0, 0), "info@shop.example");
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(4, 4, 0, 0, 0), "info@xn--bcher-kva.example");
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(8, 8, 0, 0, 0), "info@shop.example", tenant: "other");

        foreach (var (filter, recipients) in new[]
        {
            ("", 7), ("?domain=shop.example", 3), ("?domain=Shop.Example.", 3), ("?mailbox=Info@shop.example", 2),
            ("?domain=shop.example&mailbox=news@shop.example", 1), ("?domain=B%C3%BCcher.example", 4), ("?domain=none.example", 0),
        })
        {
            Assert.Equal(recipients, Read(await app.GetAsync("/v1/overview" + filter), "recipients").Value);
        }
    }

    [Fact]
    public async Task The_zone_is_the_tenants_unless_another_is_asked_for()
    {
        await using var app = await QueryApp.StartAsync("Asia/Kathmandu");

        Assert.Equal("2026-03-31T00:00:00+05:45", From(await app.GetAsync("/v1/overview?period=today")));
        Assert.Equal("2026-03-31T00:00:00+02:00", From(await app.GetAsync("/v1/overview?period=today&timeZone=Europe/Berlin")));

        static string? From(JsonElement answer) => answer.GetProperty("period").GetProperty("from").GetString();
    }

    [Fact]
    public async Task The_timeline_holds_every_interval_and_can_count_on()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-25T10:15:00Z", new Counters(3, 2, 1, 0, 0));
        app.Statistics.Add("2026-03-25T22:15:00Z", new Counters(1, 0, 0, 1, 0));
        app.Statistics.Add("2026-03-31T23:45:00Z", new Counters(5, 4, 0, 0, 1));

        var apart = await app.GetAsync("/v1/timeline");
        var cumulative = await app.GetAsync("/v1/timeline?view=cumulative&interval=day");
        var shifted = await app.GetAsync("/v1/timeline?timeZone=Asia/Kathmandu&from=2026-03-25&to=2026-03-26");

        Assert.Equal("day", apart.GetProperty("interval").GetString());
        Assert.Equal([4, 0, 0, 0, 0, 0, 5], Recipients(apart));
        Assert.Equal([4, 4, 4, 4, 4, 4, 9], Recipients(cumulative));
        Assert.Equal("hour", shifted.GetProperty("interval").GetString());
        Assert.Equal(48, Recipients(shifted).Length);
        // 22:15 UTC is 04:00 of the next day in Kathmandu.
        Assert.Equal(1, Recipients(shifted)[28]);

        static int[] Recipients(JsonElement timeline) =>
            [.. timeline.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("recipients").GetInt32())];
    }

    [Theory]
    [InlineData("/v1/overview?period=fortnight", "period")]
    [InlineData("/v1/overview?timeZone=Mars/Olympus", "timeZone")]
    [InlineData("/v1/overview?timeZone=../../../etc/passwd", "timeZone")]
    [InlineData("/v1/overview?from=2026-03-02&to=2026-03-01", "from")]
    [InlineData("/v1/overview?domain=", "domain")]
    [InlineData("/v1/overview?domain=a%00b", "domain")]
    [InlineData("/v1/overview?domain=a%0d%0aX-Evil:1", "domain")]
    [InlineData("/v1/overview?mailbox=@shop.example", "mailbox")]
    [InlineData("/v1/overview?mailbox=info@shop.example&domain=other.example", "mailbox")]
    [InlineData("/v1/overview?from=2016-01-01&to=2026-01-01", "from")]
    [InlineData("/v1/timeline?interval=fortnight", "interval")]
    [InlineData("/v1/timeline?interval=quarter-hour&from=2026-01-01&to=2026-03-01", "interval")]
    [InlineData("/v1/timeline?interval=hour&from=2025-01-01&to=2025-12-31", "interval")]
    [InlineData("/v1/timeline?interval=quarter-hour&from=2016-01-01&to=2026-01-01", "from")]
    [InlineData("/v1/timeline?view=sideways", "view")]
    [InlineData("/v1/domains?limit=0", "limit")]
    [InlineData("/v1/domains?limit=99999999999999999999", "limit")]
    [InlineData("/v1/domains?limit=ten", "limit")]
    [InlineData("/v1/domains/shop.example?period=x", "period")]
    [InlineData("/v1/domains/a%20b/mailboxes", "domain")]
    [InlineData("/v1/providers?limit=-1", "limit")]
    [InlineData("/v1/bounce-reasons?limit=1.5", "limit")]
    [InlineData("/v1/activities?limit=501", "limit")]
    [InlineData("/v1/activities?status=lost", "status")]
    [InlineData("/v1/activities?status=unknown", "status")]
    [InlineData("/v1/activities?search=a%00b", "search")]
    [InlineData("/v1/error-events?smtpCode=99", "smtpCode")]
    [InlineData("/v1/error-events?smtpCode=5xx", "smtpCode")]
    [InlineData("/v1/error-events?unknownCode=maybe", "unknownCode")]
    [InlineData("/v1/error-events?enhancedCode=5.2", "enhancedCode")]
    [InlineData("/v1/error-events?periodOf=delivery", "periodOf")]
    [InlineData("/v1/error-events?reason=Mailbox%20full", "reason")]
    [InlineData("/v1/error-events?status=delivered", "status")]
    [InlineData("/v1/error-events.csv?period=x", "period")]
    public async Task What_is_wrong_is_refused_by_name(string path, string field)
    {
        await using var app = await QueryApp.StartAsync();
        using var response = await app.Client.GetAsync(new Uri(path, UriKind.Relative));
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("ms_shop-ingest", HttpStatusCode.Forbidden)]
    [InlineData("nonsense", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task Who_may_not_read_is_refused(string key, HttpStatusCode status)
    {
        await using var app = await QueryApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = key.Length == 0 ? null : new("Bearer", key);

        string[] paths =
        [
            "overview", "timeline", "domains", "domains/shop.example", "domains/shop.example/mailboxes",
            "providers", "bounce-reasons", "activities", "error-events", "error-events.csv",
        ];

        foreach (var path in paths)
        {
            using var response = await app.Client.GetAsync(new Uri("/v1/" + path, UriKind.Relative));

            Assert.Equal(status, response.StatusCode);
        }
    }

    private static (decimal? Value, decimal? Previous, decimal? Change) Read(JsonElement overview, string name)
    {
        var compared = overview.GetProperty(name);

        return (Number("value"), Number("previous"), Number("change"));

        decimal? Number(string property) =>
            compared.GetProperty(property) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : null;
    }
}
