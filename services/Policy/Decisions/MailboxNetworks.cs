using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Brake;

namespace MailStats.Policy.Decisions;

/// <summary>
/// Which client networks mailboxes are known to send from, and how many recipients they had lately from others. What is known is shared
/// by all replicas and read anew every five minutes; what came from new networks counts at the server that let it through.
/// </summary>
internal sealed class MailboxNetworks(IBrakeStore brakes, TimeProvider time)
{
    /// <summary>Mailboxes that are remembered, some 2 MB, 7 MB where all send from new networks all day (<see cref="MailboxMemory{T}"/>).</summary>
    public const int Most = 2_000;

    private const int QuartersOfDay = 96;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly MailboxMemory<Seen> _known = new(Most);
    private readonly MailboxMemory<List<FromNewNetworks>> _fromNew = new(Most);

    /// <summary>
    /// The quarter hours of the last day with recipients from networks that the mailbox was never seen in, those of the message included.
    /// Empty for a message from a known network, and where the MTA does not say where it comes from.
    /// </summary>
    public async ValueTask<List<FromNewNetworks>> FromNewAsync(
        StatisticsScope scope, SubmittedMessage message, DateTimeOffset? releasedAt, CancellationToken cancellationToken)
    {
        if (!await IsNewAsync(scope, message, releasedAt, cancellationToken))
        {
            return [];
        }

        var quarter = UnixTime.QuarterOf(time.GetUtcNow());
        var first = Math.Max(quarter - QuartersOfDay + 1, releasedAt is { } released ? UnixTime.QuarterOf(released) : long.MinValue);
        var window = new List<FromNewNetworks>();

        if (_fromNew.Find(scope) is { } known)
        {
            lock (known)
            {
                window.AddRange(known.Where(one => one.Quarter >= first));
            }
        }

        NewNetworkRules.Add(window, quarter, message.Recipients);

        return window;
    }

    /// <summary>A message was let through: its network becomes known, from tomorrow on.</summary>
    public async ValueTask LetThroughAsync(StatisticsScope scope, SubmittedMessage message, CancellationToken cancellationToken)
    {
        // What is not known was not looked at before either: the brake is off.
        if (scope.Mailbox is not { } mailbox || NetworkOf(message) is not { } network || _known.Find(scope) is not { } known)
        {
            return;
        }

        var quarter = UnixTime.QuarterOf(time.GetUtcNow());

        if (known.Networks.IsNew(network, Today(), released: null))
        {
            var fromNew = _fromNew.FindOrAdd(scope, () => []);

            lock (fromNew)
            {
                fromNew.RemoveAll(one => one.Quarter <= quarter - QuartersOfDay);
                NewNetworkRules.Add(fromNew, quarter, message.Recipients);
            }
        }

        if (!ReferenceEquals(known.Networks.With(network, Today()), known.Networks))
        {
            _known.Set(scope, new(await brakes.NoteNetworkAsync(scope.TenantId, mailbox, network, Today(), cancellationToken), time.GetUtcNow()));
        }
    }

    private async ValueTask<bool> IsNewAsync(
        StatisticsScope scope, SubmittedMessage message, DateTimeOffset? releasedAt, CancellationToken cancellationToken) =>
        NetworkOf(message) is { } network
        && (await KnownAsync(scope, cancellationToken)).IsNew(network, Today(), releasedAt is { } at ? UnixTime.DayOf(at) : null);

    private async ValueTask<KnownNetworks> KnownAsync(StatisticsScope scope, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        if (_known.Find(scope) is { } known && now - known.ReadAt < Fresh && known.ReadAt <= now)
        {
            return known.Networks;
        }

        var networks = await brakes.NetworksAsync(scope.TenantId, scope.Mailbox!, cancellationToken);
        _known.Set(scope, new(networks, now));

        return networks;
    }

    /// <summary>Of mail with a login: what an application or another server hands in comes from where that stands.</summary>
    private static ulong? NetworkOf(SubmittedMessage message) => message.Login.Length > 0 ? KnownNetworks.Of(message.ClientAddress) : null;

    private int Today() => UnixTime.DayOf(time.GetUtcNow());

    private sealed record Seen(KnownNetworks Networks, DateTimeOffset ReadAt);
}
