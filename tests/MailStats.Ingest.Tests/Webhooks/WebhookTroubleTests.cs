using MailStats.Ingest.Webhooks;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Tests.Webhooks;

public sealed class WebhookTroubleTests
{
    private static readonly DateTimeOffset Friday = new(2026, 11, 20, 16, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(47, null), InlineData(48, "silent"), InlineData(95, "silent"), InlineData(96, null)]
    public void Who_spoke_every_day_is_missed_after_two(int hours, string? cause) =>
        Assert.Equal(cause, WebhookTrouble.Find([.. Spoken(0, 1, 2, 3, 4, 5, 6)], Friday.AddHours(hours))?.Cause);

    [Theory]
    [InlineData(3, null), InlineData(4, "silent")]
    public void Who_rests_at_weekends_is_not_missed_on_Monday(int days, string? cause) =>
        Assert.Equal(cause, WebhookTrouble.Find([.. Spoken(0, 1, 2, 3, 4, 7, 8, 9, 10, 11)], Friday.AddDays(days))?.Cause);

    [Fact]
    public void Who_has_hardly_spoken_is_not_missed()
    {
        Assert.Null(WebhookTrouble.Find([.. Spoken(0, 1)], Friday.AddDays(3)));
        Assert.Null(WebhookTrouble.Find([], Friday));
        // Days longer ago than two weeks before the last post do not count.
        Assert.Null(WebhookTrouble.Find([.. Spoken(0, 1, 15, 16)], Friday.AddDays(3)));
    }

    [Fact]
    public void One_silence_is_told_under_one_time()
    {
        var counts = Spoken(0, 1, 2, 3).ToList();

        Assert.Equal(WebhookTrouble.Find(counts, Friday.AddHours(50)), WebhookTrouble.Find(counts, Friday.AddHours(90)));
        Assert.Equal(Friday, WebhookTrouble.Find(counts, Friday.AddHours(50))!.Since);
    }

    [Theory]
    [InlineData(19, 0, null), InlineData(20, 0, "refused"), InlineData(20, 20, null), InlineData(21, 20, "refused")]
    public void Many_refused_posts_and_more_than_were_taken_are_told(int refused, int taken, string? cause)
    {
        var day = DateOnly.FromDateTime(Friday.UtcDateTime);
        WebhookCount[] counts =
        [
            new("wh_x", day, WebhookOutcome.Refused, "signature", refused - 5, Friday),
            new("wh_x", day.AddDays(-1), WebhookOutcome.Refused, "signature", 5, Friday),
            new("wh_x", day, WebhookOutcome.Accepted, "", taken, Friday),
        ];

        var found = WebhookTrouble.Find(counts, Friday);

        Assert.Equal((cause, cause is null ? 0 : refused), (found?.Cause, found?.Refused ?? 0));
    }

    [Fact]
    public void A_run_of_refusals_is_told_once()
    {
        var first = DateOnly.FromDateTime(Friday.UtcDateTime);
        var counts = Enumerable.Range(0, 10)
            .Select(day => new WebhookCount("wh_x", first.AddDays(day), WebhookOutcome.Refused, "signature", 30, Friday)).ToList();

        var told = Enumerable.Range(0, 10)
            .Select(day => WebhookTrouble.Find([.. counts.Take(day + 1)], Friday.AddDays(day))).OfType<WebhookTrouble>().ToList();

        Assert.Single(told.Select(trouble => trouble.Since).Distinct());
    }

    private static IEnumerable<WebhookCount> Spoken(params int[] daysAgo) => daysAgo.Select(days => new WebhookCount(
        "wh_x", DateOnly.FromDateTime(Friday.AddDays(-days).UtcDateTime), WebhookOutcome.Accepted, "", 5, Friday.AddDays(-days)));
}
