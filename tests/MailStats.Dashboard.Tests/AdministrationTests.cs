using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What an administrator does on screen is done in the API, and nobody else may do it.</summary>
[Collection(SharedDashboard.Name)]
public sealed class AdministrationTests(DashboardFixture fixture, OwnStandalone own)
{
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
    public async Task A_long_list_of_domains_is_searched_by_their_letters()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        foreach (var domain in Enumerable.Range(0, 11).Select(number => $"brand{number}.example").Append("xn--bcher-kva.example"))
        {
            using var registered = await own.Standalone.Client.PostAsJsonAsync("/v1/admin/domains", new { domain });
            Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
        }

        await using var opened = await OpenAsync("/settings/domains");
        var rows = opened.Page.GetByRole(AriaRole.Table, new() { Name = "Registered domains" }).Locator("tbody tr");
        await opened.Page.GetByLabel("Search registered domains").FillAsync("bücher");

        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("bücher.example");
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

    [SkippableFact]
    public async Task A_limit_is_changed_as_it_is_set_and_only_while_it_stands()
    {
        await using var opened = await OpenAsync("/settings/quotas");
        opened.ExpectsFailures = true;
        var (page, client) = (opened.Page, own.Standalone.Client);
        await PutAsync(new { domain = "changed.example", limit = 7, temporary = true });
        await page.ReloadAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "changed.example" });
        var recipients = page.GetByLabel("Recipients", new() { Exact = true });

        await row.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(recipients).ToHaveValueAsync("7");
        await Expect(page.GetByLabel("Tell senders to try again later")).ToBeCheckedAsync();
        await PutAsync(new { domain = "changed.example", limit = 9 });
        await recipients.FillAsync("8");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the limit" }).ClickAsync();

        await Expect(page.GetByText("Somebody else has changed this in the meantime.")).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("9");

        await row.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(recipients).ToHaveValueAsync("9");
        await recipients.FillAsync("8");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the limit" }).ClickAsync();
        await Expect(row).ToContainTextAsync("8");

        async Task PutAsync(object limit)
        {
            using var answer = await client.PutAsJsonAsync("/v1/admin/quotas", limit);
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task<WatchedPage> OpenAsync(string path)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);

        return await fixture.OpenAsync(own.Standalone, path);
    }
}
