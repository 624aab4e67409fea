using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>Reservations and hosts within one transaction or snapshot: what was loaded, and what was changed since and is not written yet.</summary>
internal sealed class MongoReservationRows(MongoDatabase database, IClientSessionHandle session) : IReservationRows
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<(string TenantId, string QueueId), List<Row>> _byQueueId = [];
    private readonly Dictionary<(string TenantId, string Host), HostProgress> _hosts = [];
    private readonly HashSet<(string TenantId, string Host)> _changedHosts = [];

    /// <summary>Tenants of which something changed.</summary>
    public IEnumerable<string> ChangedTenants =>
        _rows.Values.Where(row => row.IsChanged).Select(row => row.TenantId).Concat(_changedHosts.Select(host => host.TenantId));

    public Task LoadAsync(IEnumerable<(string TenantId, string Key)> keys, CancellationToken cancellationToken) =>
        LoadAsync(MongoQuotaDocuments.In(keys.Select(key => MongoQuotaDocuments.Id(key.TenantId, key.Key)).Distinct()), cancellationToken);

    public async Task LoadOpenWithAsync(IEnumerable<(string TenantId, string QueueId)> queueIds, CancellationToken cancellationToken)
    {
        foreach (var tenant in queueIds.Distinct().GroupBy(queueId => queueId.TenantId, queueId => queueId.QueueId))
        {
            await LoadAsync(MongoQuotaDocuments.Open(tenant.Key).Add("q", new BsonDocument("$in", new BsonArray(tenant))), cancellationToken);
        }
    }

    public Task LoadOpenUntilAsync(string tenantId, long takenAt, int count, CancellationToken cancellationToken) =>
        LoadAsync(MongoQuotaDocuments.Open(tenantId).Add("at", new BsonDocument("$lte", takenAt)), cancellationToken, count);

    public Task LoadHostsAsync(IEnumerable<(string TenantId, string Host)> hosts, CancellationToken cancellationToken) =>
        LoadHostsAsync(MongoQuotaDocuments.In(hosts.Select(host => MongoQuotaDocuments.Id(host.TenantId, host.Host))), cancellationToken);

    public Task LoadHostsAsync(string tenantId, CancellationToken cancellationToken) => LoadHostsAsync(new BsonDocument("t", tenantId), cancellationToken);

    public StoredReservation? Find(string tenantId, string key) => _rows.GetValueOrDefault(MongoQuotaDocuments.Id(tenantId, key))?.Now;

    public bool AnyOpen(string tenantId) => _rows.Values.Any(row => row.TenantId == tenantId && row.Now is { Remaining: > 0 });

    public IReadOnlyList<StoredReservation> OpenWith(string tenantId, string queueId) =>
        _byQueueId.TryGetValue((tenantId, queueId), out var rows) ? InOrder(rows) : [];

    public IReadOnlyList<StoredReservation> OpenUntil(string tenantId, long takenAt, int count) =>
        [.. InOrder(_rows.Values.Where(row => row.TenantId == tenantId && row.Now?.TakenAt <= takenAt)).Take(count)];

    public IReadOnlyList<HostProgress> Hosts(string tenantId) => [.. _hosts.Where(host => host.Key.TenantId == tenantId).Select(host => host.Value)];

    public HostProgress? Host(string tenantId, string host) => _hosts.GetValueOrDefault((tenantId, host));

    public void Save(StoredReservation reservation)
    {
        var id = MongoQuotaDocuments.Id(reservation.Scope.TenantId, reservation.Key);

        if (_rows.TryGetValue(id, out var row))
        {
            row.Now = reservation;
        }
        else
        {
            Add(id, new() { TenantId = reservation.Scope.TenantId, Now = reservation }, reservation.QueueId);
        }
    }

    public void Remove(StoredReservation reservation) => _rows[MongoQuotaDocuments.Id(reservation.Scope.TenantId, reservation.Key)].Now = null;

    public void Save(string tenantId, HostProgress progress)
    {
        _hosts[(tenantId, progress.Host)] = progress;
        _changedHosts.Add((tenantId, progress.Host));
    }

    /// <summary>By how much what remains of a scope's reservations is more than the database says.</summary>
    public long Unwritten(StatisticsScope scope, QuotaPeriod period)
    {
        return _rows.Values.Where(row => row.IsChanged).Sum(row => Remaining(row.Now) - Remaining(row.Stored));

        long Remaining(StoredReservation? reservation) =>
            reservation is not null
            && reservation.Scope.TenantId == scope.TenantId
            && (scope.Domain is null || reservation.Scope.Domain == scope.Domain)
            && (scope.Mailbox is null || reservation.Scope.Mailbox == scope.Mailbox)
            && period.Contains(UnixTime.FromMicroseconds(reservation.TakenAt))
                ? reservation.Remaining
                : 0;
    }

    /// <summary>Those alone that were taken in this transaction; whatever else has changed is left to another.</summary>
    public async Task WriteTakenAsync(CancellationToken cancellationToken)
    {
        var taken = _rows.Where(row => row.Value is { Stored: null, Now: not null }).Select(row => Write(row.Key, row.Value)).ToList();

        if (taken.Count > 0)
        {
            await database.Reservations.BulkWriteAsync(session, taken, new() { IsOrdered = false }, cancellationToken);
        }
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var writes = _rows.Where(row => row.Value.IsChanged).Select(row => Write(row.Key, row.Value)).ToList();

        if (writes.Count > 0)
        {
            await database.Reservations.BulkWriteAsync(session, writes, new() { IsOrdered = false }, cancellationToken);
        }

        var hosts = _changedHosts.Select(host => new ReplaceOneModel<BsonDocument>(
            new BsonDocument("_id", MongoQuotaDocuments.Id(host.TenantId, host.Host)),
            MongoQuotaDocuments.Of(host.TenantId, _hosts[host])) { IsUpsert = true }).ToList();

        if (hosts.Count > 0)
        {
            await database.QuotaHosts.BulkWriteAsync(session, hosts, new() { IsOrdered = false }, cancellationToken);
        }
    }

    private static WriteModel<BsonDocument> Write(string id, Row row)
    {
        var filter = new BsonDocument("_id", id);

        return (row.Stored, row.Now) switch
        {
            (null, { } taken) => new InsertOneModel<BsonDocument>(MongoQuotaDocuments.Of(taken)),
            (_, null) => new DeleteOneModel<BsonDocument>(filter),
            var (_, changed) => new ReplaceOneModel<BsonDocument>(filter, MongoQuotaDocuments.Of(changed)),
        };
    }

    private async Task LoadAsync(BsonDocument? filter, CancellationToken cancellationToken, int? count = null)
    {
        if (filter is null)
        {
            return;
        }

        foreach (var document in await database.Reservations.Find(session, filter).Sort(new BsonDocument("at", 1)).Limit(count).ToListAsync(cancellationToken))
        {
            var id = document["_id"].AsString;

            if (!_rows.ContainsKey(id))
            {
                var stored = MongoQuotaDocuments.Reservation(document);
                Add(id, new() { TenantId = stored.Scope.TenantId, Stored = stored, Now = stored }, stored.QueueId);
            }
        }
    }

    private async Task LoadHostsAsync(BsonDocument? filter, CancellationToken cancellationToken)
    {
        if (filter is null)
        {
            return;
        }

        foreach (var document in await database.QuotaHosts.Find(session, filter).ToListAsync(cancellationToken))
        {
            var host = MongoQuotaDocuments.Host(document);
            _hosts.TryAdd((document["t"].AsString, host.Host), host);
        }
    }

    private void Add(string id, Row row, string? queueId)
    {
        _rows.Add(id, row);

        if (queueId is not null)
        {
            if (!_byQueueId.TryGetValue((row.TenantId, queueId), out var rows))
            {
                _byQueueId.Add((row.TenantId, queueId), rows = []);
            }

            rows.Add(row);
        }
    }

    private static List<StoredReservation> InOrder(IEnumerable<Row> rows) =>
        [
            .. rows.Select(row => row.Now)
                .OfType<StoredReservation>()
                .Where(open => open.Remaining > 0)
                .OrderBy(open => open.TakenAt)
                .ThenBy(open => open.Key, StringComparer.Ordinal),
        ];

    private sealed class Row
    {
        public required string TenantId { get; init; }

        /// <summary>As it is in the database, null when it is not there.</summary>
        public StoredReservation? Stored { get; init; }

        /// <summary>As it is to be, null when it is to go.</summary>
        public StoredReservation? Now { get; set; }

        public bool IsChanged => Stored != Now;
    }
}
