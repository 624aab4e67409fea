using System.Runtime.InteropServices;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Statistics;

/// <summary>
/// Sums the changes of a transaction, first by what deliveries have in common, then by rollup row; writes each row once, in
/// the order of its key.
/// </summary>
/// <remarks>
/// MongoDB's sums go straight by row, under names; here they go by number first, in tables that are kept. That is the cost of
/// taking events in, so the two do not share code: what a contribution counts for, they do.
/// </remarks>
internal sealed class RollupDeltas
{
    private const int QuartersPerDay = 96;

    private static readonly SqliteRows AddCounters = new(
        "INSERT INTO rollups (tier, start, parent, scope, recipients, delivered, soft, hard, pending, complaints) VALUES",
        columns: 10,
        """
        ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients, delivered = delivered + excluded.delivered,
          soft = soft + excluded.soft, hard = hard + excluded.hard, pending = pending + excluded.pending,
          complaints = complaints + excluded.complaints
        """);

    private static readonly SqliteRows AddProviders = new(
        "INSERT INTO provider_rollups (tier, start, scope, provider, recipients, delivered, soft, hard, pending, complaints) VALUES",
        columns: 10,
        """
        ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients, delivered = delivered + excluded.delivered,
          soft = soft + excluded.soft, hard = hard + excluded.hard, pending = pending + excluded.pending,
          complaints = complaints + excluded.complaints
        """);

    private static readonly SqliteRows AddReasons = new(
        "INSERT INTO reason_rollups (tier, start, scope, reason, count) VALUES", columns: 5, "ON CONFLICT DO UPDATE SET count = count + excluded.count");

    /// <summary>Tells readers that something has moved in a tenant's bucket, also where its own sums have not.</summary>
    private static readonly SqliteRows AddSteps = new(
        "INSERT INTO rollup_steps (tier, start, scope, step) VALUES", columns: 4, "ON CONFLICT DO UPDATE SET step = step + 1");

    private readonly List<(Row Row, Counters Change)> _ordered = [];
    private readonly HashSet<Row> _moved = [];
    private readonly Dictionary<Row, Counters> _days = [];

    private readonly Dictionary<Row, Counters> _counters = [];
    private readonly Dictionary<Row, Counters> _providers = [];
    private readonly Dictionary<Row, Counters> _reasons = [];
    private readonly Dictionary<Kind, Sum> _sums = [];
    private readonly Dictionary<(long Mailbox, long Quarter), RecipientsDelta> _recipients = [];
    private long _firstQuarter;

    /// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
    public void Clear(long firstQuarter)
    {
        _firstQuarter = firstQuarter;
        _sums.Clear();
    }

    public void Add(string tenantId, in Contribution contribution, in ScopeIds scopes, long provider, long? reason, int sign)
    {
        if (contribution.Quarter < _firstQuarter)
        {
            return;
        }

        var kind = new Kind(scopes.Mailbox!.Value, contribution.Quarter, provider, reason, contribution.Status, contribution.Complained);
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, kind, out var known);
        sum = known ? sum with { Deliveries = sum.Deliveries + sign } : new(sign, scopes, tenantId, contribution.Mailbox);
    }

    /// <summary>What <see cref="Write"/> has written, by mailbox and quarter hour.</summary>
    public IReadOnlyList<RecipientsDelta> RecipientsDeltas() => [.. _recipients.Values.Where(delta => delta.Recipients != 0)];

    public void Write(SqliteSession session)
    {
        Spread();
        WriteSteps(session);

        AddCounters.Run(session, Ordered(_counters), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Parent);
            row.Add(change.Row.Scope);
            Add(ref row, change.Change);
        });
        RemoveZeros(
            session,
            "DELETE FROM rollups WHERE tier = ?1 AND start = ?2 AND scope = ?3 AND parent = ?4 AND recipients = 0 AND complaints = 0",
            static (statement, row) => statement.Bind(4, row.Parent));

        AddProviders.Run(session, Ordered(_providers), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Scope);
            row.Add(change.Row.Name);
            Add(ref row, change.Change);
        });
        RemoveZeros(
            session,
            "DELETE FROM provider_rollups WHERE tier = ?1 AND start = ?2 AND scope = ?3 AND provider = ?4 AND recipients = 0 AND complaints = 0",
            static (statement, row) => statement.Bind(4, row.Name));

        AddReasons.Run(session, Ordered(_reasons), static (ref row, in change) =>
        {
            row.Add(change.Row.Tier);
            row.Add(change.Row.Start);
            row.Add(change.Row.Scope);
            row.Add(change.Row.Name);
            row.Add(change.Change.Recipients);
        });
        RemoveZeros(
            session,
            "DELETE FROM reason_rollups WHERE tier = ?1 AND start = ?2 AND scope = ?3 AND reason = ?4 AND count = 0",
            static (statement, row) => statement.Bind(4, row.Name));
    }

    private void WriteSteps(SqliteSession session)
    {
        _moved.Clear();

        foreach (var row in _counters.Keys.Where(row => row.Parent == 0))
        {
            _moved.Add(row);
            _moved.Add(DayOf(row));
        }

        AddSteps.Run<Row>(session, _moved.Order().ToArray(), static (ref values, in row) =>
        {
            values.Add(row.Tier);
            values.Add(row.Start);
            values.Add(row.Scope);
            values.Add(1);
        });
    }

    private static void Add(ref SqliteRow row, in Counters change)
    {
        row.Add(change.Recipients);
        row.Add(change.Delivered);
        row.Add(change.SoftBounces);
        row.Add(change.HardBounces);
        row.Add(change.Pending);
        row.Add(change.Complaints);
    }

    /// <summary>
    /// Only a delivery that moves to another quarter hour, provider or reason takes recipients or complaints away. No row of zeros stays
    /// behind.
    /// </summary>
    private void RemoveZeros(SqliteSession session, string sql, Action<SqliteStatement, Row> bindRest)
    {
        foreach (ref readonly var ordered in CollectionsMarshal.AsSpan(_ordered))
        {
            if (ordered.Change.Recipients < 0 || ordered.Change.Complaints < 0)
            {
                var row = ordered.Row;
                var statement = session.Prepare(sql).Bind(1, row.Tier).Bind(2, row.Start).Bind(3, row.Scope);
                bindRest(statement, row);
                statement.Execute();
            }
        }
    }

    /// <summary>A sum counts for the mailbox, its domain and its tenant.</summary>
    private void Spread()
    {
        _counters.Clear();
        _providers.Clear();
        _reasons.Clear();
        _recipients.Clear();

        foreach (var (kind, sum) in _sums)
        {
            if (sum.Deliveries == 0)
            {
                continue;
            }

            var (tenant, domain) = (sum.Scopes.Tenant, sum.Scopes.Domain!.Value);
            var change = Contribution.CountersOf(kind.Status, kind.Complained, sum.Deliveries);
            AddTo(0, tenant, kind, change);
            AddTo(tenant, domain, kind, change);
            AddTo(domain, kind.Mailbox, kind, change);

            if (change.Recipients == 0)
            {
                continue;
            }

            ref var recipients = ref CollectionsMarshal.GetValueRefOrAddDefault(_recipients, (kind.Mailbox, kind.Quarter), out var known);
            recipients = known
                ? recipients with { Recipients = recipients.Recipients + change.Recipients }
                : new(sum.TenantId, sum.Mailbox.Domain, sum.Mailbox.Address, UnixTime.StartOfQuarter(kind.Quarter), change.Recipients);
        }
    }

    private void AddTo(long parent, long scope, in Kind kind, in Counters change)
    {
        ref var counters = ref CollectionsMarshal.GetValueRefOrAddDefault(_counters, new Row(RangeComposition.Quarters, kind.Quarter, parent, scope, 0), out _);
        counters += change;

        ref var received = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _providers, new Row(RangeComposition.Quarters, kind.Quarter, 0, scope, kind.Provider), out _);
        received += change;

        if (kind.Reason is { } reason)
        {
            ref var failed = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _reasons, new Row(RangeComposition.Quarters, kind.Quarter, 0, scope, reason), out _);
            failed += new Counters(change.Recipients, 0, 0, 0, 0);
        }
    }

    /// <summary>What changes in the quarter hours and in the UTC days that hold them, by key. Valid until the next call.</summary>
    private Span<(Row Row, Counters Change)> Ordered(Dictionary<Row, Counters> quarters)
    {
        _days.Clear();
        _ordered.Clear();

        foreach (var (row, change) in quarters)
        {
            ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(_days, DayOf(row), out _);
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

    private static Row DayOf(in Row quarter) =>
        quarter with { Tier = RangeComposition.Days, Start = UnixTime.FloorDivide(quarter.Start, QuartersPerDay) };

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

    /// <summary>What makes deliveries count alike; by their numbers.</summary>
    private readonly record struct Kind(long Mailbox, long Quarter, long Provider, long? Reason, DeliveryStatus Status, bool Complained);

    /// <param name="Deliveries">How many more, or below zero fewer, deliveries of a kind there are.</param>
    /// <param name="Scopes">Whose they are.</param>
    /// <param name="TenantId">The same by name.</param>
    /// <param name="Mailbox">And its mailbox.</param>
    private readonly record struct Sum(long Deliveries, ScopeIds Scopes, string TenantId, Mailbox Mailbox);
}
