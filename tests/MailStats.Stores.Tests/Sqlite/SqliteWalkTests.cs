using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>Lists are walked hour by hour, and hours without mail are jumped over.</summary>
public sealed class SqliteWalkTests
{
    /// <summary>Hours before noon in which the domain bounces: side by side, far from each other, first and last.</summary>
    private static readonly int[] Bounces = [0, 1, 5, 70, 71, 200, 263, 264, 265, 900, 5_000, 5_001, 9_999];

    /// <summary>Hours in which somebody else sends: without a break, with breaks of every length, alone.</summary>
    private static readonly int[] Others =
        [.. Enumerable.Range(0, 330), .. Enumerable.Range(1, 60).Select(step => 330 + (step * (step + 1) / 2)), .. Enumerable.Range(4_900, 300), 9_000];

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public async Task No_hour_with_mail_is_passed_over_whatever_hours_have_none(int limit)
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync(
            [
                .. Others.Select(hour => Some.HardBounce($"o{hour}", at: Some.Noon.AddHours(-hour), sender: "news@busy.example")),
                .. Bounces.Select(hour => Some.HardBounce($"m{hour}", at: Some.Noon.AddHours(-hour), sender: "shop@small.example")),
            ],
            default);

        Assert.Equal(Bounces, await HoursAsync(store, limit, range: null));
        Assert.Equal(
            Bounces.Where(hour => hour is >= 5 and <= 900),
            await HoursAsync(store, limit, new(Some.Noon.AddHours(-900), Some.Noon.AddHours(-4))));
    }

    private static async Task<List<int>> HoursAsync(TemporaryStore store, int limit, TimeRange? range)
    {
        var hours = new List<int>();
        string? cursor = null;

        do
        {
            var page = await store.Log.ErrorEventsAsync(
                new() { Scope = new("acme", "small.example"), Range = range, Limit = limit, Cursor = cursor }, default);
            hours.AddRange(page.Items.Select(item => (int)(Some.Noon - item.OccurredAt).TotalHours));
            cursor = page.Next;
        }
        while (cursor is not null);

        return hours;
    }
}
