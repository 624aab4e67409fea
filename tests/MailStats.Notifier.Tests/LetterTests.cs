using System.Globalization;
using System.Text.RegularExpressions;
using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Notifier.Letters;
using MailStats.Stores.Notifications;

namespace MailStats.Notifier.Tests;

/// <summary>What a letter says, and when it is due.</summary>
public sealed partial class LetterTests
{
    private static readonly TimeZoneInfo Toronto = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    [Theory]
    [InlineData("2026-11-30T11:59:00Z", null)]
    [InlineData("2026-11-30T12:00:00Z", "2026-11-23")]
    [InlineData("2026-12-03T11:59:00Z", "2026-11-23")]
    [InlineData("2026-12-03T12:00:00Z", null)]
    public void A_week_is_told_from_seven_on_Monday_in_the_tenants_zone_for_three_days(string now, string? first) =>
        Assert.Equal(first, First(LetterRhythm.Weekly, now, "2026-11-01T00:00:00Z"));

    [Theory]
    [InlineData(LetterRhythm.Monthly, "2026-12-01T12:30:00Z", "2026-11-01")]
    [InlineData(LetterRhythm.Monthly, "2026-11-30T12:30:00Z", null)]
    [InlineData(LetterRhythm.Off, "2026-12-01T12:30:00Z", null)]
    public void A_month_is_told_on_the_first_and_nothing_when_it_is_off(LetterRhythm every, string now, string? first) =>
        Assert.Equal(first, First(every, now, "2026-10-01T00:00:00Z"));

    [Fact]
    public void What_ended_before_the_choice_is_not_told() =>
        Assert.Null(First(LetterRhythm.Weekly, "2026-11-30T13:00:00Z", "2026-11-30T05:00:00Z"));

    [Fact]
    public void The_one_thing_to_do_is_what_goes_on()
    {
        var story = LetterStory.Of(Some("en") with { Incidents = [Incident(closed: false)] });

        Assert.Equal("Authentication failed from shop.example to Gmail. Check SPF, DKIM, DMARC, the reverse name and TLS of what changed last.", story.ToDo);
        Assert.Contains("2026-11-25 09:40 UTC – goes on, 1,214 recipients", Assert.Single(story.Incidents), StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_are_new_going_on_or_gone_and_little_says_nothing()
    {
        var told = LetterStory.Of(Some("en")).Reasons.ToDictionary(row => row[0], row => row[3], StringComparer.Ordinal);

        Assert.Equal("new", told["auth dkim"]);
        Assert.Equal("as before", told["mailbox full"]);
        Assert.Equal("gone", told["rate limited"]);
        Assert.Equal("too few to say", told["mail loop"]);
    }

    [Fact]
    public void A_quiet_week_has_nothing_to_do()
    {
        var story = LetterStory.Of(Some("en") with { Reasons = [], Receivers = [], Before = Some("en").Now });

        Assert.Equal("Nothing: all is normal.", story.ToDo);
        Assert.Empty(story.Changes);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public void Plain_text_and_html_say_the_same_in_either_language(string language)
    {
        var letter = Some(language) with { Incidents = [Incident(closed: true)] };
        var story = LetterStory.Of(letter);
        var plain = LetterBody.Plain(letter, story);
        var html = System.Net.WebUtility.HtmlDecode(Tags().Replace(LetterBody.Html(letter, story), " "));
        var words = LetterWords.Of(language);

        foreach (var text in (string[])[words.ToDo, story.ToDo, words.Changed, words.Incidents, .. story.Incidents, .. story.Changes, words.Footer])
        {
            Assert.Contains(text, plain, StringComparison.Ordinal);
            Assert.Contains(text, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_kind_has_its_own_words_in_both_languages()
    {
        foreach (var kind in Enum.GetValues<IncidentKind>())
        {
            var (english, french) = (LetterWords.Of("en"), LetterWords.Of("fr"));
            Assert.NotEqual(english.Kind(kind), french.Kind(kind));
            Assert.NotEqual(english.Advice(kind), french.Advice(kind));
            Assert.True(kind == IncidentKind.Unknown || english.Kind(kind) != english.Kind(IncidentKind.Unknown), $"{kind}");
        }
    }

    [Fact]
    public void French_numbers_are_written_as_French_are()
    {
        var row = LetterStory.Of(Some("fr")).Numbers[1];

        Assert.Equal("9\u202F400 (94,0 %)", row[1].Replace('\u00A0', ' '));
    }

    [Fact]
    public void What_people_named_is_text_in_html_and_one_line_in_the_subject()
    {
        var letter = Some("en") with { Tenant = "<b>Acme</b>\r\nBcc: x@y.example" };
        var story = LetterStory.Of(letter);

        Assert.DoesNotContain('\n', story.Subject);
        Assert.DoesNotContain("<b>Acme", LetterBody.Html(letter, story), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_is_a_png_with_a_bar_for_each_day()
    {
        var png = LetterChart.Draw(Some("en").Days);
        using var chart = SkiaSharp.SKBitmap.Decode(png);
        var row = chart.Height - 6;
        var blue = Enumerable.Range(1, chart.Width - 1).Count(x => IsBlue(x) && !IsBlue(x - 1));

        Assert.Equal((2 * LetterChart.Width, 2 * LetterChart.Height), (chart.Width, chart.Height));
        Assert.Equal(7, blue);
        Assert.InRange(png.Length, 100, 20_000);

        bool IsBlue(int x) => chart.GetPixel(x, row) is { Blue: > 150, Red: < 100 };
    }

    internal static Incident Incident(bool closed) => new()
    {
        Id = "i1", Kind = IncidentKind.Authentication, Domain = "shop.example", Provider = "Gmail",
        StartedAt = At("2026-11-25T09:40:00Z"), OpenedAt = At("2026-11-25T09:45:00Z"), ClosedAt = closed ? At("2026-11-25T11:00:00Z") : null,
        Failed = 1_214, Rate = 0.9, UsualRate = 0.01, Summary = "Authentication fails.", Advice = "Check.", Contrast = "Others get it.",
    };

    internal static Letter Some(string language) => new()
    {
        Tenant = "Acme",
        Language = language,
        First = new(2026, 11, 23),
        Last = new(2026, 11, 29),
        Now = new(10_000, 9_400, 250, 350, 0, 4),
        Before = new(10_000, 9_800, 100, 100, 0, 3),
        Days = [.. Enumerable.Range(23, 7).Select(day => new LetterDay(new(2026, 11, day), 1_000 + day, day))],
        Reasons =
        [
            new("auth_dkim", new(400, 10_000, 0, 10_000)), new("mailbox_full", new(105, 10_000, 98, 10_000)),
            new("rate_limited", new(0, 10_000, 80, 10_000)), new("mail_loop", new(2, 10_000, 3, 10_000)),
        ],
        Receivers = [new("Gmail", new(400, 5_000, 50, 5_000))],
        Incidents = [],
    };

    private static string? First(LetterRhythm every, string now, string changed) =>
        LetterPeriod.Due(new("acme", every, "en", At(changed)), Toronto, At(now))?.First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
