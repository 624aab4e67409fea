using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The pages of settings, and when statistics are collected: what is changed on screen is changed in the API.</summary>
[Collection(SharedDashboard.Name)]
public sealed class SettingsTests(DashboardFixture fixture, OwnStandalone own)
{
    private static readonly string[] _paths =
        [
            "/settings", "/settings/preferences", "/settings/languages", "/settings/domains", "/settings/quotas", "/settings/suppression", "/settings/brake",
            "/settings/mail-servers", "/settings/webhook-sources",
            "/settings/notifications", "/settings/letters", "/settings/users", "/settings/keys", "/settings/audit", "/settings/tenants",
            "/bounces/unknown",
        ];

    public static TheoryData<string, string> Views() => PageTests.InBothLanguages(_paths);

    [SkippableTheory]
    [MemberData(nameof(Views))]
    public async Task No_settings_page_breaks_a_rule_of_accessibility_or_is_wider_than_the_screen(string path, string language)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenInAsync(language, own.Standalone, path);

        await PageTests.HoldsEverywhereAsync(opened.Page, language);
    }

    [SkippableFact]
    public async Task Collection_is_switched_off_and_on_every_one_to_24_hours()
    {
        await using var opened = await OpenAsync("/settings");
        var page = opened.Page;
        var enabled = page.GetByRole(AriaRole.Switch, new() { Name = "Enable statistics collection" });
        var interval = page.GetByLabel("Update the statistics");

        await Expect(interval.Locator("option")).ToHaveTextAsync(
            ["Continuously", "Every hour", .. Enumerable.Range(2, 23).Select(hours => $"Every {hours} hours")]);
        await interval.SelectOptionAsync("Every 6 hours");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        var settings = await own.Standalone.GetAsync("/v1/settings/collection");
        Assert.Equal((true, 6, false), Collected(settings));

        await enabled.UncheckAsync(new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(interval).ToBeDisabledAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(enabled).Not.ToBeCheckedAsync();
        Assert.False((await own.Standalone.GetAsync("/v1/settings/collection")).GetProperty("enabled").GetBoolean());
    }

    [SkippableFact]
    public async Task A_host_gets_a_setting_of_its_own_and_keeps_it_when_the_others_change()
    {
        using var start = await own.Standalone.Client.PutAsJsonAsync("/v1/settings/collection", new { });
        await own.Standalone.GetAsync("/v1/collections/pending?host=mx1.shop.example");
        await using var opened = await OpenAsync("/settings");
        var page = opened.Page;
        var row = page.GetByRole(AriaRole.Table, new() { Name = "Hosts with their own settings" })
            .GetByRole(AriaRole.Row).Filter(new() { HasText = "mx1.shop.example" });
        var form = page.GetByRole(AriaRole.Form, new() { Name = "A host’s own setting" });
        await form.GetByLabel("Host").SelectOptionAsync("mx1.shop.example");
        await form.GetByLabel("Collect from it").SelectOptionAsync("Every 6 hours");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(row).ToContainTextAsync("OnEvery 6 hours");
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await page.GetByLabel("Update the statistics").SelectOptionAsync("Every 3 hours");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal((true, 6, false), await ToldAsync());

        await form.GetByLabel("Collect from it").SelectOptionAsync("Only when Update is clicked");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(row).ToContainTextAsync("OffWhen Update is clicked");
        Assert.Equal((false, 6, false), await ToldAsync());

        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.GetByText("No host has its own setting")).ToBeVisibleAsync();
        Assert.Equal(3, (await ToldAsync()).IntervalHours);

        async Task<(bool Enabled, int IntervalHours, bool Continuous)> ToldAsync()
        {
            var settings = (await own.Standalone.GetAsync("/v1/collections/pending?host=mx1.shop.example")).GetProperty("settings");

            return Collected(settings);
        }
    }

    private static (bool Enabled, int IntervalHours, bool Continuous) Collected(JsonElement settings) => (
        settings.GetProperty("enabled").GetBoolean(),
        settings.GetProperty("intervalHours").GetInt32(),
        settings.GetProperty("continuous").GetBoolean());

    [SkippableFact]
    public async Task The_Update_button_shows_progress_and_outcome()
    {
        // A collector as the dashboard sees it: a host that asks for orders and reports.
        await own.Standalone.GetAsync("/v1/collections/pending?host=mx1.shop.example");
        await using var opened = await OpenAsync("/settings");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Update" }).ClickAsync();
        await Expect(page.GetByText("Waiting for 1 host").First).ToBeVisibleAsync();
        var order = (await own.Standalone.GetAsync("/v1/collections/pending?host=mx1.shop.example")).GetProperty("collectionId").GetString();
        await ReportAsync(order!, new { state = "running", lines = 1200, deliveries = 0 });
        await Expect(page.GetByText("Reading: 0 of 1 host done, 1,200 lines").First).ToBeVisibleAsync();
        await ReportAsync(order!, new { state = "done", lines = 2400, deliveries = 321 });
        await Expect(page.GetByText("Done: 321 events from 1 host").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Last collections" }).Locator("[data-column=lines]").First).ToHaveTextAsync("2,400");
    }

    [SkippableFact]
    public async Task Another_time_zone_moves_days_and_times()
    {
        await using var opened = await OpenAsync("/settings/preferences");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Time zone" }).FillAsync("Auckland");
        await page.GetByRole(AriaRole.Option, new() { NameRegex = new Regex("Auckland") }).ClickAsync();

        var request = await page.RunAndWaitForRequestAsync(
            () => page.GetByRole(AriaRole.Navigation, new() { Name = "Main", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Overview" }).ClickAsync(),
            request => request.Url.Contains("/v1/overview", StringComparison.Ordinal));

        Assert.Contains("timeZone=Pacific%2FAuckland", request.Url, StringComparison.Ordinal);
    }

    private async Task<WatchedPage> OpenAsync(string path)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);

        return await fixture.OpenAsync(own.Standalone, path);
    }

    private async Task ReportAsync(string order, object report)
    {
        using var response = await own.Standalone.Client.PutAsJsonAsync($"/v1/collections/{order}/hosts/mx1.shop.example", report);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
