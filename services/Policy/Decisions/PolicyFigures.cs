using System.Diagnostics.Metrics;
using MailStats.Mail.Quotas;
using MailStats.ServiceDefaults;

namespace MailStats.Policy.Decisions;

/// <summary>What this process was asked and answered since it started.</summary>
internal sealed class PolicyFigures
{
    private readonly Counter<long> _decisions;
    private long _uncharged, _advised, _advisedAgainst, _granted, _repeated, _refused, _recipients, _recipientsRefused, _misses, _malformed;
    private long _suppressed, _wouldSuppress, _notNoted, _stopped, _wouldStop;

    private readonly TimeProvider _time;
    private long _lastAskedAt;

    public PolicyFigures(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        Since = time.GetUtcNow();
        _decisions = meters.Create(Telemetry.Name).CreateCounter<long>("mailstats.policy.decisions", "{decision}", "Answers to MTAs by outcome");
    }

    public DateTimeOffset Since { get; }

    /// <summary>When something was last counted, null when nothing was.</summary>
    public DateTimeOffset? LastAskedAt =>
        Interlocked.Read(ref _lastAskedAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public void Uncharged() => Count(ref _uncharged, "uncharged");

    public void Advised(bool refused)
    {
        if (refused)
        {
            Count(ref _advisedAgainst, "advised_against");
        }
        else
        {
            Count(ref _advised, "advised");
        }
    }

    public void Decided(ReservationResult result, int recipients)
    {
        switch (result)
        {
            case ReservationResult.Granted:
                Interlocked.Add(ref _recipients, recipients);
                Count(ref _granted, "granted");
                break;
            case ReservationResult.Repeated:
                Count(ref _repeated, "repeated");
                break;
            case ReservationResult.Refused:
                Interlocked.Add(ref _recipientsRefused, recipients);
                Count(ref _refused, "refused");
                break;
        }
    }

    /// <summary>A question that was not answered: the store was down or too slow, there was no room, or the MTA did not take the answer.</summary>
    public void Missed() => Count(ref _misses, "missed");

    /// <summary>A recipient on the suppression list was refused.</summary>
    public void Suppressed() => Count(ref _suppressed, "suppressed");

    /// <summary>A recipient on the suppression list was let through, since the list is only observed.</summary>
    public void WouldSuppress() => Count(ref _wouldSuppress, "would_suppress");

    /// <summary>A question of a stopped mailbox was answered with 451.</summary>
    public void Stopped() => Count(ref _stopped, "stopped");

    /// <summary>A question that would have been answered so, were the brake enforced.</summary>
    public void WouldStop() => Count(ref _wouldStop, "would_stop");

    /// <summary>A refusal that the trail will not show: too many waited to be noted down.</summary>
    public void NotNoted() => Interlocked.Increment(ref _notNoted);

    /// <summary>Something that was no question.</summary>
    public void Malformed() => Count(ref _malformed, "malformed");

    public PolicyCounts Read() => new(
        Interlocked.Read(ref _granted),
        Interlocked.Read(ref _repeated),
        Interlocked.Read(ref _refused),
        Interlocked.Read(ref _advised),
        Interlocked.Read(ref _advisedAgainst),
        Interlocked.Read(ref _uncharged),
        Interlocked.Read(ref _recipients),
        Interlocked.Read(ref _recipientsRefused),
        Interlocked.Read(ref _misses),
        Interlocked.Read(ref _malformed),
        Interlocked.Read(ref _suppressed),
        Interlocked.Read(ref _wouldSuppress),
        Interlocked.Read(ref _notNoted),
        Interlocked.Read(ref _stopped),
        Interlocked.Read(ref _wouldStop));

    private void Count(ref long counter, string outcome)
    {
        Interlocked.Increment(ref counter);
        Interlocked.Exchange(ref _lastAskedAt, _time.GetUtcNow().UtcTicks);
        _decisions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
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
