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
    private readonly Dictionary<Row, MongoDayCounts> _counters = [];
    private readonly Dictionary<Row, MongoDayCounts> _providers = [];
    private readonly Dictionary<Row, MongoDayCounts> _reasons = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, Mailbox Mailbox, long Quarter), long> _recipients = [];

    /// <param name="writer">Whose rows, 0 for those without a writer.</param>
    public IEnumerable<MongoRollupRow> CounterRows(int writer = 0) => RowsOf(
        _counters, writer, row => new() { { "p", NumberOf(row.Parent) }, { "b", (int)row.Day }, { "n", MongoKeys.NameIn(row.Scope) } });

    public IEnumerable<MongoRollupRow> ProviderRows(int writer = 0) => RowsOf(_providers, writer, row => new("n", row.Name));

    public IEnumerable<MongoRollupRow> ReasonRows(int writer = 0) => RowsOf(_reasons, writer, row => new("n", row.Name));

    public void Add(string tenantId, in Contribution contribution, int sign)
    {
        if (contribution.Quarter < firstQuarter)
        {
            return;
        }

        var domain = MongoKeys.Domain(tenantId, contribution.Mailbox.Domain);
        AddTo("", tenantId, tenantId, contribution, sign);
        AddTo(tenantId, domain, tenantId, contribution, sign);
        AddTo(domain, MongoKeys.Mailbox(tenantId, contribution.Mailbox), tenantId, contribution, sign);
        CollectionsMarshal.GetValueRefOrAddDefault(_recipients, (tenantId, contribution.Mailbox, contribution.Quarter), out _) +=
            contribution.HasRecipient ? sign : 0;
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
        await MongoRollupRows.MoveAsync(database.Rollups, session, CounterRows(writer), now, cancellationToken);
        await MongoRollupRows.MoveAsync(database.Providers, session, ProviderRows(writer), now, cancellationToken);
        await MongoRollupRows.MoveAsync(database.Reasons, session, ReasonRows(writer), now, cancellationToken);
    }

    private void AddTo(string parent, string scope, string tenantId, in Contribution contribution, int sign)
    {
        var day = UnixTime.FloorDivide(contribution.Quarter, MongoDayCounts.WholeDay);
        var quarter = (int)(contribution.Quarter - (day * MongoDayCounts.WholeDay));
        var row = new Row(tenantId, parent, scope, day, "");
        CountsOf(_counters, row).Add(contribution.Status, contribution.Complained, quarter, sign);
        CountsOf(_providers, row with { Name = contribution.Provider }).Add(contribution.Status, contribution.Complained, quarter, sign);

        if (contribution.Reason is { } reason)
        {
            var counts = CountsOf(_reasons, row with { Name = MongoKeys.Reason(reason) });
            counts.Add(MongoDayCounts.OfReason, quarter, sign);
            counts.Add(MongoDayCounts.OfReason, MongoDayCounts.WholeDay, sign);
        }
    }

    private IEnumerable<MongoRollupRow> RowsOf(Dictionary<Row, MongoDayCounts> rows, int writer, Func<Row, BsonDocument> names) =>
        rows.Select(row => new MongoRollupRow(
            MongoRollupKeys.Of(
                NumberOf(row.Key.TenantId), NumberOf(row.Key.Scope), row.Key.Day, rows == _counters ? null : NumberOf(row.Key.Name), writer),
            names(row.Key),
            row.Value));

    /// <summary>0 for no text at all: a tenant has no parent.</summary>
    private long NumberOf(string text)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var isKnown);
        number = isKnown || text.Length == 0 ? number : MongoKeys.Number(text);

        return number;
    }

    private static MongoDayCounts CountsOf(Dictionary<Row, MongoDayCounts> rows, in Row row) =>
        CollectionsMarshal.GetValueRefOrAddDefault(rows, row, out _) ??= new();

    private readonly record struct Row(string TenantId, string Parent, string Scope, long Day, string Name);
}
