using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MailStats.Mail.Quotas;
using MailStats.ServiceDefaults;

namespace MailStats.Policy.Decisions;

/// <summary>
/// What this process was asked and answered since it started: in all, and what was found to be of a tenant for that tenant
/// alone. Misses, requests that are none and mail that nobody's quota pays are nobody's.
/// </summary>
/// <remarks>As many tenants as were asked about, some 200 bytes each.</remarks>
internal sealed class PolicyFigures
{
    private readonly ConcurrentDictionary<string, Counts> _tenants = new(StringComparer.Ordinal);
    private readonly Counts _all = new();
    private readonly Counter<long> _decisions;
    private readonly TimeProvider _time;

    public PolicyFigures(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        Since = time.GetUtcNow();
        _decisions = meters.Create(Telemetry.Name).CreateCounter<long>("mailstats.policy.decisions", "{decision}", "Answers to MTAs by outcome");
    }

    public DateTimeOffset Since { get; }

    public void Uncharged() => Count(null, static counts => ref counts.Uncharged, "uncharged");

    public void Advised(string tenantId, bool refused)
    {
        if (refused)
        {
            Count(tenantId, static counts => ref counts.AdvisedAgainst, "advised_against");
        }
        else
        {
            Count(tenantId, static counts => ref counts.Advised, "advised");
        }
    }

    public void Decided(string tenantId, ReservationResult result, int recipients)
    {
        switch (result)
        {
            case ReservationResult.Granted:
                Add(tenantId, static counts => ref counts.Recipients, recipients);
                Count(tenantId, static counts => ref counts.Granted, "granted");
                break;
            case ReservationResult.Repeated:
                Count(tenantId, static counts => ref counts.Repeated, "repeated");
                break;
            case ReservationResult.Refused:
                Add(tenantId, static counts => ref counts.RecipientsRefused, recipients);
                Count(tenantId, static counts => ref counts.Refused, "refused");
                break;
        }
    }

    /// <summary>A question that was not answered: the store was down or too slow, there was no room, or the MTA did not take the answer.</summary>
    public void Missed() => Count(null, static counts => ref counts.Misses, "missed");

    /// <summary>A recipient on the suppression list was refused.</summary>
    public void Suppressed(string tenantId) => Count(tenantId, static counts => ref counts.Suppressed, "suppressed");

    /// <summary>A recipient on the suppression list was let through, since the list is only observed.</summary>
    public void WouldSuppress(string tenantId) => Count(tenantId, static counts => ref counts.WouldSuppress, "would_suppress");

    /// <summary>A question of a stopped mailbox was answered with 451.</summary>
    public void Stopped(string tenantId) => Count(tenantId, static counts => ref counts.Stopped, "stopped");

    /// <summary>A question that would have been answered so, were the brake enforced.</summary>
    public void WouldStop(string tenantId) => Count(tenantId, static counts => ref counts.WouldStop, "would_stop");

    /// <summary>A refusal that the trail will not show: too many waited to be noted down.</summary>
    public void NotNoted(string tenantId) => Add(tenantId, static counts => ref counts.NotNoted, 1);

    /// <summary>Something that was no question.</summary>
    public void Malformed() => Count(null, static counts => ref counts.Malformed, "malformed");

    /// <summary>When something was last counted, null when nothing was, and the counts: of a tenant, or of all where it is null.</summary>
    public (DateTimeOffset? LastAskedAt, PolicyCounts Counts) Read(string? tenantId)
    {
        var counts = tenantId is null ? _all : _tenants.GetValueOrDefault(tenantId) ?? new();

        return (Interlocked.Read(ref counts.LastAskedAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, counts.Read());
    }

    private void Count(string? tenantId, Field field, string outcome)
    {
        Add(tenantId, field, 1);
        var now = _time.GetUtcNow().UtcTicks;
        Interlocked.Exchange(ref _all.LastAskedAt, now);

        if (tenantId is not null)
        {
            Interlocked.Exchange(ref Of(tenantId).LastAskedAt, now);
        }

        _decisions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private void Add(string? tenantId, Field field, long more)
    {
        Interlocked.Add(ref field(_all), more);

        if (tenantId is not null)
        {
            Interlocked.Add(ref field(Of(tenantId)), more);
        }
    }

    private Counts Of(string tenantId) => _tenants.GetOrAdd(tenantId, static _ => new());

    private delegate ref long Field(Counts counts);

    private sealed class Counts
    {
        public long Granted, Repeated, Refused, Advised, AdvisedAgainst, Uncharged, Recipients, RecipientsRefused, Misses, Malformed;
        public long Suppressed, WouldSuppress, NotNoted, Stopped, WouldStop, LastAskedAt;

        public PolicyCounts Read() => new(
            Interlocked.Read(ref Granted),
            Interlocked.Read(ref Repeated),
            Interlocked.Read(ref Refused),
            Interlocked.Read(ref Advised),
            Interlocked.Read(ref AdvisedAgainst),
            Interlocked.Read(ref Uncharged),
            Interlocked.Read(ref Recipients),
            Interlocked.Read(ref RecipientsRefused),
            Interlocked.Read(ref Misses),
            Interlocked.Read(ref Malformed),
            Interlocked.Read(ref Suppressed),
            Interlocked.Read(ref WouldSuppress),
            Interlocked.Read(ref NotNoted),
            Interlocked.Read(ref Stopped),
            Interlocked.Read(ref WouldStop));
    }
}

/// <summary>Counts since the process started.</summary>
/// <param name="Granted">Messages let through and taken from the quota.</param>
/// <param name="Repeated">Messages asked about again: let through, nothing taken.</param>
/// <param name="Refused">Messages refused at their end.</param>
/// <param name="Advised">Recipients let through while they were named.</param>
/// <param name="AdvisedAgainst">Recipients refused while they were named.</param>
/// <param name="Uncharged">Questions about mail that nobody's quota pays: null sender, no login, unknown sender.</param>
/// <param name="Recipients">Recipients of granted messages.</param>
/// <param name="RecipientsRefused">Recipients of refused messages.</param>
/// <param name="Misses">Questions that got no decision, could not be asked for want of room, or whose answer the MTA did not take.</param>
/// <param name="Malformed">Requests that were not understood.</param>
/// <param name="Suppressed">Recipients refused because they are on the suppression list.</param>
/// <param name="WouldSuppress">Recipients on the suppression list that were let through while it is only observed.</param>
/// <param name="NotNoted">Refusals that the trail does not show, because too many waited to be noted down.</param>
/// <param name="Stopped">Questions of stopped mailboxes, answered with 451.</param>
/// <param name="WouldStop">Questions that would have been answered so, were the brake enforced.</param>
public sealed record PolicyCounts(
    long Granted,
    long Repeated,
    long Refused,
    long Advised,
    long AdvisedAgainst,
    long Uncharged,
    long Recipients,
    long RecipientsRefused,
    long Misses,
    long Malformed,
    long Suppressed,
    long WouldSuppress,
    long NotNoted,
    long Stopped,
    long WouldStop);
