using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Quotas;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>
/// Exact from any number of processes: a reservation reads every counter that it must fit in, and writes it, in one
/// transaction; of two that take from the same tenant at once one begins anew from the other's result
/// (<see cref="MongoQuotas.WriteAsync"/>). What is acknowledged is on a majority's disks, so no election takes it back.
/// </summary>
/// <remarks>
/// That MongoDB keeps its word (snapshots, first updater wins, no acknowledged majority write lost in an election) only a
/// replica set of several members can show; <c>MAILSTATS_TEST_MONGODB</c> names one for the tests. What they show against any
/// server that speaks the protocol: that every conflict, failed commit and commit of unknown outcome is repeated to the same end.
/// </remarks>
internal sealed class MongoQuotaStore : IQuotaStore, IAsyncDisposable
{
    private const int MaxRequests = 500;

    private readonly MongoQuotaTransactions _quotas;
    private readonly MongoDatabase _database;
    private readonly MongoGroup<ReservationRequest, ReservationOutcome> _reserving;
    private readonly MongoGroup<StatisticsScope, IReadOnlyList<QuotaStanding>> _reading;
    /// <summary>Names this process among those that take shares of a limit.</summary>
    private readonly string _writer = Guid.NewGuid().ToString("N");

    private DateTimeOffset _expiredAt = DateTimeOffset.MinValue;

    public MongoQuotaStore(MongoQuotaTransactions quotas)
    {
        (_quotas, _database) = (quotas, quotas.Database);
        _reserving = new(MaxRequests, _ => 1, (requests, cancellationToken) => quotas.ReserveAsync(_writer, requests, cancellationToken));
        _reading = new(MaxRequests, _ => 1, (scopes, cancellationToken) => quotas.ReadAsync(
            scopes.Select(scope => scope.TenantId).ToHashSet(StringComparer.Ordinal),
            open => open.StandingsAsync(scopes, cancellationToken), cancellationToken));
    }

    /// <summary>The reservations of all callers that wait share one transaction.</summary>
    public Task<ReservationOutcome> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken) =>
        _reserving.AddAsync(request, cancellationToken);

    public Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken) =>
        _quotas.ChangeAsync([tenantId], (quotas, token) => quotas.ReleaseAsync(tenantId, key, token), cancellationToken);

    /// <summary>Mail servers ask at every recipient: those that wait share one snapshot, which begins after each of them asked.</summary>
    public Task<IReadOnlyList<QuotaStanding>> StandingsAsync(StatisticsScope scope, CancellationToken cancellationToken) =>
        _reading.AddAsync(scope, cancellationToken);

    public Task<IReadOnlyList<QuotaStanding>> LimitsAsync(string tenantId, int skip, int count, CancellationToken cancellationToken) =>
        _quotas.ReadAsync(
            [tenantId],
            async quotas => quotas.Ledger.Standings(await quotas.LimitedKeysAsync(tenantId, skip, count, cancellationToken)),
            cancellationToken);

    public async Task<IReadOnlyList<PastPeriod>> HistoryAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (await FirstQuarterAsync(tenantId, cancellationToken) is not { } first)
        {
            return [];
        }

        return await _quotas.ReadAsync(
            [tenantId],
            async quotas =>
            {
                var key = new QuotaKey(new(tenantId), QuotaWindow.Month);
                var since = UnixTime.StartOfQuarter(first);
                var months = quotas.Rows.Terms(tenantId).MonthsBefore(quotas.Ledger.Now, since).Take(PastPeriod.Shown);
                await quotas.Rows.LoadCountersAsync(months.Select(month => (key, month.Start)), cancellationToken);

                return quotas.Ledger.History(tenantId, since, PastPeriod.Shown);
            },
            cancellationToken);
    }

    public Task<QuotaSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        _database.UseAsync(
            async () => MongoQuotaDocuments.Settings(
                tenantId, await _database.QuotaBooks.Find(new BsonDocument("_id", tenantId)).FirstOrDefaultAsync(cancellationToken)),
            cancellationToken);

    public Task<bool> ReplaceSettingsAsync(QuotaSettings settings, Func<QuotaSettings, bool> condition, CancellationToken cancellationToken) =>
        _database.TransactAsync(
            async (session, token) =>
            {
                var book = await _database.QuotaBooks.Find(session, new BsonDocument("_id", settings.TenantId)).FirstOrDefaultAsync(token);

                if (!condition(MongoQuotaDocuments.Settings(settings.TenantId, book)))
                {
                    return false;
                }

                await _database.QuotaBooks.UpdateOneAsync(
                    session,
                    new BsonDocument("_id", settings.TenantId),
                    new BsonDocument { { "$set", MongoQuotaDocuments.Fields(settings) }, { "$inc", new BsonDocument("version", 1L) } },
                    new() { IsUpsert = true },
                    token);
                var quotas = await MongoQuotas.OpenAsync(_database, session, _quotas.Now, _quotas.Options, [settings.TenantId], token);
                var calendar = quotas.Rows.Terms(settings.TenantId).CalendarName;
                quotas.RevokeShares(settings.TenantId);
                await EndBlocksAsync(quotas, new() { { "t", settings.TenantId }, { "calendar", new BsonDocument("$ne", calendar) } }, token);
                await quotas.WriteAsync(token);

                return true;
            },
            cancellationToken);

    public Task<QuotaLimit?> LimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) =>
        _quotas.ReadAsync(
            [scope.TenantId],
            async quotas =>
            {
                var key = new QuotaKey(scope, window);
                await quotas.Rows.LoadLimitsAsync([key], cancellationToken);

                return quotas.Ledger.Limit(key);
            },
            cancellationToken);

    public Task<bool> ReplaceLimitAsync(QuotaLimit limit, Func<QuotaLimit?, bool> condition, CancellationToken cancellationToken) =>
        _quotas.ChangeAsync(
            [limit.Scope.TenantId],
            async (quotas, token) =>
            {
                var key = new QuotaKey(limit.Scope, limit.Window);
                await quotas.LoadNowAsync([key], token);

                if (!condition(quotas.Ledger.Limit(key)))
                {
                    return false;
                }

                quotas.Ledger.SetLimit(limit);

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveLimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) =>
        _database.TransactAsync(
            async (session, token) =>
            {
                var key = new QuotaKey(scope, window);
                var quotas = await MongoQuotas.OpenAsync(_database, session, _quotas.Now, _quotas.Options, [scope.TenantId], token);
                await quotas.LoadNowAsync([key], token);

                if (!quotas.Ledger.RemoveLimit(key))
                {
                    return false;
                }

                await quotas.WriteAsync(token);

                if (!key.IsTenantMonth)
                {
                    var counters = new BsonDocument { { "t", scope.TenantId }, { "d", key.Domain }, { "m", key.Mailbox }, { "w", (int)window } };
                    await _database.QuotaCounters.DeleteManyAsync(session, counters, cancellationToken: token);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Each tenant in a transaction of its own. Whoever comes second finds that nothing is due any more.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        var now = UnixTime.ToMicroseconds(_quotas.Now);
        var lookAtReservations = _quotas.Now - _expiredAt >= QuotaReservations.BetweenExpiries;
        var waiting = new BsonDocument
        {
            { "remaining", new BsonDocument("$gt", 0) },
            { "at", new BsonDocument("$lte", now - UnixTime.Microseconds(_quotas.Options.ReservationGrace)) },
        };
        var ended = new BsonDocument { { "blocked", true }, { "ends", new BsonDocument("$lte", now) } };
        var expiring = lookAtReservations ? await TenantsAsync(_database.Reservations, waiting, cancellationToken) : [];
        var ending = await TenantsAsync(_database.QuotaCounters, ended, cancellationToken);
        var lapsed = await TenantsAsync(_database.QuotaShares, new("until", new BsonDocument("$lt", now)), cancellationToken);
        await _quotas.CountInAsync(cancellationToken);

        foreach (var tenant in expiring.Union(ending).Union(lapsed))
        {
            await _quotas.ChangeAsync(
                [tenant],
                async (quotas, token) =>
                {
                    if (expiring.Contains(tenant))
                    {
                        await quotas.ExpireAsync(tenant, token);
                    }

                    await EndBlocksAsync(quotas, new BsonDocument("t", tenant).AddRange(ended), token);
                    await quotas.FoldSharesAsync(tenant, token);

                    return true;
                },
                cancellationToken);
        }

        if (lookAtReservations)
        {
            var forgotten = QuotaReservations.ForgottenBefore(_quotas.Now, _quotas.Options);
            await _database.UseAsync(
                () => _database.Reservations.DeleteManyAsync(
                    new BsonDocument { { "at", new BsonDocument("$lt", forgotten) }, { "remaining", 0 } }, cancellationToken),
                cancellationToken);
            _expiredAt = _quotas.Now;
        }
    }

    public Task<long> UnreservedAsync(CancellationToken cancellationToken) =>
        _database.UseAsync(
            async () =>
            {
                var now = UnixTime.ToMicroseconds(_quotas.Now);
                var counters = await _database.QuotaCounters
                    .Find(new BsonDocument
                    {
                        { "d", "" }, { "w", (int)QuotaWindow.Month }, { "ends", new BsonDocument("$gt", now) },
                        { "start", new BsonDocument("$lte", now) }, { "unreserved", new BsonDocument("$gt", 0) },
                    })
                    .Project<BsonDocument>(new BsonDocument("unreserved", 1))
                    .ToListAsync(cancellationToken);

                return counters.Sum(counter => counter["unreserved"].ToInt64());
            },
            cancellationToken);

    public async Task<IReadOnlyList<QuotaDifference>> VerifyAsync(bool repair, CancellationToken cancellationToken)
    {
        var differences = new List<QuotaDifference>();

        foreach (var tenant in (await TenantsAsync(_database.QuotaCounters, [], cancellationToken)).Order(StringComparer.Ordinal))
        {
            differences.AddRange(repair
                ? await _quotas.ChangeAsync([tenant], (quotas, token) => quotas.CompareAsync(tenant, repair: true, token), cancellationToken)
                : await _quotas.ReadAsync([tenant], quotas => quotas.CompareAsync(tenant, repair: false, cancellationToken), cancellationToken));
        }

        return differences;
    }

    public async ValueTask DisposeAsync()
    {
        await _reserving.DisposeAsync();
        await _reading.DisposeAsync();
    }

    private static async Task EndBlocksAsync(MongoQuotas quotas, BsonDocument which, CancellationToken cancellationToken)
    {
        foreach (var period in await quotas.BlockedPeriodsAsync(which, cancellationToken))
        {
            quotas.Ledger.EndBlock(period);
        }
    }

    /// <summary>The first that counts anything: by its day, since rows of writers can cancel each other out.</summary>
    private Task<long?> FirstQuarterAsync(string tenantId, CancellationToken cancellationToken) => _database.UseAsync(
        async () =>
        {
            var days = await _database.Rollups.Aggregate<BsonDocument>(
                new BsonDocument[]
                {
                    new("$match", MongoRollupKeys.Within(tenantId, tenantId, MongoRollupKeys.FirstDay, MongoRollupKeys.LastDay, named: false)),
                    new("$group", new BsonDocument("_id", "$b").AddRange(MongoDayCounts.Counters.Select(
                        counter => new BsonElement(counter, new BsonDocument("$sum", MongoDayCounts.Read(counter, 0, MongoDayCounts.WholeDay)))))),
                },
                cancellationToken: cancellationToken).ToListAsync(cancellationToken);

            if (days.Where(row => MongoDayCounts.Sum(counter => row[counter].ToInt64()) != default).Min(row => (long?)row["_id"].ToInt64()) is not { } day)
            {
                return null;
            }

            var rows = await _database.Rollups.Find(MongoRollupKeys.Within(tenantId, tenantId, day, day + 1, named: false)).ToListAsync(cancellationToken);

            return MongoDayCounts.Of(rows).Quarters.Where(quarter => quarter.Counters != default)
                .Min(quarter => (long?)((day * MongoDayCounts.WholeDay) + quarter.Quarter));
        },
        cancellationToken);

    private Task<HashSet<string>> TenantsAsync(IMongoCollection<BsonDocument> collection, BsonDocument filter, CancellationToken cancellationToken) =>
        _database.UseAsync(
            async () =>
                (await (await collection.DistinctAsync<string>("t", filter, cancellationToken: cancellationToken))
                    .ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal),
            cancellationToken);
}
