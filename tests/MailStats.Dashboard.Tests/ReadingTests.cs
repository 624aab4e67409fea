using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>Lists that can be read in peace, and words that strangers wrote: on a Standalone of their own, whose mail grows.</summary>
[Collection(SharedDashboard.Name)]
public sealed class ReadingTests(DashboardFixture fixture, ReadingTests.Library library) : IClassFixture<ReadingTests.Library>
{
    private const int Bounces = 60;

    /// <summary>Turns what follows it round (U+202E), where nothing holds it back.</summary>
    private const string Turned = "Invoice \u202Egpj.exe";

    [SkippableFact]
    public async Task New_rows_wait_until_they_are_asked_for()
    {
        await using var opened = await OpenAsync("/activity");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Activities" }).Locator("tbody tr");
        await Expect(page.Locator(".live")).ToHaveTextAsync("Live");
        await Expect(rows).ToHaveCountAsync(50);
        var first = await rows.First.InnerTextAsync();

        await library.Standalone.IngestAsync(Enumerable.Range(0, 12).Select(number => Message(TimeProvider.System.GetUtcNow(), $"fresh{number}", "delivered")));

        var waiting = page.GetByRole(AriaRole.Button, new() { Name = "12 new: show" });
        await Expect(waiting).ToBeVisibleAsync();
        Assert.Equal(first, await rows.First.InnerTextAsync());
        await waiting.ClickAsync();
        await Expect(rows.First.Locator("[data-column=recipient]")).ToContainTextAsync("fresh");
        await Expect(waiting).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Sorting_is_over_all_rows_and_not_the_page()
    {
        await using var opened = await OpenAsync("/bounces?domain=shop.example");
        var page = opened.Page;
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(50);

        // The largest is the oldest: it is on the second page by time.
        await page.GetByRole(AriaRole.Button, new() { Name = "Bytes", Exact = true }).ClickAsync();

        await Expect(rows.First.Locator("[data-column=bytes]")).ToHaveTextAsync((1000 + Bounces - 1).ToString("N0", CultureInfo.InvariantCulture));
        await Expect(page.GetByText("All events are sorted.")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_chip_takes_its_filter_away_and_leaves_the_others()
    {
        await using var opened = await OpenAsync("/bounces?status=hardBounced&smtpCode=550&unknown=true");
        var page = opened.Page;
        var chips = page.GetByRole(AriaRole.Group, new() { Name = "Filters in force" });
        await Expect(page.GetByText("No error events match")).ToBeVisibleAsync();

        await chips.GetByRole(AriaRole.Button, new() { Name = "Remove the filter Unknown code only" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("status=hardBounced&smtpCode=550$"));
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr")).ToHaveCountAsync(50);
    }

    [SkippableFact]
    public async Task Domains_stand_in_their_letters_and_as_they_are_written_on_hover()
    {
        await using var opened = await OpenAsync("/domains");
        var page = opened.Page;
        var link = page.GetByRole(AriaRole.Link, new() { Name = "bücher.example", Exact = true });
        await Expect(link.Locator("bdi")).ToHaveAttributeAsync("title", "xn--bcher-kva.example");

        await link.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("bücher.example");
        await Expect(page).ToHaveTitleAsync("bücher.example · MailStats");
    }

    [SkippableFact]
    public async Task No_sender_is_said_and_what_a_stranger_wrote_turns_nothing_round()
    {
        await using var opened = await OpenAsync("/activity?search=odd");
        var page = opened.Page;
        var row = page.GetByRole(AriaRole.Table, new() { Name = "Activities" }).Locator("tbody tr").Filter(new() { HasText = "odd@" });

        await Expect(row.Locator("[data-column=sender]")).ToHaveTextAsync("(no sender)");
        await Expect(row.Locator("[data-column=subject] bdi")).ToHaveTextAsync(Turned);
        await Expect(row.Locator("[data-column=subject]")).ToHaveCSSAsync("text-overflow", "ellipsis");
        await Expect(row.Locator("[data-column=subject]")).ToHaveCSSAsync("white-space", "nowrap");
    }

    [SkippableFact]
    public async Task Times_of_another_year_tell_it_and_are_not_cut()
    {
        var then = library.Now.AddDays(-366);
        var days = string.Create(CultureInfo.InvariantCulture, $"from={then.AddDays(-1):yyyy-MM-dd}&to={then.AddDays(1):yyyy-MM-dd}");
        await using var opened = await OpenAsync($"/bounces?{days}");
        var page = opened.Page;
        var row = page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr").First;

        foreach (var column in new[] { "occurredAt", "lastTry" })
        {
            await Expect(row.Locator($"[data-column={column}] time")).ToContainTextAsync(then.Year.ToString(CultureInfo.InvariantCulture));
            Assert.False(await row.Locator($"[data-column={column}]").EvaluateAsync<bool>("cell => cell.scrollWidth > cell.clientWidth"), column);
        }
    }

    [SkippableFact]
    public async Task An_identifier_is_copied_as_it_is()
    {
        await using var opened = await OpenAsync("/bounces?search=person7@");
        var page = opened.Page;
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByRole(AriaRole.Table, new() { Name = "Outbound error events" }).Locator("tbody tr").First.ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Copy Queue ID" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal("Qperson7", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [SkippableTheory]
    [InlineData("/activity", "activities.csv")]
    [InlineData("/domains", "domains.csv")]
    [InlineData("/receivers", "receivers.csv")]
    public async Task Every_list_comes_as_a_file_with_all_its_rows(string path, string file)
    {
        await using var opened = await OpenAsync($"{path}?period=last-30-days");
        await PageTests.SettledAsync(opened.Page);
        await Expect(opened.Page.GetByRole(AriaRole.Table)).ToBeVisibleAsync();

        var download = await opened.Page.RunAndWaitForDownloadAsync(() => opened.Page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());

        Assert.Equal(file, download.SuggestedFilename);
        var rows = (await File.ReadAllLinesAsync(await download.PathAsync())).Length - 1;
        Assert.True(path == "/activity" ? rows > 50 : rows >= 1, $"{rows} rows");
    }

    [SkippableFact]
    public async Task A_long_file_shows_how_far_it_is_and_can_be_left()
    {
        await using var opened = await OpenAsync("/activity?period=last-30-days");
        var page = opened.Page;
        await PageTests.SettledAsync(page);
        var network = await page.Context.NewCDPSessionAsync(page);
        var progress = page.GetByRole(AriaRole.Progressbar, new() { Name = "activities.csv comes" });
        await SpeedAsync(network, 1_500);

        await page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync();
        await Expect(progress).ToHaveJSPropertyAsync("max", 1);
        await page.WaitForFunctionAsync("() => document.querySelector('.file-progress progress').value > 0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(progress).ToHaveCountAsync(0);
        await Expect(page.Locator(".error-text")).ToHaveCountAsync(0);
        await SpeedAsync(network, -1);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Parquet" }).ClickAsync());
        Assert.Equal("activities.parquet", download.SuggestedFilename);
        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(await download.PathAsync()))[..4]);
    }

    private static async Task SpeedAsync(ICDPSession network, int bytesASecond)
    {
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = bytesASecond, ["uploadThroughput"] = -1,
        });
    }

    private static object Message(
        DateTimeOffset at, string name, string outcome, int bytes = 500, string sender = "news@shop.example", string? subject = null) =>
        new
        {
            @event = outcome, occurredAt = at, acceptedAt = at, queueId = $"Q{name}", host = "mx1.shop.example", recipient = $"{name}@gmail.com", sender,
            subject, bytes, reply = outcome == "bounced" ? "550 5.1.1 User unknown" : "250 2.0.0 OK",
        };

    private async Task<WatchedPage> OpenAsync(string path)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);

        return await fixture.OpenAsync(library.Standalone, path);
    }

    /// <summary>Sixty bounces, the oldest the largest; a domain in letters of its own; mail without a sender; one bounce of the year before.</summary>
    public sealed class Library : FilledStandalone
    {
        internal DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

        private protected override async Task FillAsync(StandaloneProcess standalone)
        {
            await standalone.IngestAsync(
            [
                .. Enumerable.Range(0, Bounces).Select(number => Message(Now.AddSeconds(-10 - number), $"person{number}", "bounced", 1000 + number)),
                Message(Now.AddMinutes(-5), "letters", "delivered", sender: "info@xn--bcher-kva.example"),
                Message(Now.AddMinutes(-6), "odd", "delivered", sender: "", subject: Turned),
                Message(Now.AddDays(-366), "old", "bounced"),
            ]);
            // Mail without a sender is nobody's: it stands in the lists and counts for no domain.
            await standalone.WaitForRecipientsAsync(Bounces + 1);
        }
    }
}
