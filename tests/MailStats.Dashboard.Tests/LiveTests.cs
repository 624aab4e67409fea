using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>A page that moves by itself: on a Standalone of its own, since these tests change what is counted.</summary>
[Collection(SharedDashboard.Name)]
public sealed class LiveTests(DashboardFixture fixture)
{
    [SkippableFact]
    public async Task An_empty_Standalone_says_what_to_do_and_the_first_mail_appears_without_a_reload()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var opened = await fixture.OpenAsync(standalone, "/");
        var page = opened.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No mail yet: three steps" })).ToBeVisibleAsync();
        await Expect(page.GetByText("No activity yet")).ToBeVisibleAsync();
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await page.EvaluateAsync("window.loadedOnce = true");

        var now = TimeProvider.System.GetUtcNow();
        await standalone.IngestAsync(Enumerable.Range(0, 3).Select(i => (object)new
        {
            @event = "delivered", occurredAt = now.AddSeconds(-i), messageKey = "first", recipient = $"r{i}@example.net",
            sender = "news@shop.example", subject = "First of all", replyCode = 250,
        }));

        await Expect(page.Locator("[data-indicator=recipients] .indicator-value")).ToHaveTextAsync("3");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Last activities" }).Locator("tbody tr")).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" })).ToContainTextAsync("3 recipients");
        Assert.True(await page.EvaluateAsync<bool>("window.loadedOnce"));
    }

    [SkippableFact]
    public async Task A_lost_connection_is_said_clearly_and_heals_by_itself()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var opened = await fixture.OpenAsync(standalone, "/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        var banner = page.GetByText("The connection to the server is lost.");
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");

        await standalone.KillAsync();
        await Expect(banner).ToBeVisibleAsync();
        await Expect(page.Locator(".live")).ToContainTextAsync("Not live");
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await standalone.RestartAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await Expect(banner).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");
    }
}
