using MailStats.Mail.Statistics;

namespace MailStats.Stores.Statistics;

/// <summary>Statistics from rollups. The cost grows with the buckets requested, never with the mail sent.</summary>
public interface IStatisticsStore
{
    /// <summary>The sum over a range; zeros where there is nothing.</summary>
    Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken);

    /// <summary>The quarter-hour buckets that are not empty, ascending.</summary>
    Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken);

    /// <summary>
    /// The sums between edges, ascending and on quarter hours; one less than there are edges, zeros where there is nothing. For days of any
    /// zone: a day costs a row and the quarter hours between its midnight and the nearer one of UTC.
    /// </summary>
    Task<IReadOnlyList<Counters>> IntervalsAsync(StatisticsScope scope, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken);

    /// <summary>Counters of every sending domain that sent in the range, most recipients first.</summary>
    Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Counters of every mailbox of a domain that sent in the range, most recipients first.</summary>
    Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Counters per receiving provider, most recipients first.</summary>
    Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken);

    /// <summary>The most frequent reasons of final failures (soft and hard bounces), most frequent first.</summary>
    Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken);
}
