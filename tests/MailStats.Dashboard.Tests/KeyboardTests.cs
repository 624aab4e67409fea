using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>Everything without a mouse.</summary>
[Collection(SharedDashboard.Name)]
public sealed class KeyboardTests(DashboardFixture fixture)
{
    [SkippableTheory]
    [InlineData("/")]
    [InlineData("/incidents")]
    [InlineData("/domains/shop.example")]
    [InlineData("/receivers/waiting")]
    [InlineData("/bounces/trends")]
    [InlineData("/settings/suppression")]
    public async Task Every_control_is_reached_and_shown(string path)
    {
        await using var opened = await fixture.OpenAsync(path);
        var page = opened.Page;
        await PageTests.SettledAsync(page);

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        var wanted = await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('a[href], button:not([disabled]), select:not([disabled]), "
            + "input:not([type=radio]):not([type=file]), [tabindex=\"0\"]')]"
            + ".filter(e => e.checkVisibility() && e.tabIndex >= 0).length");
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
    public async Task A_page_is_opened_and_left()
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
    public async Task An_error_event_is_opened_the_next_is_read_and_the_focus_comes_back()
    {
        await using var opened = await fixture.OpenAsync("/bounces");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr");
        var drawer = page.GetByRole(AriaRole.Dialog, new() { Name = "Error event" });
        await rows.First.Locator(".row-open").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(rows.Nth(1).Locator(".row-open")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(drawer).ToContainTextAsync(await rows.Nth(1).Locator("[data-column=queueId]").InnerTextAsync());
        await page.Keyboard.PressAsync("j");
        await Expect(drawer).ToContainTextAsync(await rows.Nth(2).Locator("[data-column=queueId]").InnerTextAsync());
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("k");
        await Expect(drawer).ToContainTextAsync(await rows.First.Locator("[data-column=queueId]").InnerTextAsync());
        await page.Keyboard.PressAsync("Escape");

        await Expect(drawer).ToHaveCountAsync(0);
        await Expect(rows.Nth(1).Locator(".row-open")).ToBeFocusedAsync();
    }

    [SkippableTheory]
    [InlineData("/domains", "Domains", "Complaint rate", "called the mail spam")]
    [InlineData("/domains", "Domains", "Total bounces", "Soft and hard bounces together")]
    [InlineData("/bounces", "Outbound error events", "Unknown code", "no rule knows this reply")]
    [InlineData("/bounces/trends", "Receivers", "Deferral rate", "put off (deferred)")]
    public async Task The_terms_over_a_table_are_explained_to_who_asks(string path, string table, string term, string text)
    {
        await using var opened = await fixture.OpenAsync(path);
        var page = opened.Page;
        var mark = page.GetByRole(AriaRole.Table, new() { Name = table, Exact = true }).GetByRole(AriaRole.Button, new() { Name = $"What “{term}” means" });
        await mark.FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(text);
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(mark).ToBeFocusedAsync();
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
