using MailStats.Mail.Statistics;

namespace MailStats.Query.Overview;

/// <summary>What became of the recipients of a period. Always <c>recipients = delivered + softBounces + hardBounces + pending</c>.</summary>
public abstract class Outcomes(Counters counters)
{
    /// <summary>Recipients of accepted messages: a message to three counts three.</summary>
    /// <example>1250</example>
    public long Recipients => counters.Recipients;

    /// <example>1200</example>
    public long Delivered => counters.Delivered;

    /// <summary>Soft and hard bounces together.</summary>
    /// <example>45</example>
    public long Bounces => SoftBounces + HardBounces;

    /// <summary>Final failures whose cause is temporary or not the address's fault.</summary>
    /// <example>30</example>
    public long SoftBounces => counters.SoftBounces;

    /// <summary>Final failures because the address or its domain is bad.</summary>
    /// <example>15</example>
    public long HardBounces => counters.HardBounces;

    /// <summary>Accepted or deferred: the fate is not known yet.</summary>
    /// <example>5</example>
    public long Pending => counters.Pending;

    /// <summary>Recipients who called the mail spam. They stay delivered; the complaint counts where the mail was accepted.</summary>
    /// <example>2</example>
    public long Complaints => counters.Complaints;

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>96.0</example>
    public decimal? DeliveryRate => Rates.Of(Delivered, Recipients);

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>2.4</example>
    public decimal? SoftBounceRate => Rates.Of(SoftBounces, Recipients);

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>1.2</example>
    public decimal? HardBounceRate => Rates.Of(HardBounces, Recipients);

    /// <summary>Complaints in percent of what was delivered, to four decimals; null when nothing was.</summary>
    /// <example>0.1667</example>
    public decimal? ComplaintRate => Rates.Of(Complaints, Delivered);
}
