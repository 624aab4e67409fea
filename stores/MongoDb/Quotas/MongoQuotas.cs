using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
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
    private readonly MongoQuotaShares _shares;
    private readonly MongoQuotaWrites _writes;
    private readonly List<BsonDocument> _entries = [];

    /// <summary>Reservations have expired, which has to be written.</summary>
    private bool _madeRoom;

    private MongoQuotas(MongoDatabase database, IClientSessionHandle session, DateTimeOffset now, QuotaOptions options)
    {
        (_database, _session) = (database, session);
        _reservations = new(database, session);
        _shares = new(database, session, UnixTime.ToMicroseconds(now));
        _writes = new(database, session);
        Rows = new(database, session, _reservations, _shares);
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
        await quotas._shares.LoadAsync(tenants, cancellationToken);
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
        _madeRoom = true;
        await _reservations.LoadHostsAsync(tenantId, cancellationToken);
        var (takenAt, count) = Reservations.Expirable(tenantId);
        await _reservations.LoadOpenUntilAsync(tenantId, takenAt, count, cancellationToken);
        await LoadCountersOfAsync(_reservations.OpenUntil(tenantId, takenAt, count), cancellationToken);
        Reservations.Expire(tenantId);
    }

    /// <summary>Nobody lets anything of a tenant through from what was taken ahead, once this is written.</summary>
    public void RevokeShares(string tenantId) => _shares.Revoke(tenantId);

    /// <summary>Counts in what was let through from shares.</summary>
    public async Task FoldSharesAsync(string tenantId, CancellationToken cancellationToken)
    {
        var key = new QuotaKey(new(tenantId), QuotaWindow.Month);
        var months = _shares.Months(tenantId).ToList();
        await Rows.LoadLimitsAsync([key], cancellationToken);
        await Rows.LoadCountersAsync(months.Select(month => (key, month)), cancellationToken);
        months.ForEach(month => Ledger.Counter(key, month).Changed = true);
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
    public Task WriteAsync(CancellationToken cancellationToken) => WriteAllAsync(Ledger.Close(), _ => { }, cancellationToken);

    /// <summary>
    /// The same after <see cref="ReserveAsync"/>. Where all that was granted comes from the writer's own shares, and there is nothing to tell,
    /// only they and the reservations are written, which no other process writes; and the tenant's book, where it takes its next share. Else
    /// everything is counted in, and a share is taken of what is left.
    /// </summary>
    /// <param name="writer">Names the process.</param>
    /// <param name="requests">What was asked for.</param>
    /// <param name="outcomes">What became of it.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteReservedAsync(
        string writer, IReadOnlyList<ReservationRequest> requests, IReadOnlyList<ReservationOutcome> outcomes, CancellationToken cancellationToken)
    {
        var changes = Ledger.Close();
        var granted = requests.Zip(outcomes)
            .Where(pair => pair.Second is { Result: ReservationResult.Granted, Standing: not null })
            .GroupBy(pair => pair.First.TenantId, pair => pair.First)
            .Select(requests => (Month: MonthOf(requests.Key), Recipients: requests.Sum(request => (long)request.Recipients), Requests: requests.ToList()))
            .ToList();

        if (!_madeRoom
            && outcomes.All(outcome => outcome.Result != ReservationResult.Refused)
            && granted.TrueForAll(tenant => tenant.Requests.TrueForAll(IsOfMonthAlone) && !tenant.Month.Summed)
            && changes is { Ended.Count: 0 } && Rows.ChangedLimits.Count == 0
            && (await _writes.UngivenAsync(changes.Notices, cancellationToken)).Count == 0)
        {
            var spent = granted.FindAll(tenant => !_shares.TrySpend(writer, tenant.Month, tenant.Recipients));

            if (spent.TrueForAll(tenant => Rows.Limit(tenant.Month.Key) is { } limit
                && _shares.TrySpendNext(writer, tenant.Month, tenant.Recipients, limit.Recipients, Rows.Terms(tenant.Month.Key.Scope.TenantId))))
            {
                await MoveBooksAsync(spent.Select(tenant => tenant.Month.Key.Scope.TenantId), cancellationToken);
                await _reservations.WriteTakenAsync(cancellationToken);
                await _shares.WriteAsync(cancellationToken);
                return;
            }
        }

        await WriteAllAsync(
            changes,
            shares => granted.ForEach(tenant =>
            {
                if (Rows.Limit(tenant.Month.Key) is { } limit)
                {
                    shares.TakeAhead(writer, tenant.Month, limit.Recipients, Rows.Terms(tenant.Month.Key.Scope.TenantId));
                }
            }),
            cancellationToken);
    }

    private async Task WriteAllAsync(QuotaChanges changes, Action<MongoQuotaShares> takeAhead, CancellationToken cancellationToken)
    {
        var tenants = changes.Counters.Select(counter => counter.Key.Scope.TenantId)
            .Concat(changes.Ended.Select(ended => ended.Key.Scope.TenantId))
            .Concat(Rows.ChangedLimits.Keys.Select(key => key.Scope.TenantId))
            .Concat(_entries.Select(entry => entry["t"].AsString))
            .Concat(_reservations.ChangedTenants)
            .ToHashSet(StringComparer.Ordinal);
        await MoveBooksAsync(tenants, cancellationToken);

        if (_entries.Count > 0)
        {
            await _database.QuotaEntries.DeleteManyAsync(
                _session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(_entries.Select(entry => entry["_id"])))),
                cancellationToken: cancellationToken);
        }

        foreach (var tenant in Rows.ChangedLimits.Keys.Select(key => key.Scope.TenantId))
        {
            _shares.Revoke(tenant);
        }

        _shares.Settle(changes, Rows);
        takeAhead(_shares);
        await _shares.WriteAsync(cancellationToken);
        await _writes.LimitsAsync(Rows.ChangedLimits, cancellationToken);
        await _reservations.WriteAsync(cancellationToken);
        await _writes.CountersAsync(changes, cancellationToken);
        await _writes.NoticesAsync(changes.Notices, tenants.Select(Rows.Version).DefaultIfEmpty().Max(), Ledger.Now, cancellationToken);
    }

    private async Task MoveBooksAsync(IEnumerable<string> tenants, CancellationToken cancellationToken)
    {
        var moves = tenants.Order(StringComparer.Ordinal)
            .Select(tenant => new UpdateOneModel<BsonDocument>(
                new BsonDocument("_id", tenant), new BsonDocument("$inc", new BsonDocument("version", 1L))) { IsUpsert = true })
            .ToList();

        // Writes of nothing are an error.
        if (moves.Count > 0)
        {
            await _database.QuotaBooks.BulkWriteAsync(_session, moves, new() { IsOrdered = true }, cancellationToken);
        }
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

    private QuotaCounter MonthOf(string tenantId) => Ledger.Counter(new(new(tenantId), QuotaWindow.Month), Ledger.Now);

    /// <summary>No other limit applies to a request.</summary>
    private bool IsOfMonthAlone(ReservationRequest request) =>
        Ledger.Counters(new(request.TenantId, request.Domain, request.Mailbox), Ledger.Now).Count == 1;
}
