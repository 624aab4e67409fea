using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The elements that other people's pages embed, in pages of another origin.</summary>
[Collection(SharedDashboard.Name)]
public sealed class EmbedTests(DashboardFixture fixture)
{
    [SkippableFact]
    public async Task A_hostile_page_shows_the_numbers_as_they_are()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var panel = await Panel.StartAsync();
        await using var standalone = await StartForAsync(panel);
        await standalone.IngestAsync(Enumerable.Range(0, 40).Select(Delivered));
        await standalone.WaitForRecipientsAsync(40);
        await standalone.LimitAsync(50);
        panel.MakeToken = () => Panel.TokenAsync(standalone.Client);
        panel.Embed(standalone.Address, "<mailstats-quota token-url=/token></mailstats-quota><mailstats-overview token-url=/token></mailstats-overview>");
        await using var opened = await OpenAsync(standalone, panel);
        var page = opened.Page;

        await Expect(page.Locator("mailstats-quota")).ToContainTextAsync("40 of 50 recipients used");
        await Expect(page.Locator("mailstats-quota [role=progressbar]")).ToHaveAttributeAsync("aria-valuenow", "80");
        await Expect(page.Locator("mailstats-overview [data-indicator=recipients] .value")).ToHaveTextAsync("40");
        await Expect(page.Locator("mailstats-overview [data-indicator=deliveryRate] .value")).ToHaveTextAsync("100.0%");
        await Expect(page.Locator("mailstats-overview svg rect")).ToHaveCountAsync(7);
        await Expect(page.Locator("mailstats-overview [data-indicator=recipients] .value")).ToHaveCSSAsync("font-size", "22px");
        await Expect(page.Locator("mailstats-quota .box")).ToHaveCSSAsync("letter-spacing", "normal");
        await Expect(page.Locator("mailstats-quota .fill")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task An_ended_token_is_replaced_and_a_refused_one_shows_no_number()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var panel = await Panel.StartAsync();
        await using var standalone = await StartForAsync(panel);
        await standalone.IngestAsync([Delivered(0)]);
        await standalone.WaitForRecipientsAsync(1);
        panel.Embed(standalone.Address, "<mailstats-overview token-url=/token domain=shop.example></mailstats-overview>");
        var given = "mst_ended";
        panel.MakeToken = () => Task.FromResult<string?>(given);
        await using var opened = await OpenAsync(standalone, panel, expectsFailures: true);
        var element = opened.Page.Locator("mailstats-overview");
        await Expect(element).ToContainTextAsync("signed in to again");
        await Expect(element.Locator(".value")).ToHaveCountAsync(0);

        given = await Panel.TokenAsync(standalone.Client, "shop.example");
        await Expect(element.Locator("[data-indicator=recipients] .value")).ToHaveTextAsync("1", new() { Timeout = 30_000 });

        await element.EvaluateAsync("element => element.setAttribute('domain', 'other.example')");
        await Expect(element).ToContainTextAsync("may not be seen here");
        await Expect(element.Locator(".value")).ToHaveCountAsync(0);

        await element.EvaluateAsync("element => { element.setAttribute('domain', 'shop.example'); element.lang = 'fr' }");
        await Expect(element).ToContainTextAsync("Destinataires");
        await standalone.KillAsync();
        await element.EvaluateAsync("element => element.setAttribute('period', 'today')");
        await Expect(element).ToContainTextAsync("injoignables");
        Assert.True(panel.TokensMade >= 2);
    }

    [SkippableFact]
    public async Task A_page_that_makes_tokens_itself_is_asked_for_the_next()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var panel = await Panel.StartAsync();
        await using var standalone = await StartForAsync(panel);
        await standalone.IngestAsync([Delivered(0)]);
        await standalone.WaitForRecipientsAsync(1);
        panel.Embed(standalone.Address, "<mailstats-quota></mailstats-quota>");
        await using var opened = await OpenAsync(standalone, panel, expectsFailures: true);
        var element = opened.Page.Locator("mailstats-quota");
        await Expect(element).ToContainTextAsync("signed in to again");
        var token = await Panel.TokenAsync(standalone.Client);
        await opened.Page.EvaluateAsync(
            "token => document.addEventListener('mailstats-token-needed', event => event.target.setAttribute('token', token))", token);

        await element.EvaluateAsync("element => element.setAttribute('token', 'mst_old')");

        await Expect(element).ToContainTextAsync("1 recipients this month", new() { Timeout = 30_000 });
    }

    [SkippableTheory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task The_demo_is_a_panel_that_works(int width, ColorScheme scheme)
    {
        await using var opened = await fixture.NewPageAsync(fixture.Standalone, width, scheme);
        var page = opened.Page;
        await page.GotoAsync("/embed/demo.html");
        await page.GetByLabel("API key").FillAsync(fixture.Standalone.Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the numbers" }).ClickAsync();

        await Expect(page.Locator("mailstats-quota")).ToContainTextAsync("this month");
        await Expect(page.Locator("mailstats-overview .value")).ToHaveCountAsync(4);
        Assert.Empty(await PageTests.ViolationsAsync(page));
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
    }

    [SkippableFact]
    public async Task The_file_is_small_and_may_be_loaded_from_anywhere()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        using var client = new HttpClient { BaseAddress = fixture.Standalone.Address };
        using var answer = await client.GetAsync(new Uri("/embed/v1.js", UriKind.Relative));

        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 60_000);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["cross-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.True(answer.Headers.CacheControl?.NoCache);
    }

    private static Task<StandaloneProcess> StartForAsync(Panel panel) =>
        StandaloneProcess.StartAsync(("Edge__AllowedOrigins__0", panel.Address.GetLeftPart(UriPartial.Authority)));

    private async Task<WatchedPage> OpenAsync(StandaloneProcess standalone, Panel panel, bool expectsFailures = false)
    {
        var opened = await fixture.NewPageAsync(standalone);
        opened.Authority = panel.Address.Authority;
        opened.ExpectsFailures = expectsFailures;
        await opened.Page.GotoAsync(panel.Address.ToString());

        return opened;
    }

    private static object Delivered(int number) => new
    {
        @event = "delivered",
        occurredAt = TimeProvider.System.GetUtcNow(),
        messageKey = $"embed-{number}",
        sender = "news@shop.example",
        recipient = $"ann{number}@example.net",
        reply = "250 2.0.0 OK",
    };
}
