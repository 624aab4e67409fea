using System.Threading.Channels;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Replies;
using MassTransit;
using Microsoft.Extensions.Options;

namespace MailStats.Classifier.OwnRules;

/// <summary>
/// Classifies a tenant's history by its latest rules: failures whose classification changes are published again under
/// their old event ids with the higher revision, and the store's merge moves statistics by exactly that.
/// A revision stays pending in the store until a pass over the whole history finds nothing to change, so a crash repeats
/// work and loses none; several replicas doing the same do no harm.
/// </summary>
internal sealed partial class Reclassification(
    IReplyRuleStore rules,
    IReplyHistory history,
    TenantClassifiers classifiers,
    IBus bus,
    IOptions<ClassifierOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Reclassification> logger) : BackgroundService
{
    private const int PageSize = 500;

    /// <summary>
    /// Pages, each of some 500 events and one batch, that are published and not seen in the store yet: a history of millions
    /// never stands on the bus as a whole. As many keep an aggregator busy while the first is looked for.
    /// </summary>
    private const int MostUnderWay = 8;

    /// <summary>A page that is not seen after this (its deliveries are gone, or the store is slow) is left to the next pass.</summary>
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenSights = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan BetweenPasses = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<(string TenantId, long Revision), long> _firstPass = [];

    /// <summary>Looks for pending revisions now and not only at the next turn.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>One pass over the history of a tenant.</summary>
    /// <returns>Failures that were published again.</returns>
    internal async Task<int> PassAsync(string tenantId, CancellationToken cancellationToken)
    {
        var classifier = await classifiers.ForAsync(tenantId, cancellationToken);
        var published = 0;
        var underWay = new Queue<string?>();
        string? cursor = null;

        do
        {
            if (underWay.Count == MostUnderWay)
            {
                await SeeAsync(tenantId, classifier, underWay.Dequeue(), cancellationToken);
            }

            var page = await history.FailuresAsync(new ReplyHistoryQuery { TenantId = tenantId, Cursor = cursor, Limit = PageSize }, cancellationToken);
            var changed = Changed(page.Items, classifier);

            foreach (var batch in changed.Chunk(PageSize))
            {
                await bus.Publish(
                    new DeliveriesClassified { BatchId = NewId.NextSequentialGuid(), ReceivedAt = time.GetUtcNow(), Deliveries = batch },
                    cancellationToken);
            }

            if (changed.Count > 0)
            {
                underWay.Enqueue(cursor);
            }

            published += changed.Count;
            cursor = page.Next;
        }
        while (cursor is not null);

        return published;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the bus has its queues, a message in memory goes nowhere.
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(ready.SetResult);
        await ready.Task.WaitAsync(stoppingToken);

        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = BetweenLooks;

            try
            {
                var pending = await rules.PendingAsync(stoppingToken);

                foreach (var (tenantId, revision) in pending)
                {
                    if (!await IsDoneAsync(tenantId, revision, stoppingToken))
                    {
                        wait = BetweenPasses;
                    }
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The store or the bus is down: what is pending stays pending, and the next look goes on.
                LogFailed(error);
            }

            await WaitAsync(wait, stoppingToken);
        }
    }

    /// <summary>Returns when the store shows what was published of a page.</summary>
    private async Task SeeAsync(string tenantId, ReplyClassifier classifier, string? cursor, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();

        while (time.GetElapsedTime(since) < SeenWithin)
        {
            var page = await history.FailuresAsync(new ReplyHistoryQuery { TenantId = tenantId, Cursor = cursor, Limit = PageSize }, cancellationToken);

            if (Changed(page.Items, classifier).Count == 0)
            {
                return;
            }

            await Task.Delay(BetweenSights, time, cancellationToken);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        using var elapsed = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, stoppingToken);

        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time for the next look.
        }
    }

    /// <summary>
    /// A revision is done when a pass changes nothing and every replica has known it for a while: what one of them
    /// classified by older rules has arrived by then and was seen.
    /// </summary>
    private async Task<bool> IsDoneAsync(string tenantId, long revision, CancellationToken cancellationToken)
    {
        var since = _firstPass.TryGetValue((tenantId, revision), out var first) ? first : _firstPass[(tenantId, revision)] = time.GetTimestamp();
        classifiers.Forget();
        var published = await PassAsync(tenantId, cancellationToken);
        LogPassed(tenantId, revision, published);

        if (published > 0 || time.GetElapsedTime(since).TotalSeconds < 2 * options.Value.RulesKnownAfterSeconds)
        {
            return false;
        }

        await rules.CompleteAsync(tenantId, revision, cancellationToken);
        _firstPass.Remove((tenantId, revision));

        return true;
    }

    private static List<ClassifiedDelivery> Changed(IReadOnlyList<ClassifiedDelivery> failures, ReplyClassifier classifier)
    {
        var changed = new List<ClassifiedDelivery>();

        foreach (var failure in failures)
        {
            var classification = classifier.Weigh(failure.Event, classifier.Classify(FailedReply.Of(failure.Event)));

            if (failure.Classification is not { } known
                || known.Revision < classification.Revision && known with { Revision = classification.Revision } != classification)
            {
                changed.Add(failure with { Classification = classification });
            }
        }

        return changed;
    }

    [LoggerMessage(LogLevel.Information, "Classified the history of {TenantId} by its rules of revision {Revision}: {Published} failures changed")]
    private partial void LogPassed(string tenantId, long revision, int published);

    [LoggerMessage(LogLevel.Warning, "Classifying history stopped and is tried again")]
    private partial void LogFailed(Exception error);
}
