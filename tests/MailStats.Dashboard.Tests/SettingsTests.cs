using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What is changed on screen is changed in the API: on a Standalone of its own.</summary>
[Collection(SharedDashboard.Name)]
public sealed class SettingsTests(DashboardFixture fixture, SettingsTests.OwnStandalone own) : IClassFixture<SettingsTests.OwnStandalone>
{
    private static readonly string[] _paths =
        [
            "/settings", "/settings/preferences", "/settings/languages", "/settings/domains", "/settings/quotas", "/settings/suppression", "/settings/brake",
            "/settings/mail-servers", "/settings/webhook-sources",
            "/settings/notifications", "/settings/letters", "/settings/users", "/settings/keys", "/settings/audit", "/settings/tenants",
            "/bounces/unknown",
        ];

    public static TheoryData<string, ColorScheme> Views()
    {
        var views = new TheoryData<string, ColorScheme>();
        foreach (var path in _paths)
        {
            views.Add(path, ColorScheme.Light);
            views.Add(path, ColorScheme.Dark);
        }

        return views;
    }

    [SkippableTheory]
    [MemberData(nameof(Views))]
    public async Task No_settings_page_breaks_a_rule_of_accessibility_or_is_wider_than_the_screen(string path, ColorScheme scheme)
    {
        await using var opened = await OpenAsync(path, scheme);
        await PageTests.HoldsEverywhereAsync(opened.Page);
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

    [SkippableFact]
    public async Task The_quota_bar_is_blue_then_orange_then_red_with_the_reset_date()
    {
        await using var opened = await OpenAsync("/");
        var page = opened.Page;
        var bar = page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" });
        var fill = bar.Locator(".quota-fill");
        // 20 recipients are used.
        await SetLimitAsync(25);
        await Expect(bar).ToContainTextAsync("20 of 25 recipients used · 80.0%");
        await Expect(fill).ToHaveCSSAsync("background-color", "rgb(27, 87, 181)");

        await SetLimitAsync(24);
        await Expect(bar).ToContainTextAsync("20 of 24 recipients used · 83.3%");
        await Expect(bar).ToContainTextAsync("More than 80% used");
        await Expect(fill).ToHaveCSSAsync("background-color", "rgb(217, 108, 6)");

        await SetLimitAsync(20);
        await Expect(bar).ToContainTextAsync("20 of 20 recipients used · 100.0%");
        await Expect(bar).ToContainTextAsync("Quota reached, but no mail server asks: mail is NOT blocked");
        await Expect(fill).ToHaveCSSAsync("background-color", "rgb(176, 18, 59)");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await page.GotoAsync("/activity");
        await Expect(bar).ToContainTextAsync("mail is NOT blocked");

        async Task SetLimitAsync(int limit)
        {
            await page.GotoAsync("/settings/quotas");
            await page.GetByLabel("Recipients", new() { Exact = true }).FillAsync($"{limit}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Set the limit" }).ClickAsync();
            await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        }
    }

    [SkippableFact]
    public async Task A_key_is_made_shown_once_works_and_is_revoked()
    {
        await using var opened = await OpenAsync("/settings/keys");
        var page = opened.Page;
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Newsletter server");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        var secret = await page.Locator(".shown-once code").InnerTextAsync();
        using var client = new HttpClient { BaseAddress = own.Standalone.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.True((await client.GetAsync(new Uri("/v1/overview", UriKind.Relative))).IsSuccessStatusCode);

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Newsletter server" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(row).ToContainTextAsync("revoked");
        await page.ReloadAsync();
        await Expect(page.Locator(".shown-once")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_domain_is_registered_with_the_record_that_proves_it()
    {
        await using var opened = await OpenAsync("/settings/domains");
        var page = opened.Page;
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("new.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "new.example" });
        await Expect(row).ToHaveCountAsync(1);
        var registered = (await own.Standalone.GetAsync("/v1/admin/domains"))
            .GetProperty("items").EnumerateArray().Single(item => item.GetProperty("domain").GetString() == "new.example");
        await Expect(row).ToContainTextAsync(registered.GetProperty("recordText").GetString()!);
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_webhook_is_added_with_its_secret_shown_once_tested_and_removed()
    {
        await using var opened = await OpenAsync("/settings/notifications");
        var page = opened.Page;
        await page.GetByLabel("Kind").SelectOptionAsync("Webhook");
        // Nobody listens there.
        await page.GetByLabel("URL").FillAsync("http://127.0.0.1:9/hook");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(page.Locator(".shown-once code")).Not.ToBeEmptyAsync();

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "http://127.0.0.1:9/hook" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Expect(row).ToContainTextAsync("the test failed", new() { Timeout = 30_000 });
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.GetByText("Nobody is notified")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task An_unknown_reply_becomes_a_rule_and_the_history_follows()
    {
        await using var opened = await OpenAsync("/bounces/unknown");
        var page = opened.Page;
        var inbox = page.GetByRole(AriaRole.Table, new() { Name = "Unknown replies" });
        await Expect(inbox.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(inbox.Locator("[data-column=count]")).ToHaveTextAsync("4");

        await inbox.GetByRole(AriaRole.Button, new() { Name = "Make a rule" }).ClickAsync();
        await page.GetByLabel("Reason", new() { Exact = true }).SelectOptionAsync("recipient_disabled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(page.GetByText(new Regex("It would apply to 4 failures of"))).ToBeVisibleAsync();
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the rule" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Own rules" }).Locator("tbody tr")).ToHaveCountAsync(1);
        await page.GotoAsync("/bounces");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Top bounce reasons" }))
            .ToContainTextAsync("Recipient disabled", new() { Timeout = 30_000 });
    }

    [SkippableFact]
    public async Task Who_may_only_read_sees_no_administration()
    {
        using var made = await own.Standalone.Client.PostAsJsonAsync("/v1/admin/keys", new { name = "reader", scopes = new[] { "read" } });
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString();
        await using var opened = await fixture.NewPageAsync(own.Standalone);
        opened.ExpectsFailures = true;
        await opened.Page.GotoAsync($"/settings/keys#key={key}");

        await Expect(opened.Page).ToHaveURLAsync(new Regex("/settings$"));
        await Expect(opened.Page.GetByRole(AriaRole.Link, new() { Name = "API keys" })).ToHaveCountAsync(0);
        await Expect(opened.Page.GetByText("Only an administrator may change this.")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Who_may_not_set_the_whole_limit_is_told_who_does()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        using var made = await own.Standalone.Client.PostAsJsonAsync(
            "/v1/admin/keys", new { name = "tenant's administrator", scopes = new[] { "read", "admin" } });
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString();
        await using var opened = await fixture.NewPageAsync(own.Standalone);
        var page = opened.Page;
        await page.GotoAsync($"/settings/quotas#key={key}");

        await Expect(page.GetByText("The operator of this installation sets the total")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Limit of").Locator("option")).ToHaveTextAsync(["A domain", "A mailbox"]);
        await Expect(page.GetByLabel("The month begins on day")).ToBeDisabledAsync();
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("own.example");
        await page.GetByLabel("Recipients", new() { Exact = true }).FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the limit" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "own.example" });
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Change" })).ToBeVisibleAsync();
    }

    private async Task<WatchedPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);

        return await fixture.OpenAsync(own.Standalone, path, 1440, scheme);
    }

    private async Task ReportAsync(string order, object report)
    {
        using var response = await own.Standalone.Client.PutAsJsonAsync($"/v1/collections/{order}/hosts/mx1.shop.example", report);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A Standalone that has seen 20 recipients today, 4 of them refused in words that no rule knows.</summary>
    public sealed class OwnStandalone : IAsyncLifetime
    {
        private StandaloneProcess? _standalone;

        internal StandaloneProcess Standalone => _standalone ?? throw new InvalidOperationException(Browser.Missing);

        public async Task InitializeAsync()
        {
            if (Browser.Missing is not null)
            {
                return;
            }

            _standalone = await StandaloneProcess.StartAsync();
            var now = TimeProvider.System.GetUtcNow();
            await _standalone.IngestAsync(Enumerable.Range(0, 20).Select(i => (object)new
            {
                @event = i < 4 ? "bounced" : "delivered", occurredAt = now.AddSeconds(-30 - i), messageKey = $"m{i}", recipient = $"r{i}@example.net",
                sender = "news@shop.example", subject = "Hello", replyCode = i < 4 ? 554 : 250, reply = i < 4 ? "554 qqzzx flurb 17 wobble" : "250 OK",
            }));
            await _standalone.WaitForRecipientsAsync(20);
        }

        public async Task DisposeAsync()
        {
            if (_standalone is not null)
            {
                await _standalone.DisposeAsync();
            }
        }
    }
}
