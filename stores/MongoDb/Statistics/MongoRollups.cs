using System.Globalization;
using System.Runtime.InteropServices;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Sums the changes of a transaction by rollup row; each row is then moved once, by <c>$inc</c>. A writer moves rows of its own, so
/// that no two change the same document; whoever reads adds up the rows of all writers, in which alone a number may be negative.
/// </summary>
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

    /// <param name="database">Where.</param>
    /// <param name="session">The transaction's.</param>
    /// <param name="writer">Whose rows.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(
        MongoDatabase database, IClientSessionHandle session, int writer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await WriteAsync(database.Rollups, _counters.Where(pair => pair.Value != default).Select(pair => (pair.Key, Fields(pair.Value))));
        await WriteAsync(database.Providers, _providers.Where(pair => pair.Value != default).Select(pair => (pair.Key, Fields(pair.Value))));
        await WriteAsync(database.Reasons, _reasons.Where(pair => pair.Value != 0).Select(pair => (pair.Key, new BsonDocument("count", pair.Value))));

        Task WriteAsync(IMongoCollection<BsonDocument> collection, IEnumerable<(Row Row, BsonDocument Change)> changes) =>
            MongoRollupRows.AddAsync(
                collection, session, [.. changes.Select(change => MongoRollupRows.Of(change.Row.Id, change.Row.Names(), change.Change, writer, now))],
                cancellationToken);
    }

    public static Counters CountersOf(BsonDocument row) =>
        new(row["r"].ToInt64(), row["d"].ToInt64(), row["s"].ToInt64(), row["h"].ToInt64(), row["q"].ToInt64(), row.GetValue("k", 0).ToInt64());

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
