using System.ComponentModel.DataAnnotations;

namespace MailStats.Mail.Quotas;

/// <summary>Section <c>Quota</c>.</summary>
public sealed class QuotaOptions
{
    public const string Section = "Quota";

    /// <summary>
    /// A reservation expires when the logs are known to this much past it and the message is not in them: the MTA did not
    /// keep it after all. Logs that are collected once a day keep reservations for a day; mail is never let through on
    /// room that may be taken.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Quota:ReservationGrace must be one second to seven days")]
    public TimeSpan ReservationGrace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A reservation expires after this in any case. Longer than the time between two collections, which is at most 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "60.00:00:00", ErrorMessage = "Quota:ReservationLifetime must be one second to sixty days")]
    public TimeSpan ReservationLifetime { get; set; } = TimeSpan.FromHours(49);
}
