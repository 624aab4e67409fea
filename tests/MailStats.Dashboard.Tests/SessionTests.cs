using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

[Collection(SharedDashboard.Name)]
public sealed class SessionTests(DashboardFixture fixture)
{
    [SkippableFact]
    public async Task The_printed_link_signs_in_and_the_key_leaves_the_address()
    {
        await using var opened = await fixture.OpenAsync("/domains");

        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Domains" })).ToBeVisibleAsync();
        await Expect(opened.Page).ToHaveURLAsync(new Regex("/domains$"));
    }

    [SkippableFact]
    public async Task A_key_is_pasted_a_wrong_one_is_refused_in_words_and_signing_out_forgets_it()
    {
        await using var opened = await fixture.NewPageAsync(fixture.Standalone);
        opened.ExpectsFailures = true;
        var page = opened.Page;
        await page.GotoAsync("/bounces");
        Assert.Empty(await PageTests.ViolationsAsync(page));

        await page.GetByLabel("API key").FillAsync("ms_nothing");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("unknown, expired or revoked", new() { Exact = false })).ToBeVisibleAsync();
        await page.GetByLabel("API key").FillAsync(fixture.Standalone.Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Bounces" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }
}
