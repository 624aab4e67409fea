using MailStats.Contracts;
using MailStats.Standalone.Demo;

namespace MailStats.Pipeline.Tests;

public sealed class DemoTrafficTests
{
    // A Saturday, so that the day is a weak one.
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly List<SubmittedEvent> Month = MonthAt(Noon);

    [Fact]
    public void The_same_time_gives_the_same_traffic() => Assert.Equal(Month, MonthAt(Noon));

    [Fact]
    public void A_later_start_repeats_what_was_and_adds_what_is_new()
    {
        var later = MonthAt(Noon.AddHours(30));
        var kept = Month.Where(submitted => submitted.AcceptedAt >= later[0].AcceptedAt!.Value.AddDays(1)).ToList();

        Assert.InRange(kept.Count, 15_000, Month.Count);
        Assert.Empty(kept.Except(later));
        Assert.All(later.Except(Month), submitted => Assert.True(submitted.OccurredAt > Noon));
        Assert.Contains(later, submitted => submitted.OccurredAt > Noon);
    }

    [Fact]
    public void About_twenty_thousand_deliveries_with_plausible_shares()
    {
        var fates = Month.Where(submitted => submitted.Event != "complained")
            .GroupBy(submitted => submitted.MessageKey).Select(message => message.MaxBy(submitted => submitted.OccurredAt)!).ToList();

        Assert.InRange(fates.Count, 18_000, 23_000);
        Assert.InRange(Share("delivered"), 0.93, 0.955);
        Assert.InRange(Share("bounced"), 0.04, 0.07);
        Assert.InRange(Share("expired"), 0.001, 0.006);
        Assert.True(Month.Count(submitted => submitted.Event == "deferred") > 500);
        Assert.InRange(Month.Count(submitted => submitted.Event == "complained"), 5, 30);
        Assert.InRange(Working(DayOfWeek.Wednesday), 1.5 * Working(DayOfWeek.Sunday), 4 * Working(DayOfWeek.Sunday));

        double Share(string what) => (double)fates.Count(fate => fate.Event == what) / fates.Count;
        double Working(DayOfWeek day) =>
            fates.Where(fate => fate.AcceptedAt!.Value.DayOfWeek == day).GroupBy(fate => fate.AcceptedAt!.Value.Date).Average(date => date.Count());
    }

    [Fact]
    public void Every_event_is_one_that_ingest_takes_and_lies_in_the_past()
    {
        Assert.All(Month, submitted =>
        {
            AssertTakeable(submitted);
            Assert.True(submitted.OccurredAt <= Noon);
        });
        Assert.Equal(Month.Count, Month.Select(submitted => (submitted.MessageKey, submitted.OccurredAt)).Distinct().Count());
    }

    [Fact]
    public void Every_second_brings_one_or_two_messages_of_its_own()
    {
        var seconds = Enumerable.Range(0, 2_000).Select(second => DemoTraffic.LiveAt(Noon.AddSeconds(second))).ToList();

        Assert.All(seconds, events => Assert.InRange(events.DistinctBy(submitted => submitted.MessageKey).Count(), 1, 2));
        Assert.All(seconds.SelectMany(events => events), AssertTakeable);
        Assert.Equal(seconds[7], DemoTraffic.LiveAt(Noon.AddSeconds(7).AddMilliseconds(412)));
        Assert.Distinct(seconds.SelectMany(events => events.Select(submitted => submitted.MessageKey).Distinct()));
    }

    private static List<SubmittedEvent> MonthAt(DateTimeOffset now) => [.. new DemoTraffic(new StandingClock(now)).Month()];

    private static void AssertTakeable(SubmittedEvent submitted)
    {
        Assert.Contains(submitted.Event, (string[])["delivered", "deferred", "bounced", "expired", "complained"]);
        Assert.True(submitted.OccurredAt > submitted.AcceptedAt);
        Assert.InRange(submitted.MessageKey!.Length, 1, 255);
        Assert.Matches("^[a-z.]+@[a-z-]+\\.(example|test|org)$", submitted.Recipient);
        Assert.Matches("^[a-z-]+@[a-z-]+\\.(example|test)$", submitted.Sender);
        Assert.True(!submitted.Recipient!.EndsWith(".org", StringComparison.Ordinal) || submitted.Recipient.EndsWith("@example.org", StringComparison.Ordinal));
        Assert.DoesNotContain("{", submitted.Reply + submitted.Subject + submitted.RemoteHost, StringComparison.Ordinal);
        Assert.InRange(submitted.Bytes!.Value, 1, 50_000_000);
        Assert.InRange(submitted.SpamScore!.Value, 0, 10);

        if (submitted.Event == "complained")
        {
            // A feedback loop tells of no attempt.
            Assert.Null(submitted.Reply);

            return;
        }

        Assert.Matches("^[245][0-9][0-9] ", submitted.Reply);
        Assert.True(submitted.AttemptNumber >= 1);
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
