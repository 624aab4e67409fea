using System.Reflection;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Policy.Decisions;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;

namespace MailStats.Policy.Tests;

public sealed class MailboxCountsTests
{
    [Fact]
    public async Task Who_has_no_more_time_does_not_wait_for_a_store_that_hangs()
    {
        var hangs = new TaskCompletionSource<Page<DeliverySummary>>();
        var statistics = Answering.With<IStatisticsStore>(Task.FromResult<IReadOnlyList<Bucket>>([]));
        var counts = new MailboxCounts(statistics, Answering.With<IDeliveryLog>(hangs.Task), TimeProvider.System);
        using var patience = new CancellationTokenSource();

        // So many that it is looked at whom they are.
        var asked = counts.WithAsync(new("acme", "shop.example", "ann@shop.example"), null, 1_000, patience.Token).AsTask();
        Assert.False(asked.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromSeconds(10)));

        // Others who ask meanwhile share the same look.
        var other = counts.WithAsync(new("acme", "shop.example", "ann@shop.example"), null, 1_000, default).AsTask();
        Assert.False(other.IsCompleted);
        hangs.SetResult(new([], null));
        Assert.Equal(1_000, Assert.Single((await other).Window).Recipients);
    }

    [Fact]
    public async Task One_tenants_mailboxes_that_are_looked_at_take_no_look_away_from_anothers()
    {
        var counts = Empty();

        for (var number = 0; number < MailboxCounts.MostLookedAt; number++)
        {
            Assert.Equal(100, await StrangersAsync(counts, Of(number)));
        }

        // Its own are enough: one more is judged by number. The other tenant has half in the end, and not more.
        Assert.Null(await StrangersAsync(counts, Of(MailboxCounts.MostLookedAt)));
        Assert.Equal(100, await StrangersAsync(counts, Ann));

        for (var number = 1; number < MailboxCounts.MostLookedAt / 2; number++)
        {
            Assert.Equal(100, await StrangersAsync(counts, new("small", "shop.example", $"user{number}@shop.example")));
        }

        Assert.Null(await StrangersAsync(counts, new("small", "shop.example", "one@shop.example")));
        Assert.Equal(100, await StrangersAsync(counts, Ann));
    }

    [Fact]
    public async Task One_tenants_many_mailboxes_take_nothing_away_of_what_anothers_were_let_through()
    {
        var counts = Empty();
        counts.Add(Ann, 7);

        for (var number = 0; number <= MailboxCounts.Most; number++)
        {
            counts.Add(Of(number), 1);
        }

        Assert.Equal(7 + 5, Assert.Single((await counts.WithAsync(Ann, null, 5, default)).Window).Recipients);
    }

    private static readonly StatisticsScope Ann = new("small", "shop.example", "ann@shop.example");

    private static StatisticsScope Of(int number) => new("large", "large.example", $"user{number}@large.example");

    /// <summary>How many strangers a mailbox has after a message to a hundred; null where it is not looked at who they are.</summary>
    private static async Task<long?> StrangersAsync(MailboxCounts counts, StatisticsScope mailbox)
    {
        for (var number = 0; number < 100; number++)
        {
            counts.Name(mailbox, new()
            {
                Stage = PolicyStage.Advisory, Sender = mailbox.Mailbox!, Login = "a", Recipients = 1, NamedRecipients = [$"r{number}@example.net"],
                Key = $"m{number}",
            });
        }

        return Assert.Single((await counts.WithAsync(mailbox, null, 100, default)).Window).To?.Strangers;
    }

    /// <summary>Over a store in which nothing is known.</summary>
    private static MailboxCounts Empty() => new(
        Answering.With<IStatisticsStore>(Task.FromResult<IReadOnlyList<Bucket>>([])),
        Answering.With<IDeliveryLog>(Task.FromResult(new Page<DeliverySummary>([], null))),
        new ManualTime(new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero)));
}

/// <summary>A store of which every call gives the same answer.</summary>
public class Answering : DispatchProxy
{
    private object? _answer;

    public static T With<T>(object answer)
        where T : class
    {
        var store = Create<T, Answering>();
        ((Answering)(object)store)._answer = answer;

        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer;
}
