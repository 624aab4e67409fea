using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

[Collection(SharedDashboard.Name)]
public sealed class DomainTests(DashboardFixture fixture)
{
    private const string Zone = "timeZone=Europe%2FBerlin";

    [SkippableFact]
    public async Task The_list_shows_recipients_delivered_and_total_bounces()
    {
        await using var opened = await fixture.OpenAsync("/domains");
        var table = opened.Page.GetByRole(AriaRole.Table, new() { Name = "Domains", Exact = true });
        var domains = (await fixture.Standalone.GetAsync($"/v1/domains?{Zone}")).GetProperty("items").EnumerateArray().ToArray();

        await Expect(table.Locator("thead th")).ToContainTextAsync(["Domain", "Recipients", "Delivered", "Total bounces"]);
        await Expect(table.Locator("tbody tr:not([data-group])")).ToHaveCountAsync(domains.Length);
        foreach (var (domain, at) in domains.Select((domain, at) => (domain, at)))
        {
            var row = table.Locator("tbody tr:not([data-group])").Nth(at);
            await Expect(row.Locator("[data-column=domain] a").Last).ToHaveTextAsync(domain.GetProperty("domain").GetString()!);
            foreach (var column in new[] { "recipients", "delivered", "bounces" })
            {
                await Expect(row.Locator($"[data-column={column}]"))
                    .ToHaveTextAsync(domain.GetProperty(column).GetInt64().ToString("N0", CultureInfo.InvariantCulture));
            }
        }
    }

    [SkippableFact]
    public async Task A_click_on_a_heading_sorts_and_the_order_stands_in_the_address()
    {
        await using var opened = await fixture.OpenAsync("/domains");
        var page = opened.Page;
        var names = page.GetByRole(AriaRole.Table, new() { Name = "Domains" }).Locator("[data-column=domain] a:not(.graph-link)");

        await page.GetByRole(AriaRole.Button, new() { Name = "Domain", Exact = true }).ClickAsync();
        await Expect(names).ToHaveTextAsync(["alerts.example", "billing.example", "shop.example"]);
        await Expect(page.Locator("th[aria-sort=ascending]")).ToHaveTextAsync("Domain");
        await page.ReloadAsync();
        await Expect(names).ToHaveTextAsync(["alerts.example", "billing.example", "shop.example"]);
    }

    [SkippableFact]
    public async Task A_domains_page_shows_soft_and_hard_bounces_apart()
    {
        await using var opened = await fixture.OpenAsync("/domains");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Statistics of shop.example" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/domains/shop.example$"));

        var domain = await fixture.Standalone.GetAsync($"/v1/domains/shop.example?{Zone}");
        await Expect(page.Locator("[data-indicator=recipients] .indicator-value")).ToHaveTextAsync(Number(domain, "recipients"));
        await Expect(page.Locator("[data-indicator=softBounceRate]")).ToContainTextAsync($"{Number(domain, "softBounces")} soft");
        await Expect(page.Locator("[data-indicator=hardBounceRate]")).ToContainTextAsync($"{Number(domain, "hardBounces")} hard");

        static string Number(System.Text.Json.JsonElement domain, string name) =>
            domain.GetProperty(name).GetProperty("value").GetInt64().ToString("N0", CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    public async Task Numbers_and_chart_are_of_the_whole_domain_or_of_one_mailbox()
    {
        await using var opened = await fixture.OpenAsync("/domains/shop.example");
        var page = opened.Page;
        var whole = await fixture.Standalone.GetAsync($"/v1/overview?domain=shop.example&{Zone}");
        var part = await fixture.Standalone.GetAsync($"/v1/overview?domain=shop.example&mailbox=news%40shop.example&{Zone}");
        var recipients = page.Locator("[data-indicator=recipients] .indicator-value");

        await Expect(recipients).ToHaveTextAsync(whole.GetProperty("recipients").GetProperty("value").GetRawText());
        await page.GetByRole(AriaRole.Button, new() { Name = "news@shop.example" }).ClickAsync();
        await Expect(recipients).ToHaveTextAsync(part.GetProperty("recipients").GetProperty("value").GetRawText());
        await Expect(page).ToHaveURLAsync(new Regex("mailbox=news%40shop.example"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Statistics chart of news@shop.example" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(recipients).ToHaveTextAsync(whole.GetProperty("recipients").GetProperty("value").GetRawText());
    }

    [SkippableFact]
    public async Task Another_domain_is_chosen_on_the_page()
    {
        await using var opened = await fixture.OpenAsync("/domains/shop.example?period=last-30-days");

        await opened.Page.GetByRole(AriaRole.Combobox, new() { Name = "Domain" }).FillAsync("billing");
        await opened.Page.GetByRole(AriaRole.Option, new() { Name = "billing.example" }).ClickAsync();

        await Expect(opened.Page).ToHaveURLAsync(new Regex(@"/domains/billing\.example\?period=last-30-days$"));
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("billing.example");
    }

    [SkippableFact]
    public async Task Mailboxes_providers_and_reasons_are_the_APIs()
    {
        await using var opened = await fixture.OpenAsync("/domains/shop.example");
        var page = opened.Page;
        var mailboxes = (await fixture.Standalone.GetAsync($"/v1/domains/shop.example/mailboxes?{Zone}")).GetProperty("items").EnumerateArray().ToArray();
        var providers = (await fixture.Standalone.GetAsync($"/v1/providers?domain=shop.example&{Zone}")).GetProperty("items").EnumerateArray().ToArray();
        var reasons = (await fixture.Standalone.GetAsync($"/v1/bounce-reasons?domain=shop.example&limit=200&{Zone}"))
            .GetProperty("items").EnumerateArray().ToArray();

        var boxes = page.GetByRole(AriaRole.List, new() { Name = "Mailboxes" }).GetByRole(AriaRole.Listitem);
        await Expect(boxes.Locator(".name")).ToHaveTextAsync(["The entire domain", .. mailboxes.Select(item => item.GetProperty("mailbox").GetString()!)]);
        await Expect(boxes.Locator(".second > :first-child")).ToContainTextAsync(
            ["recipients", .. mailboxes.Select(item => $"{item.GetProperty("recipients").GetRawText()} recipients")]);
        var providerRows = page.GetByRole(AriaRole.Table, new() { Name = "Receiving providers" }).Locator("tbody tr");
        await Expect(providerRows.Locator("[data-column=provider]")).ToHaveTextAsync([.. providers.Select(item => item.GetProperty("provider").GetString()!)]);
        var reasonRows = page.GetByRole(AriaRole.Table, new() { Name = "Top bounce reasons" }).Locator("tbody tr");
        await Expect(reasonRows.Locator("[data-column=count]")).ToHaveTextAsync(BounceTests.Sums(reasons));
    }

    [SkippableFact]
    public async Task A_domain_that_is_not_there_is_said_so()
    {
        await using var opened = await fixture.OpenFailingAsync(fixture.Standalone, "/domains/nobody.example");

        await Expect(opened.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "nobody.example could not be loaded" })).ToBeVisibleAsync();
    }
}
