using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

[Collection(SharedDashboard.Name)]
public sealed class OverviewTests(DashboardFixture fixture)
{
    private const string Zone = "timeZone=Europe%2FBerlin";

    [SkippableTheory]
    [InlineData("Last 24 hours", "period=last-24-hours")]
    [InlineData("Today", "period=today")]
    [InlineData("Yesterday", "period=yesterday")]
    [InlineData("Last 7 days", "period=last-7-days")]
    [InlineData("Last 30 days", "period=last-30-days")]
    public async Task The_indicators_are_the_APIs_numbers_in_every_period(string label, string query)
    {
        await using var opened = await fixture.OpenAsync("/");
        var page = opened.Page;

        await page.GetByText(label, new() { Exact = true }).ClickAsync();

        var overview = await fixture.Standalone.GetAsync($"/v1/overview?{query}&{Zone}");
        await Expect(Indicator(page, "recipients")).ToHaveTextAsync(Count(overview.GetProperty("recipients")));
        await Expect(Indicator(page, "deliveryRate")).ToHaveTextAsync(Rate(overview.GetProperty("deliveryRate")));
        await Expect(Indicator(page, "softBounceRate")).ToHaveTextAsync(Rate(overview.GetProperty("softBounceRate")));
        await Expect(Indicator(page, "hardBounceRate")).ToHaveTextAsync(Rate(overview.GetProperty("hardBounceRate")));
    }

    [SkippableFact]
    public async Task The_last_seven_days_are_shown_first_and_the_period_stands_in_the_address()
    {
        await using var opened = await fixture.OpenAsync("/");
        var page = opened.Page;

        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "Last 7 days" })).ToBeCheckedAsync();
        await page.GetByText("Last 30 days", new() { Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("period=last-30-days"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Domains", Exact = true }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"/domains\?period=last-30-days"));
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "Last 7 days" })).ToBeCheckedAsync();
    }

    [SkippableFact]
    public async Task A_custom_range_is_chosen_on_the_calendar_by_keyboard()
    {
        await using var opened = await fixture.OpenAsync("/?from=2026-03-02&to=2026-03-05");
        var page = opened.Page;

        var range = page.GetByRole(AriaRole.Button, new() { Name = "Custom range" });
        await Expect(range).ToContainTextAsync("2 Mar 2026 – 5 Mar 2026");
        await range.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "10 March 2026" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("from=2026-03-10&to=2026-03-11"));
    }

    [SkippableFact]
    public async Task Changes_against_the_previous_period_are_told_from_chance()
    {
        await using var opened = await fixture.OpenAsync("/");

        var overview = await fixture.Standalone.GetAsync($"/v1/overview?{Zone}");
        var recipients = overview.GetProperty("recipients");
        var change = recipients.GetProperty("change").GetDecimal();
        Assert.True(change > 0);
        await Expect(opened.Page.Locator("[data-indicator=recipients] .change"))
            .ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"+{change:F1}%"));

        // The sample's rates differ by chance only, and that is said.
        foreach (var rate in new[] { "deliveryRate", "softBounceRate", "hardBounceRate" })
        {
            var difference = overview.GetProperty(rate).GetProperty("change").GetDecimal();
            var rounded = Math.Round(difference, 1, MidpointRounding.AwayFromZero);
            var points = string.Create(CultureInfo.InvariantCulture, $"{(rounded == 0 ? '±' : rounded > 0 ? '+' : '−')}{Math.Abs(rounded):F1} pp");
            await Expect(opened.Page.Locator($"[data-indicator={rate}] .change")).ToHaveTextAsync($"no real change ({points})");
        }
    }

    [SkippableTheory]
    [InlineData("New", "new")]
    [InlineData("Cumulative", "cumulative")]
    public async Task The_chart_draws_the_APIs_points_new_and_cumulative(string label, string view)
    {
        await using var opened = await fixture.OpenAsync("/?interval=day");
        var page = opened.Page;
        await page.GetByText(label, new() { Exact = true }).ClickAsync();

        var timeline = await fixture.Standalone.GetAsync($"/v1/timeline?view={view}&interval=day&{Zone}");
        var last = timeline.GetProperty("points").EnumerateArray().Last();
        var spoken = string.Create(
            CultureInfo.InvariantCulture,
            $"{last.GetProperty("recipients").GetInt64():N0} recipients, {last.GetProperty("delivered").GetInt64():N0} delivered, "
            + $"{last.GetProperty("pending").GetInt64():N0} pending, {last.GetProperty("softBounces").GetInt64():N0} soft bounces, "
            + $"{last.GetProperty("hardBounces").GetInt64():N0} hard bounces");
        await Expect(page.GetByRole(AriaRole.Slider)).ToHaveAttributeAsync("aria-valuetext", new Regex(Regex.Escape(spoken) + "$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "As table" }).ClickAsync();
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Activity", Exact = true }).Locator("tbody tr");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await Expect(rows).ToHaveCountAsync(7);
        await Expect(rows.Last.Locator("[data-column=recipients]"))
            .ToHaveTextAsync(last.GetProperty("recipients").GetInt64().ToString("N0", CultureInfo.InvariantCulture));
    }

    [SkippableFact]
    public async Task Arrow_keys_walk_along_the_chart()
    {
        await using var opened = await fixture.OpenAsync("/?interval=day");
        var chart = opened.Page.GetByRole(AriaRole.Slider);
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "6");

        await chart.FocusAsync();
        await opened.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "5");
        await Expect(opened.Page.Locator(".plot-tip")).ToBeVisibleAsync();
        await opened.Page.Keyboard.PressAsync("Home");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "0");
    }

    [SkippableFact]
    public async Task Domains_stand_with_their_numbers()
    {
        await using var opened = await fixture.OpenAsync("/");
        var table = opened.Page.GetByRole(AriaRole.Table, new() { Name = "Domains", Exact = true });
        var domains = (await fixture.Standalone.GetAsync($"/v1/domains?{Zone}")).GetProperty("items").EnumerateArray().ToArray();

        await Expect(table.Locator("tbody tr:not([data-group])")).ToHaveCountAsync(domains.Length);
        foreach (var (domain, at) in domains.Select((domain, at) => (domain, at)))
        {
            var row = table.Locator("tbody tr:not([data-group])").Nth(at);
            await Expect(row.Locator("[data-column=domain]")).ToContainTextAsync(domain.GetProperty("domain").GetString()!);
            foreach (var column in new[] { "recipients", "delivered", "softBounces", "hardBounces" })
            {
                await Expect(row.Locator($"[data-column={column}]"))
                    .ToHaveTextAsync(domain.GetProperty(column).GetInt64().ToString("N0", CultureInfo.InvariantCulture));
            }
        }
    }

    [SkippableFact]
    public async Task The_last_ten_activities_tell_reason_and_advice_on_hover_and_on_focus()
    {
        await using var opened = await fixture.OpenAsync("/");
        var page = opened.Page;
        var table = page.GetByRole(AriaRole.Table, new() { Name = "Last activities" });
        var activities = (await fixture.Standalone.GetAsync("/v1/activities?limit=10")).GetProperty("items").EnumerateArray().ToArray();

        await Expect(table.Locator("thead th")).ToHaveTextAsync(["Time", "Status", "Recipient", "Subject", "Sender"]);
        await Expect(table.Locator("tbody tr")).ToHaveCountAsync(10);
        await Expect(table.Locator("[data-column=recipient]"))
            .ToHaveTextAsync([.. activities.Select(activity => activity.GetProperty("recipient").GetString()!)]);
        await Expect(table.Locator("[data-column=subject]")).ToHaveTextAsync([.. activities.Select(activity => activity.GetProperty("subject").GetString()!)]);
        await Expect(table.Locator("[data-column=sender]")).ToHaveTextAsync([.. activities.Select(activity => activity.GetProperty("sender").GetString()!)]);

        var advice = activities.First(activity => activity.GetProperty("advice").ValueKind == JsonValueKind.String).GetProperty("advice").GetString()!;
        var why = table.GetByRole(AriaRole.Button).First;
        await why.HoverAsync();
        await Expect(page.GetByRole(AriaRole.Tooltip)).ToContainTextAsync(advice);
        await page.Mouse.MoveAsync(0, 0);
        await Expect(page.GetByRole(AriaRole.Tooltip)).ToHaveCountAsync(0);
        await why.FocusAsync();
        await Expect(page.GetByRole(AriaRole.Tooltip)).ToContainTextAsync(advice);
    }

    private static ILocator Indicator(IPage page, string name) => page.Locator($"[data-indicator={name}] .indicator-value");

    private static string Count(JsonElement figure) => figure.GetProperty("value").GetInt64().ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(JsonElement figure) => figure.GetProperty("value") is { ValueKind: JsonValueKind.Number } value
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value.GetDecimal(), 1, MidpointRounding.AwayFromZero):F1}%")
        : "–";
}
