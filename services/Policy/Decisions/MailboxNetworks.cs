using System.Collections.Concurrent;
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
    /// <summary>Mailboxes that are remembered, some 2 MB (<see cref="MailboxMemory{T}"/>).</summary>
    public const int Most = 2_000;

    private const int QuartersOfHour = 4;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly MailboxMemory<Seen> _known = new(Most);
    private readonly MailboxMemory<ConcurrentDictionary<long, long>> _fromNew = new(Most);

    /// <summary>
    /// The quarter hours of the last hour with recipients from networks that the mailbox was never seen in, those of the message included.
    /// Empty for a message from a known network, and where the MTA does not say where it comes from.
    /// </summary>
    public async ValueTask<List<MailboxQuarter>> FromNewAsync(
        StatisticsScope scope, SubmittedMessage message, DateTimeOffset? releasedAt, CancellationToken cancellationToken)
    {
        if (!await IsNewAsync(scope, message, releasedAt, cancellationToken))
        {
            return [];
        }

        var quarter = UnixTime.QuarterOf(time.GetUtcNow());
        var first = Math.Max(quarter - QuartersOfHour + 1, releasedAt is { } released ? UnixTime.QuarterOf(released) : long.MinValue);
        var counts = new SortedDictionary<long, long> { [quarter] = message.Recipients };

        if (_fromNew.Find(scope) is { } known)
        {
            foreach (var (when, count) in known)
            {
                if (when >= first)
                {
                    counts[when] = counts.GetValueOrDefault(when) + count;
                }
            }
        }

        return [.. counts.Select(count => new MailboxQuarter(count.Key, count.Value, 0))];
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
            var counts = _fromNew.FindOrAdd(scope, () => new());
            counts.AddOrUpdate(quarter, message.Recipients, (_, count) => count + message.Recipients);

            foreach (var (when, _) in counts)
            {
                if (when <= quarter - QuartersOfHour)
                {
                    counts.TryRemove(when, out _);
                }
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
