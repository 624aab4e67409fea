using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>The page of one delivery, and the page that a link without a key opens.</summary>
[Collection(SharedDashboard.Name)]
public sealed class DeliveryTests(DashboardFixture fixture, DeliveryTests.TwoDeliveries two) : IClassFixture<DeliveryTests.TwoDeliveries>
{
    private const string Words = "421-4.7.28 Gmail has detected an unusual rate of mail [shop.example 36]. For more information, go to\n"
        + "421 4.7.28 https://support.google.com/mail/?p=UnsolicitedRateLimitError <script>alert(1)</script> ";

    [SkippableFact]
    public async Task An_activity_leads_to_every_attempt_in_the_servers_words()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(two.Standalone, "/activity");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "ann.keller@example.net" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync(new Regex("^Not delivered yet: Gmail has put it off 4 times since .* The next try is due about .*\\.$"));
        await Expect(page.GetByText("To ann.keller@example.net from orders@shop.example, “Your order 64028 is confirmed”.")).ToBeVisibleAsync();
        var entries = page.GetByRole(AriaRole.List, new() { Name = "What happened" }).Locator("> li");
        await Expect(entries.Nth(0)).ToContainTextAsync("Accepted by mx1.harbor.example · from web-3, 198.51.100.7 · 18,412 bytes");
        await Expect(entries.Nth(1)).ToContainTextAsync("Try 1, deferred gmail-smtp-in.l.google.com · from 192.0.2.17");
        await Expect(entries.Nth(1).Locator("a[href='https://support.google.com/mail/?p=UnsolicitedRateLimitError']"))
            .ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
        await Expect(entries.Nth(1)).ToContainTextAsync("<script>alert(1)</script> a1");
        await Expect(entries.Nth(2)).ToContainTextAsync("2×2 more tries with the same reply");
        await Expect(entries.Nth(3)).ToContainTextAsync("Try 4, deferred");
        await Expect(entries.Nth(4)).ToContainTextAsync("Next try");
        await entries.Nth(2).GetByRole(AriaRole.Button, new() { Name = "show" }).ClickAsync();
        await Expect(entries).ToHaveCountAsync(6);
        await Expect(entries.Nth(3)).ToContainTextAsync("<script>alert(1)</script> a3");

        var facts = page.GetByRole(AriaRole.Region, new() { Name = "Facts" });
        await Expect(facts).ToContainTextAsync("20261127085112.64028@shop.example");
        await Expect(facts).ToContainTextAsync("192.0.2.17, pool bulk-a");
        await Expect(facts).ToContainTextAsync("order, transactional");
        await Expect(facts.GetByRole(AriaRole.Button, new() { Name = "Copy Queue ID" })).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Activity · MailStats");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Activity" }).First).ToHaveAttributeAsync("aria-current", "page");
        await ShotAsync(page, "delivery");
        await PageTests.HoldsEverywhereAsync(page);
    }

    [SkippableFact]
    public async Task An_error_event_leads_there_too_and_what_was_superseded_is_said()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(two.Standalone, "/bounces", 390, ColorScheme.Dark);
        var page = opened.Page;

        await page.GetByRole(AriaRole.Button).Filter(new() { HasText = "bob@example.net" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Every attempt of this delivery" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new Regex("^Not delivered: .* refused it for good"));
        await Expect(page.GetByText(new Regex("^Before that it was “Delivered”"))).ToBeVisibleAsync();
        await Expect(page.GetByText("What to do")).ToBeVisibleAsync();
        await ShotAsync(page, "delivery-phone-dark");
        await PageTests.HoldsEverywhereAsync(page);
    }

    [SkippableFact]
    public async Task A_link_is_made_and_opens_without_a_key()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(two.Standalone, $"/activity/{await IdAsync("ann.keller@example.net")}");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Link without a key…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Days that it works").FillAsync("91");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Make the link" })).ToBeDisabledAsync();
        await dialog.GetByLabel("Days that it works").FillAsync("7");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = dialog.GetByRole(AriaRole.Link);
        await Expect(link).ToHaveAttributeAsync("href", new Regex("/links/"));
        await ShotAsync(page, "link-dialog");
        var violations = await PageTests.ViolationsAsync(page);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        var address = new Uri((await link.GetAttributeAsync("href"))!);

        foreach (var (width, scheme) in new[] { (1440, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var stranger = await fixture.NewPageAsync(two.Standalone, width, scheme);
            var answer = await stranger.Page.GotoAsync(address.PathAndQuery);
            await Expect(stranger.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
                .ToHaveTextAsync(new Regex("^Not delivered yet: Gmail has put the message off 4 times"));
            Assert.DoesNotContain("ann.keller", await stranger.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
            // The edge adds what it adds everywhere, and leaves the page its own, stricter policy.
            Assert.StartsWith("default-src 'none'; style-src 'sha256-", (await answer!.AllHeadersAsync())["content-security-policy"], StringComparison.Ordinal);
            Assert.Equal(0, await stranger.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
            await ShotAsync(stranger.Page, $"link-{width}");
            await stranger.Page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync();
            await Expect(stranger.Page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
            await Expect(stranger.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new Regex("^Pas encore remis"));
            await ShotAsync(stranger.Page, $"link-{width}-fr");
        }
    }

    [SkippableFact]
    public async Task What_is_not_there_is_said_with_a_way_on()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenFailingAsync(two.Standalone, "/activity/00000000000000000000000000000000");

        await Expect(opened.Page.GetByText("There is no such delivery")).ToBeVisibleAsync();
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Search all mail" }).ClickAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Activity" })).ToBeVisibleAsync();
    }

    private static IEnumerable<object> Mail(DateTimeOffset now)
    {
        var begun = now.AddHours(-4);
        yield return new
        {
            @event = "accepted", occurredAt = begun, messageKey = "m1", queueId = "4kQ2Zp1xVWz", host = "mx1.harbor.example", sender = "orders@shop.example",
            recipient = "ann.keller@example.net", subject = "Your order 64028 is confirmed", messageId = "20261127085112.64028@shop.example", bytes = 18_412,
            spamScore = 0.1, pool = "bulk-a", tags = new[] { "order", "transactional" }, login = "web-3", clientAddress = "198.51.100.7",
        };

        foreach (var (minutes, words) in new[] { (0.04, $"{Words}a1"), (20, $"{Words}a2"), (80, $"{Words}a3"), (200, "451 4.3.2 Please try again later") })
        {
            yield return new
            {
                @event = "deferred", occurredAt = begun.AddMinutes(minutes), messageKey = "m1", queueId = "4kQ2Zp1xVWz", host = "mx1.harbor.example",
                sender = "orders@shop.example", recipient = "ann.keller@example.net", reply = words, remoteHost = "gmail-smtp-in.l.google.com",
                outgoingIp = "192.0.2.17", tlsVersion = "TLSv1.3",
            };
        }

        yield return new
        {
            @event = "delivered", occurredAt = begun.AddMinutes(1), messageKey = "m2", sender = "orders@shop.example", recipient = "bob@example.net",
            queueId = "4kQ2Zp1xVXa", reply = "250 2.0.0 OK", subject = "Your invoice",
        };
        yield return new
        {
            @event = "bounced", occurredAt = begun.AddMinutes(9), messageKey = "m2", sender = "orders@shop.example", recipient = "bob@example.net",
            queueId = "4kQ2Zp1xVXa", reply = "550 5.1.1 User unknown",
        };
    }

    private async Task<string> IdAsync(string recipient) =>
        (await two.Standalone.GetAsync("/v1/activities?limit=50")).GetProperty("items").EnumerateArray()
            .First(item => item.GetProperty("recipient").GetString() == recipient).GetProperty("id").GetString()!;

    /// <summary>A picture to look at, where a folder for it is named.</summary>
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public sealed class TwoDeliveries : FilledStandalone
    {
        private protected override async Task FillAsync(StandaloneProcess standalone)
        {
            await standalone.IngestAsync(Mail(TimeProvider.System.GetUtcNow()));
            await standalone.WaitForRecipientsAsync(2);
        }
    }
}
