using MailStats.Mail.Attempts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Attempts;

namespace MailStats.Incidents.Tests.Following;

/// <summary>A ledger whose changes stand in the order in which they were added.</summary>
internal sealed class LedgerInMemory : IAttemptStore
{
    private readonly List<(string Tenant, AttemptRow Row)> _rows = [];

    public void Add(string tenant, DateTimeOffset start, string provider, string reason, long count)
    {
        var outcome = reason.Length == 0 ? AttemptOutcome.Delivered : AttemptOutcome.SoftBounced;
        _rows.Add((tenant, new(start, TimeSpan.FromMinutes(5), new("shop.example", provider, "", outcome, reason), count, count)));
    }

    /// <summary>What was read.</summary>
    public List<TimeRange> Read { get; } = [];

    /// <summary>Called at each reading.</summary>
    public Action? Reading { get; set; }

    public Task ReadAsync(StatisticsScope scope, TimeRange range, Action<AttemptRow> add, CancellationToken cancellationToken)
    {
        Reading?.Invoke();
        Read.Add(range);

        foreach (var (tenant, row) in _rows.ToList())
        {
            if (tenant == scope.TenantId && row.Start >= range.From && row.Start < range.To)
            {
                add(row);
            }
        }

        return Task.CompletedTask;
    }

    public Task<AttemptChanges> ChangesAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var from = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        var changes = _rows.Skip(from).Take(limit).Select(row => new AttemptChange(row.Tenant, row.Row.Start)).Distinct().ToList();
        var next = Math.Min(_rows.Count, from + limit);

        return Task.FromResult(new AttemptChanges(changes, next.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    public Task ReadTimesAsync(StatisticsScope scope, TimeRange range, Action<TimesRow> add, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReadWaitingAsync(StatisticsScope scope, Action<WaitingDelivery> add, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> FoldAsync(CancellationToken cancellationToken) => Task.FromResult(0);
}
