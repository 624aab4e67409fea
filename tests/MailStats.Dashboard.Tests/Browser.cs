using Microsoft.Playwright;

namespace MailStats.Dashboard.Tests;

/// <summary>Debian's Chromium, driven by Playwright. Absent: tests are skipped, and fail where <c>CI=true</c>.</summary>
internal static class Browser
{
    private const string Whole = "/usr/bin/chromium";

    // The same without windows of its own (chromium-headless-shell): a page opens in two thirds of the time.
    private const string Shell = "/usr/bin/chromium-headless-shell";

    private static readonly string[] _flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static string Path => File.Exists(Shell) ? Shell : Whole;

    /// <summary>Why nothing can be tested here; null where it can.</summary>
    public static string? Missing =>
        !File.Exists(Path) ? $"{Path} is not installed."
        : !File.Exists(System.IO.Path.Combine(AppContext.BaseDirectory, "axe.min.js")) ? "The dashboard was not built: Node.js is not installed."
        : null;

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright) => await playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Path,
        Args = _flags,
    });
}
