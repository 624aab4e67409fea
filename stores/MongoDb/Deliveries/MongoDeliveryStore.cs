using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Quotas;

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
    private readonly TimeProvider _time;
    private readonly MongoGroup<IReadOnlyList<ClassifiedDelivery>, ApplyResult> _group;

    public MongoDeliveryStore(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy, MongoQuotaTransactions quotas, TimeProvider time)
    {
        (_database, _texts, _privacy, _quotas, _time) = (database, texts, privacy, quotas, time);
        _group = new(MaxEvents, deliveries => deliveries.Count, CommitAsync);
    }

    public async Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) =>
        deliveries.Count == 0 ? new(0, 0, []) : await _group.AddAsync(deliveries, cancellationToken);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    private async Task<IReadOnlyList<ApplyResult>> CommitAsync(IReadOnlyList<IReadOnlyList<ClassifiedDelivery>> group, CancellationToken token)
    {
        var all = group.SelectMany(deliveries => deliveries).ToList();
        var applied = all.Select(delivery => delivery.Event.TenantId).ToHashSet(StringComparer.Ordinal);
        await _database.UseAsync(
            async () =>
            {
                await _privacy.RememberFormAsync(token);
                await _texts.StoreAsync(all, token);
                return true;
            },
            token);

        var (results, tenants) = await _database.TransactAsync(
            async (session, cancellationToken) =>
            {
                var forgotten = await MongoForgotten.ReadAsync(_database, _privacy, session, applied, cancellationToken);
                var application = new MongoApplication(_database, _texts, forgotten, session, _time.GetUtcNow());
                var stored = all.Select(forgotten.Protect).ToList();
                await application.LoadAsync(stored, all, cancellationToken);
                var results = new List<ApplyResult>(group.Count);
                var done = 0;

                foreach (var deliveries in group)
                {
                    results.Add(application.Merge(stored.GetRange(done, deliveries.Count)));
                    done += deliveries.Count;
                }

                var changes = await application.WriteAsync(cancellationToken);

                return (results, await MongoQuotaEntries.AppendAsync(_database, session, changes, cancellationToken));
            },
            token);

        await _quotas.CountInAsync(tenants, token);

        return results;
    }
}
