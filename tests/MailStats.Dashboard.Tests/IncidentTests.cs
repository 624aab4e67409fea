using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailStats.Dashboard.Tests;

/// <summary>What is wrong now, and what was: the page, one incident, and everywhere it is named.</summary>
[Collection(SharedDashboard.Name)]
public sealed class IncidentTests(DashboardFixture fixture, TroubledDashboard troubled) : IClassFixture<TroubledDashboard>
{
    private const string Slow = "Gmail slows down mail from shop.example";
    private const string Refused = "Microsoft refuses mail from billing.example: it is not authenticated";

    [SkippableFact]
    public async Task Open_ones_stand_first_with_their_curve_and_past_ones_can_be_filtered()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/incidents");
        var page = opened.Page;
        var open = page.GetByRole(AriaRole.Region, new() { Name = Slow });
        var past = page.GetByRole(AriaRole.Region, new() { Name = "Past" });

        await Expect(open).ToContainTextAsync(new Regex(@"open, \d+ h"));
        await Expect(open.GetByRole(AriaRole.Heading)).ToHaveTextAsync(new Regex($"^{Slow} since "));
        await Expect(open).ToContainTextAsync("it concerns the two together");
        await Expect(open.Locator(".plot line.moment")).ToHaveCountAsync(1);
        await Expect(past.GetByRole(AriaRole.Row).Filter(new() { HasText = Refused })).ToContainTextAsync("authentication");
        await Expect(past.Locator(".curve path").First).ToHaveAttributeAsync("d", new Regex("^M"));
        await ShotAsync(page, "incidents");

        await page.GetByLabel("Kind").SelectOptionAsync("rate");
        await Expect(past).Not.ToContainTextAsync(Refused);
        await Expect(page).ToHaveURLAsync(new Regex("kind=rate"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the filter Kind: rate" }).ClickAsync();
        await Expect(past).ToContainTextAsync(Refused);
        await page.GetByText("Past", new() { Exact = true }).First.ClickAsync();
        await Expect(open).ToHaveCountAsync(0);
        await PageTests.HoldsEverywhereAsync(page);
    }

    [SkippableTheory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task One_incident_shows_its_evidence_its_cause_and_what_to_do(int width, ColorScheme scheme)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        var id = await troubled.WaitForIncidentAsync("open", TroubledMail.Slowed);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, $"/incidents/{id}", width, scheme);
        var page = opened.Page;

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new Regex($"^{Slow} since "));
        // A table; on a phone, cards.
        var counts = page.GetByLabel("Counts before and since").Last.Locator("tbody tr, li");
        await Expect(counts.Nth(0)).ToContainTextAsync("Before");
        await Expect(counts.Nth(1)).ToContainTextAsync(new Regex(@"Since the change.*(100\.0|9\d\.\d)%"));
        var says = page.GetByRole(AriaRole.Region, new() { Name = "What Gmail says" });
        await Expect(says).ToContainTextAsync("<script>alert(1)</script>");
        await Expect(says.Locator("a[href='https://support.google.com/mail/?p=UnsolicitedRateLimitError']"))
            .ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
        var beside = page.GetByRole(AriaRole.Region, new() { Name = "What is normal beside it" });
        await Expect(beside.GetByRole(AriaRole.Group, new() { Name = "shop.example at other receivers" })).ToContainTextAsync("Yahoo");
        await Expect(beside.GetByRole(AriaRole.Group, new() { Name = "Gmail with your other domains" })).ToContainTextAsync("billing.example");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What to do" })).ToContainTextAsync("Send more slowly to this receiver");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Why this cause" })).ToContainTextAsync("Rate limited");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What happened" })).ToContainTextAsync("The change, most likely to the minute");
        await ShotAsync(page, $"incident-{width}-{scheme}");

        var example = page.GetByRole(AriaRole.Region, new() { Name = "Examples" }).GetByRole(AriaRole.Link).First;
        await Expect(example).ToContainTextAsync("@gmail.com");
        await PageTests.HoldsEverywhereAsync(page);
        await example.ClickAsync();

        // The delivery leads back to the incident that it belongs to.
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Facts" }).GetByRole(AriaRole.Link, new() { NameRegex = new(Slow) })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task The_overview_says_in_one_sentence_what_is_wrong_and_charts_bear_a_mark()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/");
        var page = opened.Page;
        var wrong = page.GetByRole(AriaRole.Region, new() { Name = "What is wrong" });
        var marks = page.GetByRole(AriaRole.List, new() { Name = "Incidents in the chart" });

        await Expect(wrong).ToContainTextAsync(new Regex($"{Slow} since .*of first attempts fail, usually"));
        await Expect(marks).ToContainTextAsync(Slow);
        await Expect(marks).ToContainTextAsync(Refused);
        await Expect(page.Locator(".plot line.lane")).ToHaveCountAsync(2);
        await Expect(page.Locator(".plot line.lane[data-open]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-indicator=complaintRate] .indicator-value")).ToHaveTextAsync(new Regex("%$"));
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Incidents" }))
            .ToContainTextAsync("1");
        await ShotAsync(page, "overview-wrong");
        await page.SetViewportSizeAsync(390, 844);
        await ShotAsync(page, "overview-wrong-phone");
        await PageTests.HoldsEverywhereAsync(page);

        await page.GotoAsync("/domains/shop.example");
        await Expect(wrong).ToContainTextAsync(Slow);
        await Expect(marks).Not.ToContainTextAsync(Refused);
        await Expect(page.Locator(".plot line.lane")).ToHaveCountAsync(1);
        await page.SetViewportSizeAsync(1440, 900);
        await ShotAsync(page, "domain-wrong");
        await page.GotoAsync("/domains/billing.example");
        await Expect(wrong).ToContainTextAsync("All normal. Mail of this domain goes out as is usual.");
    }

    [SkippableFact]
    public async Task Nothing_wrong_is_said_as_well()
    {
        await using var opened = await fixture.OpenAsync("/");

        await Expect(opened.Page.GetByRole(AriaRole.Region, new() { Name = "What is wrong" })).ToContainTextAsync("All normal.");
    }

    [SkippableFact]
    public async Task What_waits_is_shown_with_its_age_and_reason_beside_the_time_to_deliver()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/receivers");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Waiting and time to deliver" }).ClickAsync();
        var queues = page.GetByRole(AriaRole.Table, new() { Name = "In the queues now" });
        var times = page.GetByRole(AriaRole.Table, new() { Name = "Time to deliver" });

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What waits" })).ToContainTextAsync(new Regex(@"^\d+ recipients wait\."));
        var gmail = queues.GetByRole(AriaRole.Row).Filter(new() { HasText = "Gmail" });
        await Expect(gmail).ToContainTextAsync("Rate limited");
        await Expect(gmail.GetByRole(AriaRole.Link, new() { Name = "incident" })).ToBeVisibleAsync();
        await Expect(times.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(
            ["Receiver", "Delivered", "Half within", "9 of 10 within", "95 of 100 within", "99 of 100 within"]);
        await Expect(times.GetByRole(AriaRole.Row).Filter(new() { HasText = "Yahoo" })).ToContainTextAsync(new Regex(@"\d s"));
        await ShotAsync(page, "waiting");
        await page.SetViewportSizeAsync(390, 844);
        await ShotAsync(page, "waiting-phone");
        await PageTests.HoldsEverywhereAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByText("By domain", new() { Exact = true }).ClickAsync();
        await Expect(queues.GetByRole(AriaRole.Row).Filter(new() { HasText = "shop.example" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Trends_tell_what_is_new_and_whether_a_change_is_more_than_chance()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/bounces?period=last-24-hours");
        var page = opened.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Trends" }).ClickAsync();
        var reasons = page.GetByRole(AriaRole.Table, new() { Name = "Reasons" });
        var groups = page.GetByRole(AriaRole.Region, new() { Name = "Diagnosis" });

        var limited = reasons.GetByRole(AriaRole.Row).Filter(new() { HasText = "Rate limited" });
        await Expect(limited).ToContainTextAsync("new");
        await Expect(limited).ToContainTextAsync("pp, worse");
        var dmarc = reasons.GetByRole(AriaRole.Row).Filter(new() { HasText = "DMARC failed" });
        await Expect(dmarc).ToContainTextAsync("gone");

        // Three hours in a row were one event: they prove less than as many failures over the day.
        await Expect(dmarc).ToContainTextAsync("too few to say");
        await Expect(reasons.GetByRole(AriaRole.Row).Filter(new() { HasText = "Greylisted" })).ToContainTextAsync("no real change");
        await Expect(groups.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToHaveTextAsync(["Authentication", "Reputation", "Configuration"]);
        await Expect(groups.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("Gone: DMARC failed");
        var gmail = page.GetByRole(AriaRole.Table, new() { Name = "Receivers" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "Gmail" });
        await Expect(gmail).ToContainTextAsync("pp, worse");
        await Expect(page.Locator(".plot rect.span[data-open]")).ToHaveCountAsync(1);
        await Expect(page.Locator(".plot path[data-drawn=deferral-line]")).ToHaveAttributeAsync("d", new Regex("^M.*L"));
        await Expect(page.Locator(".plot path[data-drawn=hard-line]")).ToHaveAttributeAsync("d", new Regex("^M.*L"));
        await ShotAsync(page, "trends");
        await PageTests.HoldsEverywhereAsync(page);

        await page.SetViewportSizeAsync(1440, 900);
        await limited.GetByRole(AriaRole.Button, new() { Name = "Rate limited" }).ClickAsync();
        await Expect(page.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync("rate_limited");
        await gmail.GetByRole(AriaRole.Button, new() { Name = "Gmail" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("provider=Gmail"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Deferral rate" }).First.ClickAsync();
        await Expect(page.GetByText("A deferral is tried again by itself and may still be delivered.")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_period_without_previous_mail_says_that_there_is_too_little_to_compare()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/bounces/trends?period=last-30-days", 390, ColorScheme.Dark);

        await Expect(opened.Page.GetByRole(AriaRole.List, new() { Name = "Reasons" })).ToContainTextAsync("nothing to compare");
        await ShotAsync(opened.Page, "trends-phone-dark");
        await PageTests.HoldsEverywhereAsync(opened.Page);
    }

    [SkippableTheory]
    [InlineData("/incidents", "Gmail ralentit le courrier de shop.example depuis")]
    [InlineData("/receivers/waiting", "destinataires attendent.")]
    [InlineData("/bounces/trends?period=last-24-hours", "Rien n’a échoué pour cela pendant cette période.")]
    [InlineData("/", "des premières tentatives échouent, d’habitude")]
    public async Task The_pages_speak_French(string path, string text)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenInAsync("fr", troubled.Standalone, path);

        await Expect(opened.Page.GetByRole(AriaRole.Main)).ToContainTextAsync(text);
        await Expect(opened.Page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
        await ShotAsync(opened.Page, $"french{path.Split('?')[0].Replace('/', '-')}", "^Chargement");
        await PageTests.HoldsEverywhereAsync(opened.Page);
    }

    [SkippableFact]
    public async Task On_a_phone_the_other_places_stand_behind_more()
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        await using var opened = await fixture.OpenAsync(troubled.Standalone, "/incidents", 390);
        var page = opened.Page;
        var tabs = page.GetByRole(AriaRole.Navigation, new() { Name = "Main, at the bottom" });

        await Expect(tabs.GetByRole(AriaRole.Link, new() { Name = "Incidents" })).ToHaveAttributeAsync("aria-current", "page");
        await ShotAsync(page, "incidents-phone");
        await tabs.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Receivers" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Receivers" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task An_incident_that_is_not_there_says_so()
    {
        await using var opened = await fixture.OpenFailingAsync(fixture.Standalone, "/incidents/000000000000000000000000");

        await Expect(opened.Page.GetByText("There is no such incident")).ToBeVisibleAsync();
    }

    internal static async Task ShotAsync(IPage page, string name, string loading = "^Loading")
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_PICTURES") is { Length: > 0 } folder)
        {
            await Expect(page.GetByRole(AriaRole.Status, new() { NameRegex = new(loading) })).ToHaveCountAsync(0);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }
}
