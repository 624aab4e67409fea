using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>Pages on paper: A4, upright.</summary>
[Collection(SharedDashboard.Name)]
public sealed partial class PaperTests(DashboardFixture fixture)
{
    /// <summary>A4 without the margins of print.css (12 mm), in CSS pixels.</summary>
    private const int Between = 703;

    /// <summary>Fifty error events and what stands above them.</summary>
    private const int MostSheets = 9;

    [SkippableTheory]
    [InlineData("/", 1)]
    [InlineData("/domains/shop.example", 1)]
    [InlineData("/bounces", 0)]
    [InlineData("/bounces/trends", 1)]
    [InlineData("/receivers/waiting", 1)]
    public async Task A_page_with_its_charts_fits_A4(string path, int charts)
    {
        await using var opened = await fixture.OpenAsync(path);
        var page = opened.Page;
        await PageTests.SettledAsync(page);

        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(Between, 1000);

        await Expect(page.Locator(".print-head")).ToContainTextAsync("MailStats · ");
        await Expect(page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Expect(page.Locator(".plot svg")).ToHaveCountAsync(charts);
        Assert.Equal("", await WiderThanPaperAsync(page));
        var paper = Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true, PrintBackground = true }));
        Assert.StartsWith("%PDF-", paper, StringComparison.Ordinal);
        var sheets = MediaBox().Matches(paper).Select(found => (Points(found.Groups[1].Value), Points(found.Groups[2].Value))).ToArray();
        Assert.InRange(sheets.Length, 1, MostSheets);
        Assert.All(sheets, sheet => Assert.Equal((595, 842), sheet));
    }

    /// <summary>What reaches beyond the right edge, by its tag and class; tables, charts and all words are looked at.</summary>
    private static Task<string> WiderThanPaperAsync(IPage page) => page.EvaluateAsync<string>(
        """
        () => [...document.querySelectorAll('main svg, main svg path, main svg text, main td, main th, main p, main h1, main h2')]
          .filter(element => element.checkVisibility() && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .map(element => `${element.tagName} ${element.getAttribute('class') ?? ''} ${element.textContent.slice(0, 30)}`)
          .slice(0, 3)
          .join(' | ')
        """);

    private static int Points(string number) => (int)Math.Round(double.Parse(number, CultureInfo.InvariantCulture), MidpointRounding.AwayFromZero);

    [GeneratedRegex(@"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]")]
    private static partial Regex MediaBox();
}
