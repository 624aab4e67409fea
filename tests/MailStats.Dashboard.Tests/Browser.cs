using Microsoft.Playwright;

namespace MailStats.Dashboard.Tests;

/// <summary>Debian's Chromium, driven by Playwright. Absent: tests are skipped, and fail where <c>CI=true</c>.</summary>
internal static class Browser
{
    public const string Path = "/usr/bin/chromium";

    private static readonly string[] _flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

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
