using System.Runtime.InteropServices;
using MailStats.Storage.Deliveries;

namespace MailStats.Storage.Sqlite;

/// <summary>Sums the changes of a transaction by rollup row, then writes each row once, in the order of its key.</summary>
/// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
internal sealed class RollupDeltas(long firstQuarter)
{
    private const int QuartersPerDay = 96;

    private readonly Dictionary<Row, Counters> _counters = [];
    private readonly Dictionary<Row, Counters> _providers = [];
    private readonly Dictionary<Row, long> _reasons = [];
    private readonly Dictionary<(string Tenant, Mailbox Mailbox, long Quarter), long> _recipients = [];

    public void Add(string tenantId, in Contribution contribution, in ScopeIds scopes, long provider, long? reason, int sign)
    {
        if (contribution.Quarter < firstQuarter)
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
        foreach (var (row, change) in Ordered(_counters, static (left, right) => left + right))
        {
            if (change != default)
            {
                WriteCounters(session, row, change);
            }
        }

        foreach (var (row, change) in Ordered(_providers, static (left, right) => left + right))
        {
            if (change != default)
            {
                WriteProvider(session, row, change);
            }
        }

        foreach (var (row, change) in Ordered(_reasons, static (left, right) => left + right))
        {
            if (change != 0)
            {
                WriteReason(session, row, change);
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
            CollectionsMarshal.GetValueRefOrAddDefault(_reasons, new Row(RangeComposition.Quarters, quarter, 0, scope, number), out _) += sign;
        }
    }

    /// <summary>The quarter hours and the UTC days that hold them, by key.</summary>
    private static List<(Row Row, T Change)> Ordered<T>(Dictionary<Row, T> quarters, Func<T, T, T> add)
        where T : struct
    {
        var days = new Dictionary<Row, T>();

        foreach (var (row, change) in quarters)
        {
            ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(
                days, row with { Tier = RangeComposition.Days, Start = Time.FloorDivide(row.Start, QuartersPerDay) }, out _);
            day = add(day, change);
        }

        var ordered = new List<(Row Row, T Change)>(quarters.Count + days.Count);

        foreach (var (row, change) in quarters)
        {
            ordered.Add((row, change));
        }

        foreach (var (row, change) in days)
        {
            ordered.Add((row, change));
        }

        ordered.Sort(static (left, right) => left.Row.CompareTo(right.Row));

        return ordered;
    }

    private static void WriteCounters(SqliteSession session, in Row row, in Counters change)
    {
        session.Prepare(
            """
            INSERT INTO rollups (tier, start, parent, scope, recipients, delivered, soft, hard, pending) VALUES (?2, ?3, ?9, ?1, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET recipients = recipients + ?4, delivered = delivered + ?5, soft = soft + ?6, hard = hard + ?7, pending = pending + ?8
            """)
            .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start)
            .Bind(4, change.Recipients).Bind(5, change.Delivered).Bind(6, change.SoftBounces).Bind(7, change.HardBounces).Bind(8, change.Pending)
            .Bind(9, row.Parent)
            .Execute();

        // Only a delivery that moves to another quarter hour takes recipients away. No row of zeros stays behind.
        if (change.Recipients < 0)
        {
            session.Prepare("DELETE FROM rollups WHERE tier = ?2 AND start = ?3 AND parent = ?4 AND scope = ?1 AND recipients = 0")
                .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start).Bind(4, row.Parent)
                .Execute();
        }
    }

    private static void WriteProvider(SqliteSession session, in Row row, in Counters change)
    {
        session.Prepare(
            """
            INSERT INTO provider_rollups (scope, tier, start, provider, recipients, delivered, soft, hard, pending) VALUES (?1, ?2, ?3, ?9, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET recipients = recipients + ?4, delivered = delivered + ?5, soft = soft + ?6, hard = hard + ?7, pending = pending + ?8
            """)
            .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start)
            .Bind(4, change.Recipients).Bind(5, change.Delivered).Bind(6, change.SoftBounces).Bind(7, change.HardBounces).Bind(8, change.Pending)
            .Bind(9, row.Name)
            .Execute();

        if (change.Recipients < 0)
        {
            session.Prepare("DELETE FROM provider_rollups WHERE scope = ?1 AND tier = ?2 AND start = ?3 AND provider = ?4 AND recipients = 0")
                .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start).Bind(4, row.Name)
                .Execute();
        }
    }

    private static void WriteReason(SqliteSession session, in Row row, long change)
    {
        session.Prepare(
            """
            INSERT INTO reason_rollups (scope, tier, start, reason, count) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET count = count + ?5
            """)
            .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start).Bind(4, row.Name).Bind(5, change)
            .Execute();

        if (change < 0)
        {
            session.Prepare("DELETE FROM reason_rollups WHERE scope = ?1 AND tier = ?2 AND start = ?3 AND reason = ?4 AND count = 0")
                .Bind(1, row.Scope).Bind(2, row.Tier).Bind(3, row.Start).Bind(4, row.Name)
                .Execute();
        }
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
