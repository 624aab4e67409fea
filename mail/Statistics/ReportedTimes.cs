using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Mail.Statistics;

/// <summary>The latest time that each host told of within one transaction.</summary>
public sealed class ReportedTimes
{
    private readonly Dictionary<(string TenantId, string Host), long> _latest = [];
    private (string TenantId, string Host) _last;
    private long _lastAt;

    /// <summary>By tenant and host, microseconds of Unix time.</summary>
    public IReadOnlyDictionary<(string TenantId, string Host), long> ByHost()
    {
        Settle();

        return _latest;
    }

    /// <summary>Events of one host mostly come together, so the table is asked only when the host changes.</summary>
    public void Add(DeliveryEvent reported)
    {
        if (reported.ReportingHost is not { Length: > 0 } host)
        {
            return;
        }

        if (host != _last.Host || reported.TenantId != _last.TenantId)
        {
            Settle();
            _last = (reported.TenantId, host);
            _lastAt = long.MinValue;
        }

        _lastAt = Math.Max(_lastAt, UnixTime.ToMicroseconds(reported.OccurredAt));
    }

    private void Settle()
    {
        if (_last.Host is not null)
        {
            ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, _last, out var known);
            latest = known ? Math.Max(latest, _lastAt) : _lastAt;
        }
    }
}
