using System.Globalization;
using Microsoft.Playwright;

namespace MailStats.Dashboard.Tests;

/// <summary>One Standalone with a fortnight of mail, and one browser, shared by the tests that only look.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private StandaloneProcess? _standalone;

    internal StandaloneProcess Standalone => _standalone ?? throw new InvalidOperationException(Browser.Missing);

    public async Task InitializeAsync()
    {
        if (Browser.Missing is { } reason)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", reason);

            return;
        }

        // A busy machine takes its time; what must be quick says so where it is expected.
        Assertions.SetDefaultExpectTimeout(WatchedPage.Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.LaunchAsync(_playwright);
        _standalone = await StandaloneProcess.StartAsync();

        var mail = SampleMail.Fortnight(TimeProvider.System.GetUtcNow());
        await _standalone.IngestAsync(mail.Events);
        await _standalone.WaitForRecipientsAsync(mail.Recipients);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();

        if (_standalone is not null)
        {
            await _standalone.DisposeAsync();
        }
    }

    /// <summary>A page that is signed in. What must never happen on any page is checked when it is disposed.</summary>
    internal Task<WatchedPage> OpenAsync(string path, int width = 1440, ColorScheme scheme = ColorScheme.Light) =>
        OpenAsync(Standalone, path, width, scheme);

    internal async Task<WatchedPage> OpenAsync(StandaloneProcess standalone, string path, int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await NewPageAsync(standalone, width, scheme);
        await page.Page.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"{path}#key={standalone.Key}"));

        return page;
    }

    /// <summary>The same where failures are provoked on purpose, from the first request on.</summary>
    internal async Task<WatchedPage> OpenFailingAsync(StandaloneProcess standalone, string path)
    {
        var page = await NewPageAsync(standalone);
        page.ExpectsFailures = true;
        await page.Page.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"{path}#key={standalone.Key}"));

        return page;
    }

    /// <summary>The same in a language that was chosen, "en" or "fr".</summary>
    internal async Task<WatchedPage> OpenInAsync(string language, StandaloneProcess standalone, string path, int width = 1440)
    {
        var page = await NewPageAsync(standalone, width);
        await page.Page.AddInitScriptAsync($"localStorage.setItem('mailstats.language', '{language}')");
        await page.Page.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"{path}#key={standalone.Key}"));

        return page;
    }

    internal async Task<WatchedPage> NewPageAsync(StandaloneProcess standalone, int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = standalone.Address.ToString(),
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            ColorScheme = scheme,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });

        return await WatchedPage.OfAsync(context, standalone.Address);
    }
}

[CollectionDefinition(Name)]
public sealed class SharedDashboard : ICollectionFixture<DashboardFixture>, ICollectionFixture<OwnStandalone>
{
    public const string Name = "Dashboard";
}
