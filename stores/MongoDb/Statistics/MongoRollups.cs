using System.Globalization;
using System.Runtime.InteropServices;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>Sums the changes of a transaction by rollup row; each row is then moved once, by <c>$inc</c>.</summary>
/// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
internal sealed class MongoRollups(long firstQuarter)
{
    private readonly Dictionary<Row, Counters> _counters = [];
    private readonly Dictionary<Row, Counters> _providers = [];
    private readonly Dictionary<Row, long> _reasons = [];
    private readonly Dictionary<(string Tenant, Mailbox Mailbox, long Quarter), long> _recipients = [];

    public IReadOnlyDictionary<string, BsonDocument> CounterRows => _counters.ToDictionary(pair => pair.Key.Id, pair => Full(pair.Key, Fields(pair.Value)));

    public IReadOnlyDictionary<string, BsonDocument> ProviderRows => _providers.ToDictionary(pair => pair.Key.Id, pair => Full(pair.Key, Fields(pair.Value)));

    public IReadOnlyDictionary<string, BsonDocument> ReasonRows =>
        _reasons.ToDictionary(pair => pair.Key.Id, pair => Full(pair.Key, new("count", pair.Value)));

    public void Add(string tenantId, in Contribution contribution, int sign)
    {
        if (contribution.Quarter < firstQuarter)
        {
            return;
        }

        var change = Contribution.CountersOf(contribution.Status, contribution.Complained, sign);
        var domain = MongoKeys.Domain(tenantId, contribution.Mailbox.Domain);
        AddTo("", tenantId, contribution, change, sign);
        AddTo(tenantId, domain, contribution, change, sign);
        AddTo(domain, MongoKeys.Mailbox(tenantId, contribution.Mailbox), contribution, change, sign);
        CollectionsMarshal.GetValueRefOrAddDefault(_recipients, (tenantId, contribution.Mailbox, contribution.Quarter), out _) += change.Recipients;
    }

    public IReadOnlyList<RecipientsDelta> RecipientsDeltas() =>
        [.. _recipients.Where(pair => pair.Value != 0).Select(pair => new RecipientsDelta(
            pair.Key.Tenant, pair.Key.Mailbox.Domain, pair.Key.Mailbox.Address, UnixTime.StartOfQuarter(pair.Key.Quarter), pair.Value))];

    public async Task WriteAsync(MongoDatabase database, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        await WriteAsync(
            database.Rollups,
            session,
            _counters.Where(pair => pair.Value != default).Select(pair => (pair.Key, Fields(pair.Value))),
            ["r", "k"],
            cancellationToken);
        await WriteAsync(
            database.Providers,
            session,
            _providers.Where(pair => pair.Value != default).Select(pair => (pair.Key, Fields(pair.Value))),
            ["r", "k"],
            cancellationToken);
        await WriteAsync(
            database.Reasons, session,
            _reasons.Where(pair => pair.Value != 0).Select(pair => (pair.Key, new BsonDocument("count", pair.Value))), ["count"],
            cancellationToken);
    }

    /// <summary>The fields that are all nought in a row that holds nothing any more.</summary>
    public static string[] TotalsOf(BsonDocument values) => values.Contains("count") ? ["count"] : ["r", "k"];

    public static Counters CountersOf(BsonDocument row) =>
        new(row["r"].ToInt64(), row["d"].ToInt64(), row["s"].ToInt64(), row["h"].ToInt64(), row["q"].ToInt64(), row.GetValue("k", 0).ToInt64());

    private static async Task WriteAsync(
        IMongoCollection<BsonDocument> collection,
        IClientSessionHandle session,
        IEnumerable<(Row Row, BsonDocument Change)> changes,
        string[] totals,
        CancellationToken cancellationToken)
    {
        // In the order of their keys: two transactions that touch the same rows then mostly wait in line instead of crossing.
        var updates = changes.OrderBy(change => change.Row.Id, StringComparer.Ordinal).ToList();

        if (updates.Count == 0)
        {
            return;
        }

        await collection.BulkWriteAsync(
            session,
            updates.Select(update => new UpdateOneModel<BsonDocument>(
                new BsonDocument("_id", update.Row.Id),
                new BsonDocument { { "$inc", update.Change }, { "$setOnInsert", update.Row.Names() } }) { IsUpsert = true }),
            new() { IsOrdered = false },
            cancellationToken);

        var fewer = updates.Where(update => update.Change.Any(value => value.Value.AsInt64 < 0)).Select(update => update.Row.Id).ToList();

        if (fewer.Count > 0)
        {
            await collection.DeleteManyAsync(
                session,
                new BsonDocument("_id", new BsonDocument("$in", new BsonArray(fewer))).AddRange(totals.ToDictionary(total => total, _ => 0)),
                cancellationToken: cancellationToken);
        }
    }

    private void AddTo(string parent, string scope, in Contribution contribution, in Counters change, int sign)
    {
        for (var tier = RangeComposition.Quarters; tier <= RangeComposition.Days; tier++)
        {
            var start = tier == RangeComposition.Quarters ? contribution.Quarter : UnixTime.FloorDivide(contribution.Quarter, 96);
            var row = new Row(tier, start, parent, scope, "");
            CollectionsMarshal.GetValueRefOrAddDefault(_counters, row, out _) += change;
            CollectionsMarshal.GetValueRefOrAddDefault(_providers, row with { Name = contribution.Provider }, out _) += change;

            if (contribution.Reason is { } reason)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_reasons, row with { Name = MongoKeys.Reason(reason) }, out _) += sign;
            }
        }
    }

    private static BsonDocument Full(Row row, BsonDocument values) => new BsonDocument("_id", row.Id).AddRange(row.Names()).AddRange(values);

    private static BsonDocument Fields(Counters counters) => new()
    {
        { "r", counters.Recipients }, { "d", counters.Delivered }, { "s", counters.SoftBounces }, { "h", counters.HardBounces }, { "q", counters.Pending },
        { "k", counters.Complaints },
    };

    private readonly record struct Row(int Tier, long Start, string Parent, string Scope, string Name)
    {
        public string Id => string.Create(CultureInfo.InvariantCulture, $"{Tier}|{Start:D9}|{Scope}|{Name}");

        public BsonDocument Names() => new() { { "p", Parent }, { "c", Scope }, { "l", Tier }, { "b", Start }, { "n", Name } };
    }
}
