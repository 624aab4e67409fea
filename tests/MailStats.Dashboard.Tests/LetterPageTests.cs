using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The page of the letter: what is chosen there is chosen in the API, and the last letter is read there.</summary>
[Collection(SharedDashboard.Name)]
public sealed class LetterPageTests(DashboardFixture fixture) : IAsyncLifetime
{
    private StandaloneProcess? _standalone;

    private StandaloneProcess Standalone => _standalone ?? throw new InvalidOperationException(Browser.Missing);

    public async Task InitializeAsync() => _standalone = Browser.Missing is null ? await StandaloneProcess.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_standalone is not null)
        {
            await _standalone.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_letter_is_chosen_and_the_last_one_is_read_in_its_language()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        using var added = await Standalone.Client.PostAsJsonAsync(
            "/v1/admin/notifications", new { kind = "mail", address = "ann@shop.example", name = "Ann", enabled = true });
        added.EnsureSuccessStatusCode();
        await using var opened = await fixture.OpenAsync(Standalone, "/settings/letters");
        var page = opened.Page;

        await Expect(page.GetByText("It goes to ann@shop.example.")).ToBeVisibleAsync();
        var last = page.GetByRole(AriaRole.Region, new() { Name = "The last one" });
        await Expect(last).ToContainTextAsync("The one thing to do");
        var form = page.GetByRole(AriaRole.Form, new() { Name = "The letter by mail" });
        await Expect(form.GetByLabel("How often")).ToHaveValueAsync("off");
        await form.GetByLabel("How often").SelectOptionAsync("monthly");
        await form.GetByLabel("Language").SelectOptionAsync("fr");
        await Expect(last).ToContainTextAsync("La seule chose à faire");
        Assert.Empty(await PageTests.ViolationsAsync(page));

        var download = await page.RunAndWaitForDownloadAsync(() => last.GetByRole(AriaRole.Button, new() { Name = "As mail clients show it" }).ClickAsync());
        Assert.Equal("letter.html", download.SuggestedFilename);
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        var saved = await Standalone.GetAsync("/v1/admin/letters");
        Assert.Equal(("monthly", "fr"), (saved.GetProperty("every").GetString(), saved.GetProperty("language").GetString()));
    }
}
