using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>A network that goes and comes back, and parts of the program that cannot be loaded.</summary>
[Collection(SharedDashboard.Name)]
public sealed class MendingTests(DashboardFixture fixture)
{
    private const string ActivityPart = "**/assets/ActivityPage-*.js";

    [SkippableFact]
    public async Task Offline_is_said_and_the_page_lives_again_when_the_network_is_back()
    {
        await using var opened = await fixture.OpenAsync("/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");
        await PageTests.SettledAsync(page);
        var recipients = await page.Locator("[data-indicator=recipients] .indicator-value").InnerTextAsync();
        await page.EvaluateAsync("window.loadedOnce = true");

        await page.Context.SetOfflineAsync(true);
        await Expect(page.Locator(".live")).ToHaveAttributeAsync("data-state", "lost");
        await Expect(page.GetByText("You are offline.")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-indicator=recipients] .indicator-value")).ToHaveTextAsync(recipients);
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");
        await Expect(page.GetByText("You are offline.")).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.loadedOnce"));
    }

    [SkippableFact]
    public async Task A_page_that_is_opened_offline_comes_by_itself_when_the_network_is_back()
    {
        await using var opened = await fixture.OpenAsync("/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await PageTests.SettledAsync(page);

        await page.Context.SetOfflineAsync(true);
        await ActivityLink(page).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This page could not be loaded." })).ToBeVisibleAsync();
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Activity" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_part_that_fails_once_is_loaded_again_by_itself()
    {
        await using var opened = await fixture.OpenAsync("/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        var failures = 0;
        await page.RouteAsync(ActivityPart, route => Interlocked.Increment(ref failures) == 1 ? route.AbortAsync() : route.ContinueAsync());

        await ActivityLink(page).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Activity" })).ToBeVisibleAsync();
        Assert.True(failures >= 2, $"asked {failures} times");
    }

    [SkippableFact]
    public async Task A_part_that_stays_away_is_said_and_the_rest_goes_on()
    {
        await using var opened = await fixture.OpenAsync("/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await page.RouteAsync(ActivityPart, route => route.FulfillAsync(new() { Status = 404 }));

        // It is tried once more by a reload, and not for ever.
        await page.RunAndWaitForRequestAsync(() => ActivityLink(page).ClickAsync(), request => request.IsNavigationRequest);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This page could not be loaded." })).ToBeVisibleAsync();
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await MainNavigation(page).GetByRole(AriaRole.Link, new() { Name = "Domains" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Domains" })).ToBeVisibleAsync();

        await ActivityLink(page).ClickAsync();
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Load it again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Activity" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_first_part_that_fails_leaves_no_blank_page()
    {
        await using var opened = await fixture.NewPageAsync(fixture.Standalone);
        opened.ExpectsFailures = true;
        var page = opened.Page;
        var failures = 0;
        await page.RouteAsync("**/assets/start-*.js", route => Interlocked.Increment(ref failures) == 1 ? route.AbortAsync() : route.ContinueAsync());

        await page.GotoAsync($"/#key={fixture.Standalone.Key}");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Overview" })).ToBeVisibleAsync();
    }

    private static ILocator MainNavigation(IPage page) => page.GetByRole(AriaRole.Navigation, new() { Name = "Main", Exact = true });

    private static ILocator ActivityLink(IPage page) => MainNavigation(page).GetByRole(AriaRole.Link, new() { Name = "Activity" });
}
