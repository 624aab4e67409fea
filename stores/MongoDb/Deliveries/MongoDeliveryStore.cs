using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Quotas;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.MongoDb.Suppression;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>
/// Applies in groups: the rows of the day and of the tenant are in nearly every transaction. What it does to quotas is
/// written in the transaction as an entry, and counted in right afterwards (<see cref="MongoQuotaEntries"/>).
/// </summary>
internal sealed class MongoDeliveryStore : IDeliveryStore, IAsyncDisposable
{
    private const int MaxEvents = 2_000;

    private readonly MongoDatabase _database;
    private readonly MongoTexts _texts;
    private readonly MongoPrivacy _privacy;
    private readonly MongoQuotaTransactions _quotas;
    private readonly MongoSuppressionChanges _suppression;
    private readonly MongoWriter _writer;
    private readonly TimeProvider _time;
    private readonly MongoGroup<Request, ApplyResult> _group;

    public MongoDeliveryStore(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy, MongoQuotaTransactions quotas,
        MongoSuppressionChanges suppression, MongoWriter writer, TimeProvider time)
    {
        (_database, _texts, _privacy, _quotas, _suppression, _writer, _time) = (database, texts, privacy, quotas, suppression, writer, time);
        _group = new(MaxEvents, request => request.Deliveries.Count, CommitAsync);
    }

    public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) =>
        ApplyAsync(deliveries, _time.GetUtcNow(), cancellationToken);

    public async Task<ApplyResult> ApplyAsync(
        IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken) =>
        deliveries.Count == 0 ? new(0, 0, []) : await _group.AddAsync(new(deliveries, acknowledgedAt), cancellationToken);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    private async Task<IReadOnlyList<ApplyResult>> CommitAsync(IReadOnlyList<Request> group, CancellationToken token)
    {
        var all = group.SelectMany(request => request.Deliveries).ToList();
        var applied = all.Select(delivery => delivery.Event.TenantId).ToHashSet(StringComparer.Ordinal);
        await _database.UseAsync(
            async () =>
            {
                await _privacy.RememberFormAsync(token);
                await _texts.StoreAsync(all, token);
                return true;
            },
            token);

        while (true)
        {
            try
            {
                return await CommitAsync(group, all, applied, await _writer.NumberAsync(token), token);
            }
            catch (LostWriterException)
            {
                // Nothing was committed.
            }
        }
    }

    private async Task<IReadOnlyList<ApplyResult>> CommitAsync(
        IReadOnlyList<Request> group, List<ClassifiedDelivery> all, HashSet<string> applied, int writer, CancellationToken token)
    {
        var (results, tenants) = await _database.TransactAsync(
            async (session, cancellationToken) =>
            {
                await _writer.RenewAsync(session, writer, cancellationToken);
                var forgotten = await MongoForgotten.ReadAsync(_database, _privacy, session, applied, cancellationToken);
                var application = new MongoApplication(_database, _texts, forgotten, session, _time.GetUtcNow());
                var stored = all.Select(forgotten.Protect).ToList();
                await application.LoadAsync(stored, all, cancellationToken);
                var results = new List<ApplyResult>(group.Count);
                var done = 0;

                foreach (var (deliveries, acknowledgedAt) in group)
                {
                    results.Add(application.Merge(stored.GetRange(done, deliveries.Count), acknowledgedAt));
                    done += deliveries.Count;
                }

                var changes = await application.WriteAsync(writer, cancellationToken);
                var earlier = await new MongoDeliveredMail(_database, _texts, session).ReadAsync(changes.Told, cancellationToken);
                await _suppression.ApplyAsync(session, changes.Told, earlier, cancellationToken);

                return (results, await MongoQuotaEntries.AppendAsync(_database, session, changes, cancellationToken));
            },
            token);

        if (tenants.Count > 0)
        {
            await _quotas.CountInAsync(token);
        }

        return results;
    }

    /// <param name="Deliveries">What a caller asks to apply.</param>
    /// <param name="AcknowledgedAt">When Ingest took it.</param>
    private sealed record Request(IReadOnlyList<ClassifiedDelivery> Deliveries, DateTimeOffset AcknowledgedAt);
}
