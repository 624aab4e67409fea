using Microsoft.Playwright;

namespace MailStats.Dashboard.Tests;

/// <summary>
/// A page on which every console error, every violation of the content security policy, every script error and every
/// request to another host is a failure.
/// </summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    /// <summary>How long a page has for what is expected of it, in milliseconds.</summary>
    public const int Patience = 20_000;

    private readonly List<string> _wrongs = [];

    private WatchedPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>The one other host that is asked on purpose: the authority that people sign in at.</summary>
    public string? Authority { get; set; }

    /// <summary>Failures that a test provokes on purpose: a server that is gone, a key that is refused.</summary>
    public bool ExpectsFailures { get; set; }

    public static async Task<WatchedPage> OfAsync(IBrowserContext context, Uri home)
    {
        var page = await context.NewPageAsync();
        var watched = new WatchedPage(page);
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                watched.Note(
                    $"{message.Location} console {message.Type}: {message.Text}",
                    expected: message.Text.Contains("Failed to load resource", StringComparison.Ordinal));
            }
        };
        page.PageError += (_, error) => watched.Note($"script error: {error}", expected: false);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("blob:", StringComparison.Ordinal)
                && new Uri(request.Url).Authority is var asked && asked != home.Authority && asked != watched.Authority)
            {
                watched.Note($"request to another host: {request.Url}", expected: false);
            }
        };
        await page.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', violation => "
            + "console.error('CSP: ' + violation.violatedDirective + ' ' + violation.blockedURI))");

        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Assert.Empty(_wrongs);
    }

    private void Note(string wrong, bool expected)
    {
        if (!expected || !ExpectsFailures)
        {
            _wrongs.Add(wrong);
        }
    }
}
