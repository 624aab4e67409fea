using System.Collections.Concurrent;

namespace MailStats.Stores.Notifications;

/// <summary>
/// Whether anybody wants a tenant's notices of a kind. A mailing puts thousands of addresses on the suppression list at once: the
/// store is looked at for the first of their notices, and what it said holds for all that were made before that look.
/// </summary>
public sealed class WantedNotices(INotificationStore store, TimeProvider time)
{
    /// <summary>Tenants whose answers are kept.</summary>
    private const int Most = 10_000;

    /// <summary>How long at most, for the clock of who makes a notice may go behind this one.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string TenantId, NotificationKind Kind), (DateTimeOffset At, bool Any)> _looks = [];

    /// <param name="tenantId">The tenant.</param>
    /// <param name="kind">How its targets are told.</param>
    /// <param name="madeAt">When the notice was made.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async ValueTask<bool> AnyAsync(string tenantId, NotificationKind kind, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        if (_looks.TryGetValue((tenantId, kind), out var last) && madeAt <= last.At && last.At <= now && now - last.At < Holds)
        {
            return last.Any;
        }

        var any = (await store.TargetsAsync(tenantId, cancellationToken)).Any(target => target.Enabled && target.Kind == kind);

        if (_looks.Count >= Most)
        {
            _looks.Clear();
        }

        _looks[(tenantId, kind)] = (now, any);

        return any;
    }
}
