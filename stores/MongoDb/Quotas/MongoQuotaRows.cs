using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>
/// Settings, limits and counters within one transaction or snapshot. They are loaded before the rules ask for them: asked
/// for something that was not loaded, this throws.
/// </summary>
internal sealed class MongoQuotaRows(
    MongoDatabase database, IClientSessionHandle session, MongoReservationRows reservations, MongoQuotaShares shares) : IQuotaRows
{
    private readonly Dictionary<string, QuotaTerms> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<QuotaKey, StoredLimit?> _limits = [];
    private readonly Dictionary<QuotaKey, StoredLimit?> _changedLimits = [];
    private readonly Dictionary<(QuotaKey Key, DateTimeOffset Start), QuotaCounter?> _counters = [];
    private readonly Dictionary<(QuotaKey Key, QuotaPeriod Period), (long Used, long Reserved)> _sums = [];

    public QuotaTerms Terms(string tenantId) => _terms[tenantId];

    /// <summary>How often the tenant's quotas have changed.</summary>
    public long Version(string tenantId) => _versions.GetValueOrDefault(tenantId);

    /// <summary>Limits that were set, null for removed ones; to be written.</summary>
    public IReadOnlyDictionary<QuotaKey, StoredLimit?> ChangedLimits => _changedLimits;

    public StoredLimit? Limit(in QuotaKey key) => _limits[key];

    public QuotaCounter? Find(in QuotaKey key, DateTimeOffset start) => _counters[(key, start)];

    public long SumUsed(in QuotaKey key, in QuotaPeriod period) => _sums[(key, period)].Used;

    public long SumReserved(in QuotaKey key, in QuotaPeriod period) => _sums[(key, period)].Reserved + reservations.Unwritten(key.Scope, period);

    public async Task LoadTermsAsync(IEnumerable<string> tenants, CancellationToken cancellationToken)
    {
        var wanted = tenants.Where(tenant => !_terms.ContainsKey(tenant)).ToList();
        var books = await FindAsync(database.QuotaBooks, MongoQuotaDocuments.In(wanted), cancellationToken);
        var settings = wanted.ToDictionary(tenant => tenant, tenant => MongoQuotaDocuments.Settings(tenant, books.Find(book => book["_id"] == tenant)));
        var zoneless = settings.Values.Where(setting => setting.TimeZone is null).Select(setting => setting.TenantId);
        var zones = (await FindAsync(database.Tenants, MongoQuotaDocuments.In(zoneless), cancellationToken))
            .ToDictionary(row => row["_id"].AsString, row => row["timeZone"].AsString);

        foreach (var tenant in wanted)
        {
            var setting = settings[tenant];
            _terms.Add(tenant, new(setting.AnchorDay, setting.TimeZone ?? zones.GetValueOrDefault(tenant, "UTC"), setting.Thresholds));
        }

        foreach (var book in books)
        {
            _versions[book["_id"].AsString] = book["version"].ToInt64();
        }
    }

    /// <summary>Limits of mailboxes, and the counters of an instant that are kept for them.</summary>
    public async Task LoadAsync(IReadOnlyCollection<(StatisticsScope Scope, DateTimeOffset At)> mailboxes, CancellationToken cancellationToken)
    {
        await LoadLimitsAsync(mailboxes.SelectMany(mailbox => QuotaKey.Of(mailbox.Scope)), cancellationToken);
        await LoadCountersAsync(
            mailboxes.SelectMany(mailbox => QuotaKey.Of(mailbox.Scope)
                .Where(key => key.IsTenantMonth || _limits[key] is not null)
                .Select(key => (key, mailbox.At))),
            cancellationToken);
    }

    public async Task LoadLimitsAsync(IEnumerable<QuotaKey> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.Distinct().Where(key => !_limits.ContainsKey(key)).ToDictionary(MongoQuotaDocuments.Id);
        var found = (await FindAsync(database.QuotaLimits, MongoQuotaDocuments.In(wanted.Keys), cancellationToken)).ToDictionary(row => row["_id"].AsString);

        foreach (var (id, key) in wanted)
        {
            _limits[key] = found.TryGetValue(id, out var row) ? MongoQuotaDocuments.Limit(row) : null;
        }
    }

    /// <summary>Counters, and the sums of those that are missing or were cut by another calendar.</summary>
    public async Task LoadCountersAsync(IEnumerable<(QuotaKey Key, DateTimeOffset At)> instants, CancellationToken cancellationToken)
    {
        var wanted = instants.Select(instant => (instant.Key, Period: Terms(instant.Key.Scope.TenantId).PeriodAt(instant.At, instant.Key.Window)))
            .Distinct()
            .Where(counter => !_counters.ContainsKey((counter.Key, counter.Period.Start)))
            .ToDictionary(counter => MongoQuotaDocuments.Id(counter.Key, counter.Period.Start));
        var found = (await FindAsync(database.QuotaCounters, MongoQuotaDocuments.In(wanted.Keys), cancellationToken)).ToDictionary(row => row["_id"].AsString);

        foreach (var (id, (key, period)) in wanted)
        {
            var counter = found.TryGetValue(id, out var row) ? MongoQuotaDocuments.Counter(row) : null;
            _counters.Add((key, period.Start), counter);

            if (counter is not null)
            {
                counter.Reserved += shares.Spent(counter);
            }

            if (counter?.Calendar != Terms(key.Scope.TenantId).CalendarName)
            {
                await LoadSumsAsync(key, period, cancellationToken);
            }
        }
    }

    public async Task LoadSumsAsync(QuotaKey key, QuotaPeriod period, CancellationToken cancellationToken)
    {
        if (_sums.ContainsKey((key, period)))
        {
            return;
        }

        var used = 0L;

        foreach (var part in RangeComposition.Segments(new(period.Start, period.End)).SelectMany(MongoDayPart.Of))
        {
            var days = MongoRollupKeys.Within(key.Scope.TenantId, MongoKeys.Scope(key.Scope), part.FirstDay, part.EndDay, named: false);
            used += await SumAsync(database.Rollups, days, MongoDayCounts.ReadRecipients(part.From, part.To), cancellationToken);
        }

        _sums.Add((key, period), (used, await SumAsync(database.Reservations, MongoQuotaDocuments.OpenIn(key.Scope, period), "$remaining", cancellationToken)));
    }

    public void SetLimit(in QuotaKey key, StoredLimit? limit)
    {
        _limits[key] = limit;
        _changedLimits[key] = limit;
    }

    private async Task<long> SumAsync(IMongoCollection<BsonDocument> collection, BsonDocument filter, BsonValue field, CancellationToken cancellationToken)
    {
        var sum = await collection.Aggregate<BsonDocument>(
                session,
                new[]
                {
                    new BsonDocument("$match", filter),
                    new BsonDocument("$group", new BsonDocument { { "_id", BsonNull.Value }, { "sum", new BsonDocument("$sum", field) } }),
                },
                cancellationToken: cancellationToken)
            .FirstOrDefaultAsync(cancellationToken);

        return sum?["sum"].ToInt64() ?? 0;
    }

    private async Task<List<BsonDocument>> FindAsync(IMongoCollection<BsonDocument> collection, BsonDocument? filter, CancellationToken cancellationToken) =>
        filter is null ? [] : await collection.Find(session, filter).ToListAsync(cancellationToken);
}
