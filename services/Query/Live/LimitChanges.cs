using MailStats.Contracts;
using MassTransit;

namespace MailStats.Query.Live;

/// <summary>Tells open views that a limit was changed: those of this replica at once, the others over the bus.</summary>
internal sealed partial class LimitChanges(LiveChanges changes, IBus bus, TimeProvider time, ILogger<LimitChanges> logger)
{
    /// <summary>The limit is saved by now: a broker that is away, or says no, only makes other replicas' views late.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task TellAsync(string tenantId)
    {
        var change = new StatisticsChanged { TenantId = tenantId, Domains = [], OccurredAt = time.GetUtcNow() };
        changes.Add(change);
        using var patience = new CancellationTokenSource(Patience, time);

        try
        {
            await bus.Publish(change, patience.Token);
        }
#pragma warning disable CA1031 // Whatever the bus says: the limit is saved, and whoever saved it is told so.
        catch (Exception late)
#pragma warning restore CA1031
        {
            LogLate(logger, late);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The bus did not take the news of a changed limit: views at other replicas show it with their next question")]
    private static partial void LogLate(ILogger logger, Exception late);
}
