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
        await Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
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

    [SkippableFact]
    public async Task People_sign_in_at_the_authority_and_come_back_to_the_page_they_wanted()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var authority = await Authority.StartAsync();
        await using var standalone = await StandaloneProcess.StartAsync(
            ("Oidc__Authority", authority.Address.GetLeftPart(UriPartial.Authority)), ("Oidc__RequireHttps", "false"), ("Oidc__ClientId", Authority.ClientId));
        await using var opened = await fixture.NewPageAsync(standalone);
        opened.Authority = authority.Address.Authority;
        var page = opened.Page;
        await page.GotoAsync("/domains?period=today");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Sign in at {authority.Address.Authority}" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Domains" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"/domains\?period=today$"));
        await Expect(page.GetByText("No mail in this period")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_sign_in_that_another_began_is_refused()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var authority = await Authority.StartAsync();
        await using var standalone = await StandaloneProcess.StartAsync(
            ("Oidc__Authority", authority.Address.GetLeftPart(UriPartial.Authority)), ("Oidc__RequireHttps", "false"), ("Oidc__ClientId", Authority.ClientId));
        await using var opened = await fixture.NewPageAsync(standalone);

        await opened.Page.GotoAsync("/?code=stolen&state=forged");

        await Expect(opened.Page.GetByText("This sign-in was not started in this tab.")).ToBeVisibleAsync();
        await Expect(opened.Page).ToHaveURLAsync(new Regex("/$"));
    }
}
