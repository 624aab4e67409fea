using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Stores.Attempts;

/// <summary>
/// The second ledger: attempts in the five minutes in which they happened, and times to deliver. Moved in the transaction that
/// applies deliveries; exact whatever the order, repetition and split of events.
/// </summary>
public interface IAttemptStore
{
    /// <summary>
    /// Hands on what is counted of a tenant's attempts in a range, by start. The same start and key may come several times, and
    /// below zero: they add up. Rows of an hour come where five minutes are no longer kept; they count in the range that holds
    /// their start.
    /// </summary>
    /// <param name="scope">The tenant, or one of its sending domains. Attempts are not kept by mailbox.</param>
    /// <param name="range">UTC.</param>
    /// <param name="add">Gets every row.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task ReadAsync(StatisticsScope scope, TimeRange range, Action<AttemptRow> add, CancellationToken cancellationToken);

    /// <summary>
    /// The five minutes in which a tenant's attempts changed since a cursor, in the order of the changes. Whoever keeps the cursor
    /// misses none, also across crashes: it names what has been read. The same five minutes may come again without a change.
    /// What changed is read with <see cref="ReadAsync"/>, so to hear of it twice does no harm.
    /// </summary>
    /// <param name="tenantId">One tenant, null for all.</param>
    /// <param name="cursor">Of the call before, null to begin with the oldest that is kept.</param>
    /// <param name="limit">Changes at most, 1 to 10,000; fewer do not mean that there are no more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<AttemptChanges> ChangesAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Hands on a tenant's times to deliver, by the start of the quarter hour (or UTC day, where that is older than is kept) of acceptance.</summary>
    Task ReadTimesAsync(StatisticsScope scope, TimeRange range, Action<TimesRow> add, CancellationToken cancellationToken);

    /// <summary>What is in the queues now: accepted or deferred, without an end.</summary>
    /// <param name="scope">The tenant, or one of its sending domains.</param>
    /// <param name="add">Gets every delivery that waits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task ReadWaitingAsync(StatisticsScope scope, Action<WaitingDelivery> add, CancellationToken cancellationToken);

    /// <summary>
    /// One step of the upkeep: adds up what was written to the same stretch of time by several transactions, and folds what is older
    /// than is kept into the coarser tier. Returns how many stretches it put together; fewer than
    /// <see cref="TallyFolding.PlacesAtOnce"/> when there is nothing more to do for now.
    /// </summary>
    Task<int> FoldAsync(CancellationToken cancellationToken);
}

/// <param name="Changes">What changed, each once.</param>
/// <param name="Next">The cursor that goes on behind them.</param>
public sealed record AttemptChanges(IReadOnlyList<AttemptChange> Changes, string Next);

/// <param name="TenantId">The tenant.</param>
/// <param name="Start">Start of five minutes, UTC.</param>
public readonly record struct AttemptChange(string TenantId, DateTimeOffset Start);

/// <param name="Start">Start of the quarter hour, or of the UTC day, in which the messages were accepted.</param>
/// <param name="Length">A quarter hour, or a day.</param>
/// <param name="Domain">Sending domain.</param>
/// <param name="Provider">Receiving provider.</param>
/// <param name="Bin">See <see cref="TimeBins"/>.</param>
/// <param name="Deliveries">How many; below zero where it corrects another row.</param>
public readonly record struct TimesRow(DateTimeOffset Start, TimeSpan Length, string Domain, string Provider, int Bin, long Deliveries);

/// <param name="Domain">Sending domain.</param>
/// <param name="Provider">Receiving provider.</param>
/// <param name="AcceptedAt">Earliest time known of it, UTC.</param>
/// <param name="LastHeardAt">When it was deferred last, or accepted, UTC.</param>
/// <param name="Reason">Why it was deferred, null while it was not.</param>
public readonly record struct WaitingDelivery(string Domain, string Provider, DateTimeOffset AcceptedAt, DateTimeOffset LastHeardAt, string? Reason)
{
    /// <summary>Null for what does not wait, and for mail that is not counted.</summary>
    public static WaitingDelivery? Of(DeliveryState state)
    {
        if (Contribution.Of(state) is not { Status: DeliveryStatus.Accepted or DeliveryStatus.Deferred } waiting)
        {
            return null;
        }

        return new(
            waiting.Mailbox.Domain,
            waiting.Provider,
            UnixTime.FromMicroseconds(state.AcceptedAt),
            UnixTime.FromMicroseconds(Math.Max(state.StatusAt(), state.LastTry ?? long.MinValue)),
            state.Deferred is { } deferral ? deferral.Classification?.Reason ?? "unknown" : null);
    }
}
