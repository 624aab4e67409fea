using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>
/// The rules of quotas over the documents of one transaction or snapshot: what they need is loaded, then they decide in
/// memory, and what they changed is written at the end.
/// </summary>
internal sealed class MongoQuotas
{
    private readonly MongoDatabase _database;
    private readonly IClientSessionHandle _session;
    private readonly MongoReservationRows _reservations;
    private readonly List<BsonDocument> _entries = [];

    private MongoQuotas(MongoDatabase database, IClientSessionHandle session, DateTimeOffset now, QuotaOptions options)
    {
        (_database, _session) = (database, session);
        _reservations = new(database, session);
        Rows = new(database, session, _reservations);
        Ledger = new(Rows, now);
        Reservations = new(Ledger, _reservations, options);
    }

    public MongoQuotaRows Rows { get; }

    public QuotaLedger Ledger { get; }

    public QuotaReservations Reservations { get; }

    /// <summary>The quotas of some tenants, with everything counted in that applications have left for them.</summary>
    public static async Task<MongoQuotas> OpenAsync(
        MongoDatabase database,
        IClientSessionHandle session,
        DateTimeOffset now,
        QuotaOptions options,
        IReadOnlyCollection<string> tenants,
        CancellationToken cancellationToken)
    {
        var quotas = new MongoQuotas(database, session, now, options);
        await quotas.Rows.LoadTermsAsync(tenants, cancellationToken);
        await quotas.CountInAsync(tenants, cancellationToken);

        return quotas;
    }

    /// <summary>All requests in their order.</summary>
    public async Task<IReadOnlyList<ReservationOutcome>> ReserveAsync(IReadOnlyList<ReservationRequest> requests, CancellationToken cancellationToken)
    {
        await Rows.LoadAsync(
            [.. requests.Select(request => (new StatisticsScope(request.TenantId, request.Domain, request.Mailbox), Ledger.Now)).Distinct()],
            cancellationToken);
        await _reservations.LoadAsync(requests.Select(request => (request.TenantId, request.Key)), cancellationToken);
        var outcomes = new List<ReservationOutcome>(requests.Count);

        foreach (var request in requests)
        {
            var outcome = Reservations.Reserve(request);

            if (Reservations.MayMakeRoom(outcome, request.TenantId))
            {
                await ExpireAsync(request.TenantId, cancellationToken);
                outcome = Reservations.Reserve(request);
            }

            outcomes.Add(outcome);
        }

        return outcomes;
    }

    /// <summary>How the limits that apply to each scope stand.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<QuotaStanding>>> StandingsAsync(IReadOnlyList<StatisticsScope> scopes, CancellationToken cancellationToken)
    {
        await Rows.LoadAsync([.. scopes.Distinct().Select(scope => (scope, Ledger.Now))], cancellationToken);

        return [.. scopes.Select(Ledger.Standings)];
    }

    public async Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken)
    {
        await _reservations.LoadAsync([(tenantId, key)], cancellationToken);

        if (_reservations.Find(tenantId, key) is { } reservation)
        {
            await LoadCountersOfAsync([reservation], cancellationToken);
        }

        return Reservations.Release(tenantId, key);
    }

    public async Task ExpireAsync(string tenantId, CancellationToken cancellationToken)
    {
        await _reservations.LoadHostsAsync(tenantId, cancellationToken);
        var (takenAt, count) = Reservations.Expirable(tenantId);
        await _reservations.LoadOpenUntilAsync(tenantId, takenAt, count, cancellationToken);
        await LoadCountersOfAsync(_reservations.OpenUntil(tenantId, takenAt, count), cancellationToken);
        Reservations.Expire(tenantId);
    }

    /// <summary>What has a limit, with the counters of now.</summary>
    public async Task<IReadOnlyList<QuotaKey>> LimitedKeysAsync(string tenantId, int skip, int count, CancellationToken cancellationToken)
    {
        var limits = await _database.QuotaLimits.Find(_session, new BsonDocument("t", tenantId))
            .Sort(new BsonDocument { { "d", 1 }, { "m", 1 }, { "w", 1 } })
            .Skip(skip)
            .Limit(count)
            .ToListAsync(cancellationToken);
        var keys = limits.ConvertAll(MongoQuotaDocuments.Key);
        await LoadNowAsync(keys, cancellationToken);

        return keys;
    }

    /// <summary>Blocked periods, with the counters of now that their limits have.</summary>
    public async Task<IReadOnlyList<BlockedPeriod>> BlockedPeriodsAsync(BsonDocument which, CancellationToken cancellationToken)
    {
        var blocked = (await _database.QuotaCounters
            .Find(_session, new BsonDocument(which).Set("blocked", true))
            .ToListAsync(cancellationToken))
            .ConvertAll(MongoQuotaDocuments.Counter);
        await LoadNowAsync(blocked.ConvertAll(counter => counter.Key), cancellationToken);

        return [.. blocked.Select(counter => new BlockedPeriod(counter.Key, counter.Period, counter.Episode, counter.Calendar))];
    }

    /// <summary>Counts every counter of a tenant anew.</summary>
    public async Task<IReadOnlyList<QuotaDifference>> CompareAsync(string tenantId, bool repair, CancellationToken cancellationToken)
    {
        var stored = (await _database.QuotaCounters
            .Find(_session, new BsonDocument("t", tenantId))
            .ToListAsync(cancellationToken))
            .ConvertAll(MongoQuotaDocuments.Counter);
        await Rows.LoadLimitsAsync(stored.Select(counter => counter.Key), cancellationToken);
        await Rows.LoadCountersAsync(stored.Select(counter => (counter.Key, counter.Period.Start)), cancellationToken);

        foreach (var counter in stored)
        {
            await Rows.LoadSumsAsync(counter.Key, counter.Period, cancellationToken);
        }

        return Ledger.Compare(stored, repair);
    }

    /// <summary>
    /// Writes what has changed. Each tenant of which anything changed has its book moved on, first of all: of two
    /// transactions that change a tenant's quotas at the same time, MongoDB aborts the one that comes to its book second
    /// (or, where both make it, one finds its key taken), and that one begins anew from the other's result. So a tenant's
    /// quotas are changed as if by one after the other, also where the two touch nothing else in common: a limit that is set
    /// while a reservation is taken that it would have to count.
    /// </summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var changes = Ledger.Close();
        var tenants = changes.Counters.Select(counter => counter.Key.Scope.TenantId)
            .Concat(changes.Ended.Select(ended => ended.Key.Scope.TenantId))
            .Concat(Rows.ChangedLimits.Keys.Select(key => key.Scope.TenantId))
            .Concat(_entries.Select(entry => entry["t"].AsString))
            .Concat(_reservations.ChangedTenants)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();

        // Writes of nothing are an error.
        if (tenants.Count > 0)
        {
            await _database.QuotaBooks.BulkWriteAsync(
                _session,
                tenants.Select(tenant => new UpdateOneModel<BsonDocument>(
                    new BsonDocument("_id", tenant), new BsonDocument("$inc", new BsonDocument("version", 1L))) { IsUpsert = true }),
                new() { IsOrdered = true },
                cancellationToken);
        }

        if (_entries.Count > 0)
        {
            await _database.QuotaEntries.DeleteManyAsync(
                _session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(_entries.Select(entry => entry["_id"])))),
                cancellationToken: cancellationToken);
        }

        await WriteLimitsAsync(cancellationToken);
        await _reservations.WriteAsync(cancellationToken);
        await WriteCountersAsync(changes, cancellationToken);
        await WriteNoticesAsync(changes.Notices, tenants, cancellationToken);
    }

    private async Task CountInAsync(IReadOnlyCollection<string> tenants, CancellationToken cancellationToken)
    {
        _entries.AddRange(await _database.QuotaEntries
            .Find(_session, new BsonDocument("t", new BsonDocument("$in", new BsonArray(tenants))))
            .Sort(new BsonDocument("_id", 1))
            .ToListAsync(cancellationToken));

        if (_entries.Count == 0)
        {
            return;
        }

        var changes = MongoQuotaEntries.Read(_entries);
        await _reservations.LoadOpenWithAsync(changes.New.Select(delivery => (delivery.TenantId, delivery.QueueId)), cancellationToken);
        await _reservations.LoadHostsAsync(changes.Reported.Keys, cancellationToken);
        await Rows.LoadAsync(
            [.. changes.Recipients.Select(delta => (new StatisticsScope(delta.TenantId, delta.Domain, delta.Mailbox), delta.QuarterStart))
                .Concat(changes.New.Where(delivery => delivery.ChargedTo is not null).Select(delivery => (
                    new StatisticsScope(delivery.TenantId, delivery.ChargedTo!.Value.Domain, delivery.ChargedTo.Value.Address),
                    UnixTime.FromMicroseconds(delivery.AcceptedAt))))
                .Distinct()],
            cancellationToken);
        await LoadCountersOfAsync(changes.New.SelectMany(delivery => _reservations.OpenWith(delivery.TenantId, delivery.QueueId)), cancellationToken);
        Reservations.Applied(changes);
    }

    private Task LoadCountersOfAsync(IEnumerable<StoredReservation> reservations, CancellationToken cancellationToken) =>
        Rows.LoadAsync(
            [.. reservations.Select(reservation => (reservation.Scope, UnixTime.FromMicroseconds(reservation.TakenAt))).Distinct()],
            cancellationToken);

    /// <summary>Limits, and the counters of now that they have.</summary>
    public async Task LoadNowAsync(IReadOnlyList<QuotaKey> keys, CancellationToken cancellationToken)
    {
        await Rows.LoadLimitsAsync(keys, cancellationToken);
        await Rows.LoadCountersAsync(keys.Select(key => (key, Ledger.Now)), cancellationToken);
    }

    private async Task WriteLimitsAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, limit) in Rows.ChangedLimits)
        {
            var filter = new BsonDocument("_id", MongoQuotaDocuments.Id(key));

            if (limit is null)
            {
                await _database.QuotaLimits.DeleteOneAsync(_session, filter, cancellationToken: cancellationToken);
            }
            else
            {
                await _database.QuotaLimits.ReplaceOneAsync(
                    _session, filter, MongoQuotaDocuments.Of(key, limit), new ReplaceOptions { IsUpsert = true }, cancellationToken);
            }
        }
    }

    private async Task WriteCountersAsync(QuotaChanges changes, CancellationToken cancellationToken)
    {
        // Ended periods first: the row of one can be that of a counter, which then says more.
        var ended = changes.Ended.Select(period => (WriteModel<BsonDocument>)new UpdateOneModel<BsonDocument>(
            new BsonDocument("_id", MongoQuotaDocuments.Id(period.Key, period.Period.Start)),
            new BsonDocument { { "$set", new BsonDocument("blocked", false) }, { "$inc", new BsonDocument("episode", 1L) } }));
        var counters = changes.Counters.Select(counter => (WriteModel<BsonDocument>)new ReplaceOneModel<BsonDocument>(
            new BsonDocument("_id", MongoQuotaDocuments.Id(counter.Key, counter.Period.Start)), MongoQuotaDocuments.Of(counter)) { IsUpsert = true });
        var writes = ended.Concat(counters).ToList();

        if (writes.Count > 0)
        {
            await _database.QuotaCounters.BulkWriteAsync(_session, writes, new() { IsOrdered = true }, cancellationToken);
        }
    }

    private async Task WriteNoticesAsync(IReadOnlyList<DueNotice> notices, List<string> tenants, CancellationToken cancellationToken)
    {
        if (MongoQuotaDocuments.In(notices.Select(due => due.Notice.NoticeId.ToString())) is not { } wanted)
        {
            return;
        }

        var given = (await _database.QuotaNotices.Find(_session, wanted).ToListAsync(cancellationToken))
            .Select(row => row["_id"].AsString)
            .ToHashSet(StringComparer.Ordinal);
        var order = tenants.Max(Rows.Version) * 1000;

        foreach (var (notice, isToldAlready) in notices.Where(due => given.Add(due.Notice.NoticeId.ToString())))
        {
            await _database.QuotaNotices.InsertOneAsync(
                _session, new() { { "_id", notice.NoticeId.ToString() }, { "at", new BsonDateTime(Ledger.Now.UtcDateTime) } },
                cancellationToken: cancellationToken);

            if (!isToldAlready)
            {
                await MongoOutbox.AppendAsync(_database, _session, notice, Ledger.Now, order++, cancellationToken);
            }
        }
    }
}
