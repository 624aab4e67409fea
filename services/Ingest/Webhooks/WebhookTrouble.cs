using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>What is wrong with a source, from its traffic alone: the same traffic at the same time gives the same finding.</summary>
/// <param name="Cause"><c>silent</c> or <c>refused</c>.</param>
/// <param name="Since">The last post that was taken, or the start of the first day on which most were refused.</param>
/// <param name="Refused">Posts that were refused today and yesterday (UTC).</param>
internal sealed record WebhookTrouble(string Cause, DateTimeOffset Since, long Refused)
{
    /// <summary>Days on which a source has spoken before its silence says anything.</summary>
    public const int LeastDays = 3;

    /// <summary>Refused posts in two days before they say anything: a mistake while setting up is seen where it is made.</summary>
    public const int LeastRefused = 20;

    private const int LookBackDays = 14;

    /// <summary>A trouble is told while it is young; it was told then, or this process was not there to see it.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromDays(2);

    /// <summary>Null when nothing is wrong, or nothing that has not been told long ago.</summary>
    public static WebhookTrouble? Find(IReadOnlyList<WebhookCount> counts, DateTimeOffset now)
    {
        var days = counts.GroupBy(count => count.Day).ToDictionary(day => day.Key, day => (
            Taken: day.Where(IsTaken).Sum(count => count.Count),
            Refused: day.Where(count => count.Outcome == WebhookOutcome.Refused).Sum(count => count.Count)));
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var (taken, refused) = (Of(today).Taken + Of(today.AddDays(-1)).Taken, Of(today).Refused + Of(today.AddDays(-1)).Refused);

        if (refused >= LeastRefused && refused > taken)
        {
            var first = days.Where(day => day.Key <= today).OrderByDescending(day => day.Key).TakeWhile(day => day.Value.Refused > day.Value.Taken)
                .Select(day => day.Key).DefaultIfEmpty(today).Last();
            var since = new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero);

            return now - since < Young + TimeSpan.FromDays(1) ? new("refused", since, refused) : null;
        }

        return Silence(counts, now, refused);

        (long Taken, long Refused) Of(DateOnly day) => days.GetValueOrDefault(day);
    }

    /// <summary>Longer than the source was ever silent in two weeks, with a day to spare: who sends from Monday to Friday alarms nobody on Sunday.</summary>
    private static WebhookTrouble? Silence(IReadOnlyList<WebhookCount> counts, DateTimeOffset now, long refused)
    {
        if (counts.Where(IsTaken).Max(count => (DateTimeOffset?)count.LastAt) is not { } last)
        {
            return null;
        }

        var lastDay = DateOnly.FromDateTime(last.UtcDateTime);
        var spoken = counts.Where(IsTaken).Select(count => count.Day).Where(day => day > lastDay.AddDays(-LookBackDays)).Distinct().Order().ToList();

        if (spoken.Count < LeastDays)
        {
            return null;
        }

        var usual = spoken.Zip(spoken.Skip(1), (left, right) => right.DayNumber - left.DayNumber).Max() + 1;
        var silent = now - last;

        return silent >= TimeSpan.FromDays(usual) && silent < TimeSpan.FromDays(usual) + Young ? new("silent", last, refused) : null;
    }

    private static bool IsTaken(WebhookCount count) => count.Outcome is WebhookOutcome.Accepted or WebhookOutcome.Repeated or WebhookOutcome.Nothing;
}
