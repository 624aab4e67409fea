using System.ComponentModel.DataAnnotations;
using MailStats.Storage;

namespace MailStats.Query.Overview;

/// <summary>What became of the recipients of a period. Always <c>recipients = delivered + softBounces + hardBounces + pending</c>.</summary>
public abstract class Outcomes(Counters counters)
{
    /// <summary>Recipients of accepted messages: a message to three counts three.</summary>
    /// <example>1250</example>
    [Required]
    public long Recipients { get; init; } = counters.Recipients;

    /// <example>1200</example>
    [Required]
    public long Delivered { get; init; } = counters.Delivered;

    /// <summary>Soft and hard bounces together.</summary>
    /// <example>45</example>
    [Required]
    public long Bounces { get; init; } = counters.SoftBounces + counters.HardBounces;

    /// <summary>Final failures whose cause is temporary or not the address's fault.</summary>
    /// <example>30</example>
    [Required]
    public long SoftBounces { get; init; } = counters.SoftBounces;

    /// <summary>Final failures because the address or its domain is bad.</summary>
    /// <example>15</example>
    [Required]
    public long HardBounces { get; init; } = counters.HardBounces;

    /// <summary>Accepted or deferred: the fate is not known yet.</summary>
    /// <example>5</example>
    [Required]
    public long Pending { get; init; } = counters.Pending;

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>96.0</example>
    [Required]
    public decimal? DeliveryRate { get; init; } = Rates.Of(counters.Delivered, counters.Recipients);

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>2.4</example>
    [Required]
    public decimal? SoftBounceRate { get; init; } = Rates.Of(counters.SoftBounces, counters.Recipients);

    /// <summary>Percent of the recipients, to four decimals; null when there were none.</summary>
    /// <example>1.2</example>
    [Required]
    public decimal? HardBounceRate { get; init; } = Rates.Of(counters.HardBounces, counters.Recipients);
}
