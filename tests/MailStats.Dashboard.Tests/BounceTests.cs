using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

[Collection(SharedDashboard.Name)]
public sealed class BounceTests(DashboardFixture fixture)
{
    private const string Zone = "timeZone=Europe%2FBerlin";

    [SkippableFact]
    public async Task Top_reasons_stand_with_codes_and_advice()
    {
        await using var opened = await fixture.OpenAsync("/bounces");
        var rows = opened.Page.GetByRole(AriaRole.Table, new() { Name = "Top bounce reasons" }).Locator("tbody tr");
        var reasons = (await fixture.Standalone.GetAsync($"/v1/bounce-reasons?limit=200&{Zone}")).GetProperty("items").EnumerateArray().ToArray();

        // Codes of one reason stand under it: the sample has one code for each.
        await Expect(rows).ToHaveCountAsync(reasons.Length);
        await Expect(rows.Locator("[data-column=count]")).ToHaveTextAsync(Sums(reasons));
        foreach (var reason in reasons)
        {
            var row = rows.Filter(new() { HasText = $"{reason.GetProperty("smtpCode").GetRawText()} {reason.GetProperty("enhancedCode").GetString()}".Trim() });
            await Expect(row.Locator("[data-column=advice]")).Not.ToBeEmptyAsync();
            await Expect(row.Locator("[data-column=advice]")).Not.ToContainTextAsync("Gmail");
            await Expect(row.Locator("[data-column=reason] .tag")).ToHaveTextAsync(reason.GetProperty("hard").GetBoolean() ? "hard" : "soft");
        }
    }

    /// <summary>Bounces by reason, most first, as the page adds them up.</summary>
    internal static string[] Sums(IEnumerable<System.Text.Json.JsonElement> reasons) =>
    [
        .. reasons.GroupBy(reason => (reason.GetProperty("reason").GetString(), reason.GetProperty("hard").GetBoolean()))
            .Select(group => group.Sum(reason => reason.GetProperty("count").GetInt64()))
            .OrderDescending()
            .Select(sum => sum.ToString(CultureInfo.InvariantCulture)),
    ];

    [SkippableFact]
    public async Task The_error_events_have_every_column_of_the_requirement_in_its_order()
    {
        await using var opened = await fixture.OpenAsync("/bounces");
        var table = opened.Page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" });
        var errors = (await fixture.Standalone.GetAsync($"/v1/error-events?period=last-7-days&limit=50&{Zone}"))
            .GetProperty("items").EnumerateArray().ToArray();

        await Expect(table.Locator("thead th")).ToHaveTextAsync(
        [
            "Date/Time", "Queue ID", "From", "From domain", "To", "SMTP code", "Advice", "Detail", "Unknown code", "Bytes", "Retry count",
            "Last try", "Spam score",
        ]);
        await Expect(table.Locator("tbody tr")).ToHaveCountAsync(errors.Length);
        await Expect(table.Locator("[data-column=queueId]")).ToHaveTextAsync([.. errors.Select(error => error.GetProperty("queueId").GetString()!)]);
        await Expect(table.Locator("[data-column=to]")).ToHaveTextAsync([.. errors.Select(error => error.GetProperty("to").GetString()!)]);
        await Expect(table.Locator("[data-column=fromDomain]")).ToHaveTextAsync([.. errors.Select(error => error.GetProperty("fromDomain").GetString()!)]);
        await Expect(table.Locator("[data-column=retryCount]")).ToHaveTextAsync([.. errors.Select(error => error.GetProperty("retryCount").GetRawText())]);
        await Expect(table.Locator("[data-column=unknownCode]"))
            .ToHaveTextAsync([.. errors.Select(error => error.GetProperty("unknownCode").GetBoolean() ? "yes" : "no")]);
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        await Expect(table.Locator("[data-column=lastTry]")).ToContainTextAsync([.. errors.Select(error =>
            TimeZoneInfo.ConvertTime(error.GetProperty("lastTry").GetDateTimeOffset(), berlin)
                .ToString("HH:mm:ss", CultureInfo.InvariantCulture))]);
    }

    [SkippableFact]
    public async Task Links_in_a_reply_are_safe_and_markup_stays_text()
    {
        await using var opened = await fixture.OpenAsync("/bounces");
        var page = opened.Page;
        var table = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" });
        await table.Locator("tbody tr").Filter(new() { HasText = "does not exist" }).First.ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog, new() { Name = "Error event" });
        await drawer.GetByRole(AriaRole.Button, new() { Name = "whole reply" }).ClickAsync();
        var link = drawer.Locator("a[href^='https://support.google.com/mail/']").First;
        await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
        await Expect(link).ToHaveAttributeAsync("target", "_blank");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await Expect(table.GetByText("<script>alert(1)</script>").First).ToBeVisibleAsync();
        await Expect(table.Locator("a[href^='javascript']")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Filters_search_and_sorting_stand_in_the_address_and_narrow_the_table()
    {
        await using var opened = await fixture.OpenAsync("/bounces");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr");
        var hard = (await fixture.Standalone.GetAsync($"/v1/error-events?period=last-7-days&status=hardBounced&{Zone}")).GetProperty("items").GetArrayLength();
        var unknown = (await fixture.Standalone.GetAsync($"/v1/error-events?period=last-7-days&unknownCode=true&{Zone}"))
            .GetProperty("items").EnumerateArray().ToArray();

        await page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("hardBounced");
        await Expect(rows).ToHaveCountAsync(hard);
        await Expect(page).ToHaveURLAsync(new Regex("status=hardBounced"));
        await page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("");
        await page.GetByLabel("Unknown code only").CheckAsync();
        await Expect(rows).ToHaveCountAsync(unknown.Length);
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync(unknown[0].GetProperty("queueId").GetString()!);
        await Expect(rows).ToHaveCountAsync(1);
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync("nobody-of-this-name");
        await Expect(page.GetByText("No error events match")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all" }).ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("search="));
        await page.GotoAsync("/bounces?smtpCode=552");
        await Expect(rows.Locator("[data-column=smtpCode]").First).ToHaveTextAsync("552 5.2.2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bytes" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("sort=-bytes"));
        await Expect(page.Locator("th[aria-sort=descending]")).ToHaveTextAsync("Bytes");
    }

    [SkippableFact]
    public async Task Pages_go_on_and_back_and_stand_in_the_address()
    {
        await using var opened = await fixture.OpenAsync("/activity");
        var page = opened.Page;
        var recipients = page.GetByRole(AriaRole.Table, new() { Name = "Activities" }).Locator("[data-column=recipient]");
        await Expect(recipients).ToHaveCountAsync(50);
        var first = await recipients.First.InnerTextAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Older" }).ClickAsync();
        await Expect(page.GetByText("Page 2")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("cursor=.*page=2"));
        await Expect(recipients.First).Not.ToHaveTextAsync(first);
        await page.GetByRole(AriaRole.Button, new() { Name = "Newer" }).ClickAsync();
        await Expect(recipients.First).ToHaveTextAsync(first);
    }

    [SkippableFact]
    public async Task The_CSV_holds_the_rows_that_are_filtered()
    {
        await using var opened = await fixture.OpenAsync("/bounces?status=hardBounced");
        await Expect(opened.Page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" })).ToBeVisibleAsync();
        var hard = (await fixture.Standalone.GetAsync($"/v1/error-events?period=last-7-days&status=hardBounced&limit=500&{Zone}"))
            .GetProperty("items").GetArrayLength();

        var download = await opened.Page.RunAndWaitForDownloadAsync(() => opened.Page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).Last.ClickAsync());

        Assert.Equal("error-events.csv", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(hard + 1, lines.Length);
        Assert.StartsWith("occurredAt,", lines[0], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Activities_are_searched_by_recipient_and_status()
    {
        await using var opened = await fixture.OpenAsync("/activity");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Activities" }).Locator("tbody tr");
        var delivered = (await fixture.Standalone.GetAsync($"/v1/activities?period=last-7-days&status=delivered&limit=50&{Zone}"))
            .GetProperty("items").EnumerateArray().ToArray();

        await page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("delivered");
        await Expect(rows.Locator("[data-column=recipient]")).ToHaveTextAsync([.. delivered.Select(item => item.GetProperty("recipient").GetString()!)]);
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync(delivered[0].GetProperty("recipient").GetString()!);
        await Expect(rows).ToHaveCountAsync(1);
    }
}
