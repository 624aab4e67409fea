using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>
/// The demo as somebody sees it who starts it for the first time. With <c>MAILSTATS_WRITE_PICTURES=1</c> it is also where the README's
/// pictures come from.
/// </summary>
[Collection(SharedDashboard.Name)]
public sealed class DemoTests(DashboardFixture fixture)
{
    private const int MostBytes = 150_000;
    private const int Quality = 82;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private static readonly bool _writes = Environment.GetEnvironmentVariable("MAILSTATS_WRITE_PICTURES") == "1";

    [SkippableFact]
    public async Task Its_pages_have_something_to_show()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var demo = await StandaloneProcess.StartDemoAsync();
        var incident = await WaitForIncidentAsync(demo);

        await using (var opened = await fixture.OpenAsync(demo, "/?period=last-30-days"))
        {
            var page = opened.Page;
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Domains", Exact = true }).Locator("tbody tr:not([data-group])")).ToHaveCountAsync(4);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" })).ToContainTextAsync("More than 80% used");
            await Expect(page.GetByRole(AriaRole.List, new() { Name = "Incidents in the chart" })).ToContainTextAsync("Microsoft refuses mail");
            await PictureAsync(page, "overview", "/");
            await PictureAsync(page, "bounces", "/bounces");
            await PictureAsync(page, "incident", $"/incidents/{incident}");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Microsoft refuses mail from harbor-books.example");
            await PictureAsync(page, "delivery", $"/activity/{await DeferredAsync(demo)}");
        }

        await using (var dark = await fixture.OpenAsync(demo, "/domains/harbor-books.example", 1440, ColorScheme.Dark))
        {
            await Expect(dark.Page.GetByRole(AriaRole.List, new() { Name = "Mailboxes" })).ToContainTextAsync("news@harbor-books.example");
            await PictureAsync(dark.Page, "domain-dark", "/domains/harbor-books.example");
        }

        await using var phone = await fixture.OpenAsync(demo, "/", 390);
        await Expect(phone.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main, at the bottom" })).ToBeVisibleAsync();
        await PictureAsync(phone.Page, "overview-phone", "/");
    }

    /// <summary>The id of the latest campaign that was refused: found in the month that the demo begins with.</summary>
    private static async Task<string> WaitForIncidentAsync(StandaloneProcess demo)
    {
        using var timeout = new CancellationTokenSource(_patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        while (true)
        {
            var past = await demo.GetAsync("/v1/incidents?state=closed&kind=authentication&domain=harbor-books.example");
            if (past.GetProperty("items").EnumerateArray().ToArray() is [var latest, ..])
            {
                return latest.GetProperty("id").GetString()!;
            }

            await again.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>The id of a delivery that was tried more than once.</summary>
    private static async Task<string> DeferredAsync(StandaloneProcess demo) =>
        (await demo.GetAsync("/v1/error-events?period=last-7-days&limit=500")).GetProperty("items").EnumerateArray()
            .OrderByDescending(item => item.GetProperty("retryCount").GetInt32())
            .First().GetProperty("id").GetString()!;

    private static async Task PictureAsync(IPage page, string name, string path)
    {
        await page.GotoAsync(path);
        await PageTests.SettledAsync(page);
        if (!_writes)
        {
            return;
        }

        var session = await page.Context.NewCDPSessionAsync(page);
        var answer = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = "webp", ["quality"] = Quality });
        var picture = Convert.FromBase64String(answer!.Value.GetProperty("data").GetString()!);
        Assert.InRange(picture.Length, 1, MostBytes);
        await File.WriteAllBytesAsync(Path.Combine(Checkout.Root, "docs", "screenshots", $"{name}.webp"), picture);
    }
}
