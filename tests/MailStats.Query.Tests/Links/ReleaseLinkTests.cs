using System.Net;
using MailStats.Mail.Brake;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using MailStats.Stores.Brake;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Links;

/// <summary>The page that the mail about a stopped mailbox leads to.</summary>
public sealed class ReleaseLinkTests
{
    private const string Stop = "8f0c2a1b04d5e8f607182937";

    private static readonly DateTimeOffset _now = new(2026, 3, 31, 14, 37, 12, TimeSpan.Zero);

    [Fact]
    public async Task Opening_it_changes_nothing_and_the_button_releases_without_a_key()
    {
        await using var app = await StartAsync();
        var url = await MakeAsync(app);

        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get, HttpMethod.Get })
        {
            using var opened = await SendAsync(app, method, url);
            Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
            Assert.Contains("form-action 'self'", opened.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.True(opened.Headers.CacheControl?.NoStore);
        }

        Assert.NotNull((await StandingAsync(app)).Open);
        var page = await PageAsync(app, HttpMethod.Get, url);
        Assert.Contains("<h1>ann@shop.example is stopped</h1>", page, StringComparison.Ordinal);
        Assert.Contains("Since 31 Mar 2026, 16:07:12", page, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);

        Assert.Contains("<h1>ann@shop.example may send again since", await PageAsync(app, HttpMethod.Post, url), StringComparison.Ordinal);
        Assert.Null((await StandingAsync(app)).Open);
    }

    [Fact]
    public async Task It_releases_once_and_leaves_one_entry()
    {
        await using var app = await StartAsync();
        var url = await MakeAsync(app);
        await PageAsync(app, HttpMethod.Post, url);
        app.Time.Now = _now.AddHours(3);
        var brakes = app.Services.GetRequiredService<IBrakeStore>();
        await brakes.StopAsync(Stopped("0a0b0c0d0e0f000102030405") with { Since = app.Time.Now }, tell: false, default);

        var page = await PageAsync(app, HttpMethod.Post, url);

        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        Assert.Equal("0a0b0c0d0e0f000102030405", (await StandingAsync(app)).Open?.Id);
        var entry = Assert.Single((await app.Services.GetRequiredService<IAuditStore>().ListAsync("shop", null, 10, default)).Items);
        Assert.Equal(("link", "releaseBrake", 200), (entry.Actor, entry.Action, entry.Status));
    }

    [Theory]
    [InlineData("expired", HttpStatusCode.Gone)]
    [InlineData("withdrawn", HttpStatusCode.NotFound)]
    [InlineData("changed", HttpStatusCode.NotFound)]
    [InlineData("of no stop", HttpStatusCode.Gone)]
    public async Task What_is_no_link_any_more_releases_nothing(string how, HttpStatusCode status)
    {
        await using var app = await StartAsync();
        var url = await MakeAsync(app, how == "of no stop" ? "000000000000000000000000" : Stop);

        switch (how)
        {
            case "expired":
                app.Time.Now = _now.AddDays(7);
                break;
            case "withdrawn":
                await app.Services.GetRequiredService<SignedLinks>().WithdrawAllAsync("shop", default);
                break;
            case "changed":
                url = url[..^6] + (url[^6] == 'A' ? 'B' : 'A') + url[^5..];
                break;
            default:
                break;
        }

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var answer = await SendAsync(app, method, url);
            Assert.Equal(status, answer.StatusCode);
        }

        Assert.NotNull((await StandingAsync(app)).Open);
    }

    [Fact]
    public async Task A_link_to_a_delivery_releases_nothing_and_one_to_a_stop_shows_no_delivery()
    {
        await using var app = await StartAsync();
        var text = (await MakeAsync(app))[ReleaseLinks.Path.Length..];

        using var answer = await SendAsync(app, HttpMethod.Get, "/links" + text);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var longer = await SendAsync(app, HttpMethod.Post, $"{ReleaseLinks.Path}/{new string('A', 257)}");
        Assert.Equal(HttpStatusCode.NotFound, longer.StatusCode);
    }

    [Fact]
    public async Task It_speaks_French()
    {
        await using var app = await StartAsync();

        var page = await PageAsync(app, HttpMethod.Get, await MakeAsync(app) + "?lang=fr");

        Assert.Contains("ann@shop.example est arrêtée", page, StringComparison.Ordinal);
        Assert.Contains("Libérer la boîte", page, StringComparison.Ordinal);
    }

    private static async Task<QueryApp> StartAsync()
    {
        var app = await QueryApp.StartAsync("Europe/Berlin");
        app.Client.DefaultRequestHeaders.Authorization = null;
        await app.Services.GetRequiredService<IBrakeStore>().StopAsync(Stopped(Stop), tell: false, default);

        return app;
    }

    private static StoredBrake Stopped(string id) => new(
        id, "shop", "ann@shop.example", "ann", _now.AddMinutes(-30), BrakeMode.Enforce, BrakeCause.Hour, 58, 1, null, IsLive: true);

    private static async Task<string> MakeAsync(QueryApp app, string brake = Stop) =>
        $"{ReleaseLinks.Path}/{await app.Services.GetRequiredService<ReleaseLinks>().MakeAsync(new("shop", brake, _now.AddDays(7)), default)}";

    private static Task<BrakeStanding> StandingAsync(QueryApp app) =>
        app.Services.GetRequiredService<IBrakeStore>().StandingAsync("shop", "ann@shop.example", default);

    private static async Task<HttpResponseMessage> SendAsync(QueryApp app, HttpMethod method, string url)
    {
        using var request = new HttpRequestMessage(method, url);

        return await app.Client.SendAsync(request);
    }

    private static async Task<string> PageAsync(QueryApp app, HttpMethod method, string url)
    {
        using var answer = await SendAsync(app, method, url);

        return await answer.Content.ReadAsStringAsync();
    }
}
