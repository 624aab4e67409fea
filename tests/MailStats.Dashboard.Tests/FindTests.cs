using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The one search field of every page.</summary>
[Collection(SharedDashboard.Name)]
public sealed class FindTests(DashboardFixture fixture)
{
    [SkippableTheory]
    [InlineData("Control+k", "/")]
    [InlineData("Meta+k", "/settings/keys")]
    [InlineData("/", "/domains")]
    public async Task It_opens_by_keyboard_on_any_page_and_leads_to_a_mail(string keys, string path)
    {
        await using var opened = await fixture.OpenAsync(path);
        var page = opened.Page;
        await PageTests.SettledAsync(page);
        var (recipient, id) = await AnyAsync();

        await page.Keyboard.PressAsync(keys);
        var field = page.GetByRole(AriaRole.Combobox, new() { NameRegex = new("^Recipient, sender") });
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync($"to:{recipient}");
        var options = page.GetByRole(AriaRole.Listbox, new() { Name = "Found" }).GetByRole(AriaRole.Option);
        await Expect(options.First).ToContainTextAsync(recipient);
        await Expect(options.First).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(options.Last).ToHaveTextAsync("Show all in Activity");
        Assert.Empty(await PageTests.ViolationsAsync(page));
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(options.First).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("/deliveries/[0-9a-f]+"));
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.NotEmpty(id);
    }

    [SkippableFact]
    public async Task Rubbish_is_answered_and_escape_closes()
    {
        await using var opened = await fixture.OpenAsync("/");
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await PageTests.SettledAsync(page);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Find a mail") }).ClickAsync();
        await Expect(page.GetByText("one address, whole")).ToBeVisibleAsync();
        var field = page.GetByRole(AriaRole.Combobox);

        await field.FillAsync("zzznothinghasthis");
        await Expect(page.GetByText("No mail matches.")).ToBeVisibleAsync();
        await field.FillAsync("subject:\"never closed");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToContainTextAsync(new Regex("quot", RegexOptions.IgnoreCase));
        await field.FillAsync(new string('x', 500));
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).Not.ToBeEmptyAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_field_that_takes_the_language_explains_it_and_typing_a_slash_there_is_a_slash()
    {
        await using var opened = await fixture.OpenAsync("/activity", width: 390);
        var page = opened.Page;
        await PageTests.SettledAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "How to search" }).ClickAsync();
        await Expect(page.GetByText("these words, side by side, in one field")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" }).FocusAsync();
        await page.Keyboard.TypeAsync("a/b");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" })).ToHaveValueAsync("a/b");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
    }

    private async Task<(string Recipient, string Id)> AnyAsync()
    {
        var page = await fixture.Standalone.GetAsync("/v1/deliveries?limit=1");
        var first = page.GetProperty("items")[0];

        return (first.GetProperty("recipient").GetString()!, first.GetProperty("id").GetString()!);
    }
}
