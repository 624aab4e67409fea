namespace MailStats.Mail.Quotas;

/// <summary>
/// How far a host's log is known. What has been known for the length of the grace is settled: every batch before it has long
/// been applied, so batches that overtake each other do no harm. Times are microseconds of Unix time.
/// </summary>
/// <param name="Host">Name under which the host reports.</param>
/// <param name="ReportedTo">Latest time it told of.</param>
/// <param name="SettlingTo">What was reported when <paramref name="SettlingAt"/> was.</param>
/// <param name="SettlingAt">Since when <paramref name="SettlingTo"/> is known.</param>
/// <param name="SettledTo">What was settled before that.</param>
/// <param name="SeenAt">When it last reported anything.</param>
public sealed record HostProgress(string Host, long ReportedTo, long SettlingTo, long SettlingAt, long SettledTo, long SeenAt)
{
    public static HostProgress First(string host, long reportedTo, long now) => new(host, reportedTo, reportedTo, now, 0, now);

    public HostProgress Report(long reportedTo, long now, long grace)
    {
        var latest = Math.Max(ReportedTo, reportedTo);

        return SettlingAt <= now - grace
            ? new(Host, latest, latest, now, SettlingTo, now)
            : this with { ReportedTo = latest, SeenAt = now };
    }

    /// <summary>Up to when the log is known and settled.</summary>
    public long KnownTo(long now, long grace) => SettlingAt <= now - grace ? SettlingTo : SettledTo;
}

/// <summary>
/// Up to when reservations expire, by the host that was to report them: what no log has shown although the logs are known
/// past it. A host that has been silent for as long as a reservation can live holds nothing up.
/// </summary>
internal sealed class ExpiryHorizons
{
    private readonly Dictionary<string, long> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _oldest;

    /// <param name="hosts">Every host of the tenant.</param>
    /// <param name="now">Microseconds of Unix time.</param>
    /// <param name="grace">Microseconds past a reservation that the logs must be known.</param>
    /// <param name="lifetime">Microseconds after which a reservation expires in any case; what counts when it is below the grace.</param>
    public ExpiryHorizons(IEnumerable<HostProgress> hosts, long now, long grace, long lifetime)
    {
        _oldest = now - lifetime;
        grace = Math.Min(grace, lifetime);

        foreach (var host in hosts.Where(host => host.SeenAt > _oldest))
        {
            _hosts[host.Host] = Math.Min(host.KnownTo(now, grace), now) - grace;
        }
    }

    /// <summary>Nothing that was taken after this expires.</summary>
    public long Latest => _hosts.Count == 0 ? _oldest : Math.Max(_oldest, _hosts.Values.Max());

    public bool IsDue(StoredReservation reservation) => reservation.TakenAt <= Of(reservation.Host);

    /// <summary>Where the host is not known, every host must have reported past it.</summary>
    private long Of(string? host) => Math.Max(_oldest, host is null
        ? _hosts.Count == 0 ? _oldest : _hosts.Values.Min()
        : _hosts.GetValueOrDefault(host, _oldest));
}
