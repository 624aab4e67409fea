using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What holds on every page, wide and narrow, light and dark.</summary>
[Collection(SharedDashboard.Name)]
public sealed class PageTests(DashboardFixture fixture)
{
    private const int MostScript = 250_000;

    private static readonly string[] _paths =
        [
        "/", "/incidents", "/domains", "/domains/shop.example", "/receivers", "/receivers/waiting", "/bounces", "/bounces/trends", "/activity", "/nowhere",
        "/domains/%E0%A4%A",
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
    public async Task No_page_breaks_a_rule_of_accessibility_or_is_wider_than_the_screen(string path, ColorScheme scheme)
    {
        await using var opened = await fixture.OpenAsync(path, 1440, scheme);

        await HoldsEverywhereAsync(opened.Page);
    }

    internal static async Task HoldsEverywhereAsync(IPage page)
    {
        foreach (var width in new[] { 1440, 1024, 390 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await SettledAsync(page);

            Assert.Empty(await ViolationsAsync(page));
            Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
        }
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
    public async Task Every_control_is_reached_and_shown_by_keyboard()
    {
        await using var opened = await fixture.OpenAsync("/");
        var page = opened.Page;
        await SettledAsync(page);

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        var wanted = await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('a[href], button:not([disabled]), select, input:not([type=radio]), [tabindex=\"0\"]')]"
            + ".filter(e => e.checkVisibility()).length");
        var seen = new HashSet<string>();
        for (var i = 0; i < wanted + 20; i++)
        {
            var (name, outlined) = await FocusAsync(page);
            if (name == "")
            {
                break;
            }

            Assert.True(outlined, $"{name} does not show that it has the focus.");
            seen.Add(name);
            await page.Keyboard.PressAsync("Tab");
        }

        // Radio groups count once by keyboard; everything else must have been reached.
        Assert.True(seen.Count >= wanted, $"{seen.Count} of {wanted} controls were reached: {string.Join(", ", seen)}");
    }

    [SkippableFact]
    public async Task A_page_is_opened_and_left_by_keyboard_alone()
    {
        await using var opened = await fixture.OpenAsync("/");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Bounces" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Bounces" })).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Bounces · MailStats");
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Overview" })).ToBeVisibleAsync();
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
        // tries down, so the best one counts.
        var best = double.MaxValue;
        for (var tries = 0; best > 1000 && tries < 20; tries++)
        {
            await using var opened = await fixture.OpenAsync("/");
            await Expect(opened.Page.Locator("[data-indicator=recipients] .indicator-value")).ToBeVisibleAsync();
            best = Math.Min(best, await opened.Page.EvaluateAsync<double>("performance.now()"));
        }

        Assert.InRange(best, 0, 1000);
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
        await Expect(page.GetByRole(AriaRole.Status, new() { NameRegex = new("^Loading") })).ToHaveCountAsync(0);
    }

    internal static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));
        var result = await page.EvaluateAsync<JsonElement>("axe.run(document).then(found => found.violations)");

        return [.. result.EnumerateArray().Select(violation => $"{violation.GetProperty("id")}: {violation.GetProperty("help")} at {Places(violation)}")];

        static string Places(JsonElement violation) => string.Join(
            " | ",
            violation.GetProperty("nodes").EnumerateArray().Take(3).Select(node => node.GetProperty("html") + " " + node.GetProperty("failureSummary")));
    }

    private static async Task<(string Name, bool Outlined)> FocusAsync(IPage page)
    {
        var focus = await page.EvaluateAsync<JsonElement>(
            """
            (() => {
              const element = document.activeElement;
              if (!element || element === document.body) return { name: '', outlined: true };
              const path = [];
              for (let at = element; at && at !== document.body; at = at.parentElement) path.push([...at.parentElement.children].indexOf(at));
              const shows = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; };
              const border = getComputedStyle(element).borderColor;
              const label = element.id ? document.querySelector(`label[for="${element.id}"]`) : null;
              return {
                name: element.tagName + ' ' + (element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)) + ' ' + path.join('.'),
                outlined: shows(element) || (label !== null && shows(label)) || element.matches('input, select') && border !== 'rgba(0, 0, 0, 0)',
              };
            })()
            """);

        return (focus.GetProperty("name").GetString()!, focus.GetProperty("outlined").GetBoolean());
    }
}
