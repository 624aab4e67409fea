using System.Net;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Attempts;

/// <summary>The clock stands at 14:37 UTC on 31 March 2026.</summary>
public sealed class AttemptTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Attempts_are_told_when_they_happened_by_what_was_asked()
    {
        await using var app = await QueryApp.StartAsync();
        await ApplyAsync(
            app,
            Event(1, DeliveryEventKind.Deferred, Noon.AddMinutes(-118)), Event(1, DeliveryEventKind.Deferred, Noon.AddMinutes(-3)),
            Event(1, DeliveryEventKind.Delivered, Noon.AddMinutes(1)), Event(2, DeliveryEventKind.Delivered, Noon.AddMinutes(2), provider: "Yahoo"),
            Event(3, DeliveryEventKind.Delivered, Noon.AddMinutes(2), domain: "other.example"));

        Assert.Equal(
            ["2026-03-31T10:00:00+00:00 1", "2026-03-31T11:00:00+00:00 1", "2026-03-31T12:00:00+00:00 3"],
            Points(await app.GetAsync("/v1/attempts?period=today&interval=hour")));
        Assert.Equal(
            [
                "2026-03-31T12:00:00+02:00 Gmail deferred rate_limited 1", "2026-03-31T13:55:00+02:00 Gmail deferred rate_limited 1",
                "2026-03-31T14:00:00+02:00 Gmail delivered 1", "2026-03-31T14:00:00+02:00 Yahoo delivered 1",
            ],
            Points(await app.GetAsync(
                "/v1/attempts?period=today&interval=5m&by=provider,outcome,reason&domain=shop.example&timeZone=Europe/Berlin")));
        Assert.Equal(
            ["2026-03-31T00:00:00+00:00 Gmail 4", "2026-03-31T00:00:00+00:00 other 1"],
            Points(await app.GetAsync("/v1/attempts?period=today&interval=day&by=provider&limit=1")));
        Assert.Equal(
            [
                "2026-03-31T00:00:00+00:00 other.example delivered 1", "2026-03-31T00:00:00+00:00 shop.example deferred 2",
                "2026-03-31T00:00:00+00:00 shop.example delivered 1",
            ],
            Points(await app.GetAsync("/v1/attempts?period=today&interval=day&by=domain,outcome&provider=Gmail")));
        Assert.Equal(
            ["2026-03-31T00:00:00+00:00 other 1", "2026-03-31T00:00:00+00:00 shop.example 4"],
            Points(await app.GetAsync("/v1/attempts?period=today&interval=day&by=domain&limit=1")));
        Assert.Empty(Points(await app.GetAsync("/v1/attempts?period=today&provider=Nobody")));
    }

    [Theory]
    [InlineData("interval=quarter-hour", "interval")]
    [InlineData("interval=5m&period=last-30-days", "interval")]
    [InlineData("by=mailbox", "by")]
    [InlineData("limit=1001", "limit")]
    [InlineData("domain=-", "domain")]
    [InlineData("provider=%00", "provider")]
    public async Task What_cannot_be_answered_is_refused_by_name(string query, string field)
    {
        await using var app = await QueryApp.StartAsync();
        using var response = await app.Client.GetAsync(new Uri("/v1/attempts?" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_more_points_than_fit_is_refused()
    {
        await using var app = await QueryApp.StartAsync();
        await ApplyAsync(app, [.. Enumerable.Range(0, 50_001).Select(number => Event(
            number, DeliveryEventKind.Delivered, Noon.AddDays(-3).AddMinutes(5 * (number % 500)), provider: $"company{number / 500}.test"))]);

        using var response = await app.Client.GetAsync(new Uri("/v1/attempts?interval=5m&by=provider&limit=1000", UriKind.Relative));
        var fewer = await app.GetAsync("/v1/attempts?interval=5m&by=provider&limit=10");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(5_500, fewer.GetProperty("points").GetArrayLength());
    }

    [Fact]
    public async Task The_time_to_deliver_is_told_by_provider_domain_and_day()
    {
        await using var app = await QueryApp.StartAsync();
        await ApplyAsync(
            app,
            [
                .. Enumerable.Range(1, 100).Select(number =>
                    Event(number, DeliveryEventKind.Delivered, Noon.AddSeconds(number), accepted: Noon)),
                Event(200, DeliveryEventKind.Delivered, Noon.AddDays(-1).AddHours(11).AddSeconds(30), "Yahoo", "other.example", Noon.AddDays(-1).AddHours(11)),
            ]);

        var providers = (await app.GetAsync("/v1/latency")).GetProperty("items");
        var days = (await app.GetAsync("/v1/latency?by=day&timeZone=Asia/Kathmandu")).GetProperty("items");
        var domains = (await app.GetAsync("/v1/latency?by=domain&domain=other.example")).GetProperty("items");

        var gmail = providers[0];
        Assert.Equal(("Gmail", 100), (gmail.GetProperty("provider").GetString(), gmail.GetProperty("deliveries").GetInt32()));
        Assert.InRange(gmail.GetProperty("p50Seconds").GetDouble(), 49, 51);
        Assert.InRange(gmail.GetProperty("p99Seconds").GetDouble(), 97, 101);
        Assert.Equal("Yahoo", providers[1].GetProperty("provider").GetString());
        // 23:00 UTC is the next day in Kathmandu.
        Assert.Equal(("2026-03-31", 101), (Assert.Single(days.EnumerateArray()).GetProperty("day").GetString(), days[0].GetProperty("deliveries").GetInt32()));
        Assert.InRange(Assert.Single(domains.EnumerateArray()).GetProperty("p50Seconds").GetDouble(), 29.4, 30.6);
    }

    [Fact]
    public async Task What_waits_is_told_apart_from_what_a_log_left_open()
    {
        await using var app = await QueryApp.StartAsync();
        var days = TimeSpan.FromDays(5);
        await ApplyAsync(
            app,
            Event(1, DeliveryEventKind.Deferred, Noon, accepted: Noon.AddHours(-30)), Event(2, DeliveryEventKind.Accepted, Noon),
            Event(3, DeliveryEventKind.Deferred, app.Time.Now - days + TimeSpan.FromMinutes(1), "Yahoo", "other.example"),
            Event(4, DeliveryEventKind.Deferred, app.Time.Now - days - TimeSpan.FromMinutes(1), "Yahoo"), Event(5, DeliveryEventKind.Delivered, Noon));

        var providers = await app.GetAsync("/v1/waiting");
        var domains = (await app.GetAsync("/v1/waiting?by=domain")).GetProperty("items");

        Assert.Equal((1, 5), (providers.GetProperty("leftOpen").GetInt32(), providers.GetProperty("leftOpenAfterDays").GetInt32()));
        var gmail = providers.GetProperty("items")[0];
        Assert.Equal(
            ("Gmail", 2, Noon.AddHours(-30), "rate_limited"),
            (gmail.GetProperty("provider").GetString(), gmail.GetProperty("waiting").GetInt32(), gmail.GetProperty("oldestAcceptedAt").GetDateTimeOffset(),
                gmail.GetProperty("reason").GetString()));
        Assert.Equal(["shop.example", "other.example"], domains.EnumerateArray().Select(item => item.GetProperty("domain").GetString()));
        Assert.Equal(1, (await app.GetAsync("/v1/waiting?domain=other.example")).GetProperty("items")[0].GetProperty("waiting").GetInt32());
    }

    private static Task<ApplyResult> ApplyAsync(QueryApp app, params ClassifiedDelivery[] events) =>
        app.Services.GetRequiredService<IDeliveryStore>().ApplyAsync(events, default);

    private static IEnumerable<string> Points(JsonElement answer) => answer.GetProperty("points").EnumerateArray().Select(point =>
        string.Join(' ', point.EnumerateObject().Select(field => field.Value.ToString())));

    private static ClassifiedDelivery Event(
        int number, DeliveryEventKind kind, DateTimeOffset at, string provider = "Gmail", string domain = "shop.example",
        DateTimeOffset? accepted = null) => new()
        {
            Provider = provider,
            Classification = kind == DeliveryEventKind.Deferred
                ? new() { Reason = "rate_limited", Hard = false, Permanent = false, Unknown = false, Actor = "sender", Advice = "Send slower.", Rule = "test" }
                : null,
            Event = new()
            {
                EventId = new(number, 0, 0, BitConverter.GetBytes(at.UtcTicks)),
                TenantId = "shop",
                MessageKey = $"m{number}",
                Recipient = $"user{number}@gmail.test",
                Sender = $"news@{domain}",
                Kind = kind,
                OccurredAt = at,
                AcceptedAt = accepted,
            },
        };
}
