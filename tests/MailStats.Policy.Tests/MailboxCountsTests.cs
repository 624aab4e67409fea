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
