using MailStats.Contracts;
using MailStats.Ingest.Events;
using MailStats.Stores;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Counts what comes of providers' posts, and writes the counts every few seconds: a flood of forged posts costs the store no more
/// than a quiet hour. Invariant: a count is in memory or in the store, never in both; a crash loses the last seconds' counts, never
/// an event. Statistics are not made of these.
/// </summary>
internal sealed partial class WebhookSeen(IWebhookTrafficStore store, TimeProvider time, ILogger<WebhookSeen> logger) : BackgroundService
{
    /// <summary>Counts that wait while the store is away, of different source, day and cause; further ones are not counted.</summary>
    public const int MaxCounts = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly RecentEvents _recent = new();
    private Dictionary<(string Source, DateOnly Day, WebhookOutcome Outcome, string Cause), (long Count, DateTimeOffset LastAt)> _counts = [];
    private Dictionary<string, Queue<WebhookRefusal>> _refusals = [];

    /// <summary>A proven post was taken.</summary>
    public void Taken(WebhookSource source, EventMaker made)
    {
        lock (_lock)
        {
            var repeated = made.Events.Count(delivery => !_recent.Add(delivery.EventId));
            Count(source, WebhookOutcome.Accepted, "", made.Events.Count - repeated);
            Count(source, WebhookOutcome.Repeated, "", repeated);
            Count(source, WebhookOutcome.Nothing, "", made.Events.Count + made.Rejections.Count == 0 ? 1 : 0);
            Note(source, WebhookOutcome.Rejected, made.Rejected);
            Note(source, WebhookOutcome.LeftOut, made.LeftOut.Told);
        }
    }

    /// <summary>A post was not taken.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cause">One of a few fixed words.</param>
    /// <param name="error">For people, without anything that stood in the post.</param>
    public void Refused(WebhookSource source, string cause, string error)
    {
        lock (_lock)
        {
            Count(source, WebhookOutcome.Refused, cause, 1);
            Note(source, WebhookOutcome.Refused, cause, error);
        }
    }

    /// <summary>Writes what has been counted. Throws <see cref="StorageUnavailableException"/>; nothing is lost by it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<(string Source, DateOnly Day, WebhookOutcome Outcome, string Cause), (long Count, DateTimeOffset LastAt)> counts;
        Dictionary<string, Queue<WebhookRefusal>> refusals;

        lock (_lock)
        {
            (counts, refusals) = (_counts, _refusals);
            (_counts, _refusals) = ([], []);
        }

        if (counts.Count + refusals.Count == 0)
        {
            return;
        }

        try
        {
            await store.AddAsync(
                [.. counts.Select(count => new WebhookCount(
                    count.Key.Source, count.Key.Day, count.Key.Outcome, count.Key.Cause, count.Value.Count, count.Value.LastAt))],
                [.. refusals.Values.SelectMany(latest => latest)],
                Today.AddDays(1 - IWebhookTrafficStore.Days),
                cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            PutBack(counts, refusals);

            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryFlushAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was counted since the last turn is written below.
        }

        await TryFlushAsync(CancellationToken.None);
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (StorageUnavailableException error)
        {
            LogNotWritten(logger, error);
        }
    }

    private void PutBack(
        Dictionary<(string Source, DateOnly Day, WebhookOutcome Outcome, string Cause), (long Count, DateTimeOffset LastAt)> counts,
        Dictionary<string, Queue<WebhookRefusal>> refusals)
    {
        lock (_lock)
        {
            foreach (var (key, (count, lastAt)) in counts)
            {
                Count(key, count, lastAt);
            }

            foreach (var refusal in refusals.Values.SelectMany(latest => latest).Concat(_refusals.Values.SelectMany(latest => latest)).ToList())
            {
                Keep(refusal);
            }
        }
    }

    private void Note(WebhookSource source, WebhookOutcome outcome, IReadOnlyList<RejectedField> fields)
    {
        foreach (var field in fields)
        {
            // "recipients[17]" is a wrong recipient, wherever it stands.
            var cause = field.Field.Split('[')[0];
            Count(source, outcome, cause, 1);
            Note(source, outcome, cause, field.Error);
        }
    }

    private void Note(WebhookSource source, WebhookOutcome outcome, string cause, string error) =>
        Keep(new(source.Id, time.GetUtcNow(), outcome, cause, error));

    private void Keep(WebhookRefusal refusal)
    {
        if (!_refusals.TryGetValue(refusal.SourceId, out var latest))
        {
            if (_refusals.Count >= MaxCounts)
            {
                return;
            }

            _refusals[refusal.SourceId] = latest = [];
        }

        latest.Enqueue(refusal);

        if (latest.Count > IWebhookTrafficStore.Refusals)
        {
            latest.Dequeue();
        }
    }

    private void Count(WebhookSource source, WebhookOutcome outcome, string cause, long count) =>
        Count((source.Id, Today, outcome, cause), count, time.GetUtcNow());

    private void Count((string Source, DateOnly Day, WebhookOutcome Outcome, string Cause) key, long count, DateTimeOffset at)
    {
        if (count == 0 || (_counts.Count >= MaxCounts && !_counts.ContainsKey(key)))
        {
            return;
        }

        var known = _counts.GetValueOrDefault(key);
        _counts[key] = (known.Count + count, at > known.LastAt ? at : known.LastAt);
    }

    [LoggerMessage(LogLevel.Warning, "What came of providers' posts could not be written; it is kept and tried again")]
    private static partial void LogNotWritten(ILogger logger, Exception error);
}
