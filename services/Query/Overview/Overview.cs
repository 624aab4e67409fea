using MailStats.Mail.Statistics;
using MailStats.Query.Periods;

namespace MailStats.Query.Overview;

/// <summary>
/// The indicators of a period, each beside the previous period's. Always
/// <c>recipients = delivered + softBounces + hardBounces + pending</c>.
/// </summary>
public sealed record Overview
{
    public required PeriodRange Period { get; init; }

    /// <summary>Recipients of accepted messages: a message to three counts three.</summary>
    public required ComparedCount Recipients { get; init; }

    public required ComparedCount Delivered { get; init; }

    /// <summary>Final failures whose cause is temporary or not the address's fault.</summary>
    public required ComparedCount SoftBounces { get; init; }

    /// <summary>Final failures because the address or its domain is bad.</summary>
    public required ComparedCount HardBounces { get; init; }

    /// <summary>Accepted or deferred: the fate is not known yet.</summary>
    public required ComparedCount Pending { get; init; }

    /// <summary>Recipients who called the mail spam. They stay delivered; the complaint counts where the mail was accepted.</summary>
    public required ComparedCount Complaints { get; init; }

    public required ComparedRate DeliveryRate { get; init; }

    public required ComparedRate SoftBounceRate { get; init; }

    public required ComparedRate HardBounceRate { get; init; }

    /// <summary>Complaints in percent of what was delivered.</summary>
    public required ComparedRate ComplaintRate { get; init; }

    internal static Overview Compare(Period period, Counters current, Counters previous)
    {
        return new Overview
        {
            Period = PeriodRange.Of(period),
            Recipients = Count(counters => counters.Recipients),
            Delivered = Count(counters => counters.Delivered),
            SoftBounces = Count(counters => counters.SoftBounces),
            HardBounces = Count(counters => counters.HardBounces),
            Pending = Count(counters => counters.Pending),
            Complaints = Count(counters => counters.Complaints),
            DeliveryRate = Rate(counters => counters.Delivered),
            SoftBounceRate = Rate(counters => counters.SoftBounces),
            HardBounceRate = Rate(counters => counters.HardBounces),
            ComplaintRate = ComparedRate.Of(current.Complaints, current.Delivered, previous.Complaints, previous.Delivered),
        };

        ComparedCount Count(Func<Counters, long> of) => ComparedCount.Of(of(current), of(previous));

        ComparedRate Rate(Func<Counters, long> of) => ComparedRate.Of(of(current), current.Recipients, of(previous), previous.Recipients);
    }
}
