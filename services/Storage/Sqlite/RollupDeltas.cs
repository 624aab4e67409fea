using System.Runtime.InteropServices;
using MailStats.Storage.Deliveries;

namespace MailStats.Storage.Sqlite;

/// <summary>Sums the changes of a transaction by rollup row, then writes each row once, in the order of its key.</summary>
internal sealed class RollupDeltas
{
    private const int QuartersPerDay = 96;

    private static readonly SqliteRows AddCounters = new(
        "INSERT INTO rollups (tier, start, parent, scope, recipients, delivered, soft, hard, pending) VALUES",
        columns: 9,
        """
        ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients, delivered = delivered + excluded.delivered,
          soft = soft + excluded.soft, hard = hard + excluded.hard, pending = pending + excluded.pending
        """);

    private static readonly SqliteRows AddProviders = new(
        "INSERT INTO provider_rollups (tier, start, scope, provider, recipients, delivered, soft, hard, pending) VALUES",
        columns: 9,
        """
        ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients, delivered = delivered + excluded.delivered,
          soft = soft + excluded.soft, hard = hard + excluded.hard, pending = pending + excluded.pending
        """);

    private static readonly SqliteRows AddReasons = new(
        "INSERT INTO reason_rollups (tier, start, scope, reason, count) VALUES", columns: 5, "ON CONFLICT DO UPDATE SET count = count + excluded.count");

    private readonly List<(Row Row, Counters Change)> _ordered = [];
    private readonly Dictionary<Row, Counters> _days = [];

    private readonly Dictionary<Row, Counters> _counters = [];
    private readonly Dictionary<Row, Counters> _providers = [];
    private readonly Dictionary<Row, Counters> _reasons = [];
    private readonly Dictionary<(string Tenant, Mailbox Mailbox, long Quarter), long> _recipients = [];
    private long _firstQuarter;

    /// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
    public void Clear(long firstQuarter)
    {
        _firstQuarter = firstQuarter;
        _counters.Clear();
        _providers.Clear();
        _reasons.Clear();
        _recipients.Clear();
    }

    public void Add(string tenantId, in Contribution contribution, in ScopeIds scopes, long provider, long? reason, int sign)
    {
        if (contribution.Quarter < _firstQuarter)
        {
            return;
        }

        var one = contribution.Counters;
        var change = sign > 0 ? one : default(Counters) - one;

        var (tenant, domain, mailbox) = (scopes.Tenant, scopes.Domain!.Value, scopes.Mailbox!.Value);

        AddTo(0, tenant, contribution.Quarter, provider, reason, change, sign);
        AddTo(tenant, domain, contribution.Quarter, provider, reason, change, sign);
        AddTo(domain, mailbox, contribution.Quarter, provider, reason, change, sign);

        CollectionsMarshal.GetValueRefOrAddDefault(_recipients, (tenantId, contribution.Mailbox, contribution.Quarter), out _) += sign;
    }

    public IReadOnlyList<RecipientsDelta> RecipientsDeltas()
    {
        var deltas = new List<RecipientsDelta>(_recipients.Count);

        foreach (var ((tenant, mailbox, quarter), recipients) in _recipients)
        {
            if (recipients != 0)
            {
                deltas.Add(new(tenant, mailbox.Domain, mailbox.Address, Time.StartOfQuarter(quarter), recipients));
            }
        }

        return deltas;
    }

    public void Write(SqliteSession session)
    {
        AddCounters.Run(session, Ordered(_counters), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Parent);
            row.Add(change.Row.Scope);
            Add(ref row, change.Change);
        });
        RemoveZeros(session, "DELETE FROM rollups WHERE tier = ?1 AND start = ?2 AND parent = ?3 AND scope = ?4 AND ?5 = 0 AND recipients = 0");

        AddProviders.Run(session, Ordered(_providers), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Scope);
            row.Add(change.Row.Name);
            Add(ref row, change.Change);
        });
        RemoveZeros(session, "DELETE FROM provider_rollups WHERE tier = ?1 AND start = ?2 AND ?3 = 0 AND scope = ?4 AND provider = ?5 AND recipients = 0");

        AddReasons.Run(session, Ordered(_reasons), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Scope);
            row.Add(change.Row.Name);
            row.Add(change.Change.Recipients);
        });
        RemoveZeros(session, "DELETE FROM reason_rollups WHERE tier = ?1 AND start = ?2 AND ?3 = 0 AND scope = ?4 AND reason = ?5 AND count = 0");
    }

    private static void Add(ref SqliteRow row, in Counters change)
    {
        row.Add(change.Recipients);
        row.Add(change.Delivered);
        row.Add(change.SoftBounces);
        row.Add(change.HardBounces);
        row.Add(change.Pending);
    }

    /// <summary>Only a delivery that moves to another quarter hour, provider or reason takes recipients away. No row of zeros stays behind.</summary>
    private void RemoveZeros(SqliteSession session, string sql)
    {
        foreach (ref readonly var ordered in CollectionsMarshal.AsSpan(_ordered))
        {
            if (ordered.Change.Recipients < 0)
            {
                var row = ordered.Row;
                session.Prepare(sql).Bind(1, row.Tier).Bind(2, row.Start).Bind(3, row.Parent).Bind(4, row.Scope).Bind(5, row.Name).Execute();
            }
        }
    }

    private void AddTo(long parent, long scope, long quarter, long provider, long? reason, in Counters change, int sign)
    {
        ref var counters = ref CollectionsMarshal.GetValueRefOrAddDefault(_counters, new Row(RangeComposition.Quarters, quarter, parent, scope, 0), out _);
        counters += change;

        ref var received = ref CollectionsMarshal.GetValueRefOrAddDefault(_providers, new Row(RangeComposition.Quarters, quarter, 0, scope, provider), out _);
        received += change;

        if (reason is { } number)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_reasons, new Row(RangeComposition.Quarters, quarter, 0, scope, number), out _) += new Counters(sign, 0, 0, 0, 0);
        }
    }

    /// <summary>What changes in the quarter hours and in the UTC days that hold them, by key. Valid until the next call.</summary>
    private Span<(Row Row, Counters Change)> Ordered(Dictionary<Row, Counters> quarters)
    {
        _days.Clear();
        _ordered.Clear();

        foreach (var (row, change) in quarters)
        {
            ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _days, row with { Tier = RangeComposition.Days, Start = Time.FloorDivide(row.Start, QuartersPerDay) }, out _);
            day += change;

            if (change != default)
            {
                _ordered.Add((row, change));
            }
        }

        foreach (var (row, change) in _days)
        {
            if (change != default)
            {
                _ordered.Add((row, change));
            }
        }

        _ordered.Sort(static (left, right) => left.Row.CompareTo(right.Row));

        return CollectionsMarshal.AsSpan(_ordered);
    }

    /// <param name="Tier">0 for quarter hours, 1 for UTC days.</param>
    /// <param name="Start">Quarter hours or days since 1970.</param>
    /// <param name="Parent">Number of the scope that the scope belongs to; 0 for a tenant, and in the tables by provider and reason.</param>
    /// <param name="Scope">Number of the tenant, domain or mailbox.</param>
    /// <param name="Name">Number of the provider or reason, 0 in the table of all.</param>
    private readonly record struct Row(int Tier, long Start, long Parent, long Scope, long Name) : IComparable<Row>
    {
        public int CompareTo(Row other)
        {
            var order = Tier.CompareTo(other.Tier);
            order = order != 0 ? order : Start.CompareTo(other.Start);
            order = order != 0 ? order : Parent.CompareTo(other.Parent);
            order = order != 0 ? order : Scope.CompareTo(other.Scope);

            return order != 0 ? order : Name.CompareTo(other.Name);
        }
    }
}
