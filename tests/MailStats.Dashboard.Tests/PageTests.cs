using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What holds on every page, wide and narrow, light and dark.</summary>
[Collection(SharedDashboard.Name)]
public sealed class PageTests(DashboardFixture fixture)
{
    private const int MostScript = 250_000;

    /// <summary>Milliseconds until a bare page is shown on a machine of which a page within a second is asked for.</summary>
    private const double UsualOfBare = 40;

    private static readonly string[] _paths =
        [
        "/", "/incidents", "/domains", "/domains/shop.example", "/receivers", "/receivers/waiting", "/bounces", "/bounces/trends", "/activity", "/nowhere",
        "/domains/%E0%A4%A",
    ];

    private static readonly Lazy<string> _axe = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));

    public static TheoryData<string, string> Views() => InBothLanguages(_paths);

    internal static TheoryData<string, string> InBothLanguages(IEnumerable<string> paths)
    {
        var views = new TheoryData<string, string>();
        foreach (var path in paths)
        {
            views.Add(path, "en");
            views.Add(path, "fr");
        }

        return views;
    }

    [SkippableTheory]
    [MemberData(nameof(Views))]
    public async Task No_page_breaks_a_rule_of_accessibility_or_is_wider_than_the_screen(string path, string language)
    {
        await using var opened = await fixture.OpenInAsync(language, fixture.Standalone, path);

        await HoldsEverywhereAsync(opened.Page, language);
    }

    /// <summary>Words do not depend on colours: one language is looked at in both schemes, the other in one.</summary>
    internal static Task HoldsEverywhereAsync(IPage page, string language) =>
        language == "en" ? HoldsEverywhereAsync(page, ColorScheme.Light, ColorScheme.Dark) : HoldsEverywhereAsync(page, ColorScheme.Light);

    /// <summary>At three widths, in the schemes asked for; in that of the page where none is.</summary>
    internal static async Task HoldsEverywhereAsync(IPage page, params ColorScheme[] schemes)
    {
        foreach (var width in new[] { 1440, 1024, 390 })
        {
            await page.SetViewportSizeAsync(width, 900);
            if (schemes.Length == 0)
            {
                await HoldsAsync(page, $"at {width}");
            }

            foreach (var scheme in schemes)
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await Expect(page.Locator("html")).ToHaveAttributeAsync("data-mantine-color-scheme", scheme == ColorScheme.Dark ? "dark" : "light");
                await HoldsAsync(page, $"at {width}, {scheme}");
            }
        }
    }

    private static async Task HoldsAsync(IPage page, string where)
    {
        await SettledAsync(page);
        // Between two colours there are others, for a fraction of a second.
        await page.WaitForFunctionAsync("() => !document.getAnimations().some(one => one instanceof CSSTransition)");

        var violations = await ViolationsAsync(page);
        Assert.True(violations.Count == 0, $"{where}: {string.Join('\n', violations)}");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
    }

    [SkippableFact]
    public async Task The_quota_bar_stands_on_every_page()
    {
        foreach (var path in _paths)
        {
            await using var opened = await fixture.OpenAsync(path);
            await Expect(opened.Page.GetByRole(AriaRole.Region, new() { Name = "Monthly quota" })).ToBeVisibleAsync();
        }
    }

    [SkippableFact]
    public async Task Script_is_small_and_the_page_is_usable_within_a_second()
    {
        // What every page together can load, as it travels.
        Skip.If(Browser.Missing is not null, Browser.Missing);
        var assets = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "wwwroot", "assets"));
        var script = assets.GetFiles("*.js.br").Sum(file => file.Length);
        Assert.InRange(script, 1, MostScript);

        // The browser is warm, the page is not: a context of its own has an empty cache. What else the machine does slows single
        // tries down, so the best one counts; where bare pages mostly take long to be shown, this one may take longer by as much.
        var (best, bare) = (double.MaxValue, new List<double>());
        double Allowed() => 1000 * Math.Max(1, bare.Order().ElementAt(bare.Count / 2) / UsualOfBare);
        for (var tries = 0; tries == 0 || (best > Allowed() && tries < 20); tries++)
        {
            await using (var other = await fixture.NewPageAsync(fixture.Standalone, 1440))
            {
                await other.Page.GotoAsync("data:text/html,<p>ready");
                bare.Add(await other.Page.EvaluateAsync<double>("performance.now()"));
            }

            await using var opened = await fixture.OpenAsync("/");
            await Expect(opened.Page.Locator("[data-indicator=recipients] .indicator-value")).ToBeVisibleAsync();
            best = Math.Min(best, await opened.Page.EvaluateAsync<double>("performance.now()"));
        }

        Assert.InRange(best, 0, Allowed());
    }

    [SkippableTheory]
    [InlineData("/", 1440)]
    [InlineData("/", 390)]
    [InlineData("/domains/shop.example", 1440)]
    [InlineData("/bounces", 1440)]
    public async Task Nothing_jumps_while_a_page_loads(string path, int width)
    {
        await using var opened = await fixture.NewPageAsync(fixture.Standalone, width);
        await opened.Page.AddInitScriptAsync(
            """
            window.shifted = 0;
            new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifted += entry.value; }))
                .observe({ type: 'layout-shift', buffered: true });
            """);
        await opened.Page.GotoAsync($"{path}#key={fixture.Standalone.Key}");
        await SettledAsync(opened.Page);

        // What counts as good among Core Web Vitals.
        Assert.InRange(await opened.Page.EvaluateAsync<double>("window.shifted"), 0, 0.1);
    }

    [SkippableFact]
    public async Task The_theme_is_chosen_and_kept()
    {
        await using var opened = await fixture.OpenAsync("/");
        var root = opened.Page.Locator("html");
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "light");

        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).ClickAsync();
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "dark");
        await opened.Page.ReloadAsync();
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "dark");
    }

    internal static async Task SettledAsync(IPage page)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Status, new() { NameRegex = new("^(Loading|Chargement)") })).ToHaveCountAsync(0);
    }

    internal static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        if (await page.EvaluateAsync<bool>("!('axe' in window)"))
        {
            await page.EvaluateAsync(_axe.Value);
        }

        var result = await page.EvaluateAsync<JsonElement>("axe.run(document).then(found => found.violations)");

        return [.. result.EnumerateArray().Select(violation => $"{violation.GetProperty("id")}: {violation.GetProperty("help")} at {Places(violation)}")];

        static string Places(JsonElement violation) => string.Join(
            " | ",
            violation.GetProperty("nodes").EnumerateArray().Take(3).Select(node => node.GetProperty("html") + " " + node.GetProperty("failureSummary")));
    }
}
