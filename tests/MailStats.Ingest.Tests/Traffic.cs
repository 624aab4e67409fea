using System.Collections.Concurrent;
using MailStats.Stores;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Tests;

/// <summary>Keeps what is written as it is written.</summary>
internal sealed class Traffic : IWebhookTrafficStore
{
    private readonly ConcurrentQueue<WebhookCount> _counts = [];
    private readonly ConcurrentQueue<WebhookRefusal> _refusals = [];

    public bool Broken { get; set; }

    public Task AddAsync(IReadOnlyList<WebhookCount> counts, IReadOnlyList<WebhookRefusal> refusals, DateOnly oldest, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new StorageUnavailableException("disk full", null);
        }

        foreach (var count in counts)
        {
            _counts.Enqueue(count);
        }

        foreach (var refusal in refusals)
        {
            _refusals.Enqueue(refusal);
        }

        return Task.CompletedTask;
    }

    public Task<WebhookTraffic> FindAsync(string sourceId, CancellationToken cancellationToken) => Task.FromResult(new WebhookTraffic(
        [.. _counts.Where(count => count.SourceId == sourceId)],
        [.. _refusals.Where(refusal => refusal.SourceId == sourceId).Reverse().Take(IWebhookTrafficStore.Refusals)]));
}
