using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What the pages say is so.</summary>
[Collection(SharedDashboard.Name)]
public sealed class TruthTests(DashboardFixture fixture)
{
    [SkippableFact]
    public async Task Blocked_is_only_said_where_a_mail_server_asks()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await standalone.LimitAsync(10);
        await standalone.IngestAsync(Enumerable.Range(0, 12).Select(number => (object)new
        {
            @event = "delivered", occurredAt = TimeProvider.System.GetUtcNow().AddSeconds(-number), messageKey = "m", recipient = $"r{number}@example.net",
            sender = "news@shop.example", replyCode = 250,
        }));
        await standalone.WaitForRecipientsAsync(12);
        await using var opened = await fixture.OpenAsync(standalone, "/");
        var page = opened.Page;
        var bar = page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" });

        await Expect(bar).ToContainTextAsync("Quota reached, but no mail server asks: mail is NOT blocked");
        await Expect(bar).ToContainTextAsync("2 over");
        await Expect(bar).ToContainTextAsync("12 sent without asking");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await bar.GetByRole(AriaRole.Link, new() { Name = "Connect a mail server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Let it ask before it takes mail" })).ToBeVisibleAsync();

        using var asked = await standalone.Client.PostAsJsonAsync(
            "/v1/quota/reservations", new { idempotencyKey = "q1", sender = "news@shop.example", recipients = 1 });
        await page.GotoAsync("/");
        await Expect(bar).ToContainTextAsync("Quota reached: mail is blocked until");
    }

    [SkippableFact]
    public async Task Every_number_of_the_reasons_opens_as_many_events()
    {
        await using var opened = await fixture.OpenAsync("/domains/shop.example");
        var page = opened.Page;
        var numbers = page.GetByRole(AriaRole.Table, new() { Name = "Top bounce reasons" }).Locator("tbody tr");
        var events = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr");
        await Expect(numbers.First).ToBeVisibleAsync();
        var rows = await numbers.CountAsync();
        Assert.True(rows >= 3, $"{rows} reasons");

        for (var at = 0; at < rows; at++)
        {
            var row = numbers.Nth(at);
            var parts = row.Locator("[data-column=code] a");
            var sum = 0;
            for (var part = 0; part < await parts.CountAsync(); part++)
            {
                var some = int.Parse(await parts.Nth(part).Locator("[data-part]").InnerTextAsync(), System.Globalization.CultureInfo.InvariantCulture);
                await parts.Nth(part).ClickAsync();
                await Expect(events).ToHaveCountAsync(some);
                sum += some;
            }

            await Expect(row.Locator("[data-column=count]")).ToHaveTextAsync($"{sum}");
            await row.Locator("[data-column=reason] a").ClickAsync();
            await Expect(events).ToHaveCountAsync(sum);
        }

        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Filters in force" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all" }).ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("reason="));
    }

    [SkippableFact]
    public async Task The_day_that_runs_is_drawn_as_running_and_ends_now()
    {
        await using var opened = await fixture.OpenAsync("/?period=today");
        var page = opened.Page;
        var chart = page.GetByRole(AriaRole.Slider);
        await Expect(chart.Locator(".now")).ToHaveCountAsync(1);
        var overview = await fixture.Standalone.GetAsync("/v1/overview?period=today&timeZone=Europe%2FBerlin");
        var period = overview.GetProperty("period");
        var now = TimeProvider.System.GetUtcNow();

        // Spans of the same length: what has passed of today, and as much of yesterday.
        var passed = period.GetProperty("previousTo").GetDateTimeOffset() - period.GetProperty("previousFrom").GetDateTimeOffset();
        Assert.InRange(now - period.GetProperty("from").GetDateTimeOffset(), passed - TimeSpan.FromMinutes(16), passed + TimeSpan.FromMinutes(1));
        await Expect(page.Locator(".when")).ToContainTextAsync("to now");

        // The arrow keys go to the running hour and no further.
        var hours = await chart.GetAttributeAsync("aria-valuenow");
        await chart.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", hours!);
        await Expect(page.Locator(".plot-tip")).ToContainTextAsync("(still running)");
    }

    [SkippableFact]
    public async Task A_day_that_is_over_has_nothing_that_runs()
    {
        await using var opened = await fixture.OpenAsync("/?period=yesterday");
        var chart = opened.Page.GetByRole(AriaRole.Slider);
        await Expect(chart.Locator("[data-drawn=delivered]")).ToHaveCountAsync(1);
        await Expect(chart.Locator("[data-drawn=running]")).ToHaveCountAsync(0);
        await Expect(chart.Locator(".now")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task What_waits_to_be_saved_is_not_called_saved()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var standalone = await StandaloneProcess.StartAsync();
        await using var opened = await fixture.OpenAsync(standalone, "/settings");
        var page = opened.Page;
        var interval = page.GetByLabel("Update the statistics");
        var saved = page.GetByText("Saved", new() { Exact = true });
        await interval.SelectOptionAsync("Every 6 hours");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(saved).ToBeVisibleAsync();

        // The next change is held back on its way to the server.
        var arrived = new TaskCompletionSource();
        await page.RouteAsync("**/v1/settings/collection", async route =>
        {
            await arrived.Task;
            await route.ContinueAsync();
        });
        await interval.SelectOptionAsync("Every 9 hours");
        Assert.Equal(0, await saved.CountAsync());
        await Expect(page.GetByText("Not saved: Every 6 hours → Every 9 hours")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        Assert.Equal(0, await saved.CountAsync());
        arrived.SetResult();
        await Expect(saved).ToBeVisibleAsync();
        Assert.Equal(9, (await standalone.GetAsync("/v1/settings/collection")).GetProperty("intervalHours").GetInt32());
    }
}
