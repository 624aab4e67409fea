using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>A hundred thousand bounces of a thousand domains: nothing freezes, and what is old is found too.</summary>
[Collection(SharedDashboard.Name)]
public sealed class ManyRowsTests(DashboardFixture fixture)
{
    private const int Bounces = 100_000;
    private const int Domains = 1_000;

    /// <summary>The longest that the page may keep its reader waiting for a key or a click, on a busy machine, in milliseconds.</summary>
    private const int Freeze = 2_000;

    [SkippableFact]
    public async Task Nothing_freezes_and_the_oldest_is_found()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await standalone.IngestAsync(Enumerable.Range(0, Bounces).Select(number => Bounce(now, number)));
        await standalone.WaitForRecipientsAsync(Bounces);
        await using var opened = await fixture.OpenAsync(standalone, "/bounces?period=last-30-days");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(50);
        await page.EvaluateAsync(
            "window.longest = 0; new PerformanceObserver(seen => seen.getEntries().forEach(task => "
            + "window.longest = Math.max(window.longest, task.duration))).observe({ type: 'longtask' })");

        await page.GetByLabel("Rows per page of error events").SelectOptionAsync("500");
        await Expect(rows).ToHaveCountAsync(500);
        await page.GetByRole(AriaRole.Button, new() { Name = "Older" }).ClickAsync();
        await Expect(page.GetByText("Page 2")).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(500);
        Assert.InRange(await page.EvaluateAsync<double>("window.longest"), 0, Freeze);

        // Deeper than the server looks for one answer.
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync($"person{Bounces - 1}@");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync($"person{Bounces - 1}");
        await Expect(page.GetByText("No error events match")).ToHaveCountAsync(0);
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync("nobody-of-that-name");
        await Expect(page.GetByText("No error events match")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task The_page_of_a_table_stands_in_the_address_until_something_else_is_searched()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await standalone.IngestAsync(Enumerable.Range(0, Domains).Select(number => Bounce(now, number)));
        await standalone.WaitForRecipientsAsync(Domains);
        await using var opened = await fixture.OpenAsync(standalone, "/domains?period=last-30-days");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(page.GetByText("51–100 of 1,000")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("domainsPage=2"));
        await page.ReloadAsync();
        await Expect(page.GetByText("51–100 of 1,000")).ToBeVisibleAsync();

        await page.GetByLabel("Search domains").FillAsync("brand9");
        await Expect(page.GetByText("1–50 of 111")).ToBeVisibleAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("domainsPage"));
    }

    private static object Bounce(DateTimeOffset now, int number)
    {
        var at = now.AddSeconds(-5 * number);

        return new
        {
            @event = "bounced", occurredAt = at, acceptedAt = at, queueId = $"Q{number}", host = "mx1.shop.example",
            recipient = $"person{number}@gmail.com", sender = $"news@brand{number % Domains}.example",
            replyCode = 550, enhancedCode = "5.1.1", reply = "550 5.1.1 User unknown",
        };
    }
}
