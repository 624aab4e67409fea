using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Statistics;

/// <summary>Whose numbers: the whole tenant, one of its sending domains, or one mailbox of a domain.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Domain">Sending domain in lower-case ASCII form, null for the whole tenant.</param>
/// <param name="Mailbox">Mailbox within <paramref name="Domain"/>, null for the whole domain.</param>
public readonly record struct StatisticsScope(string TenantId, string? Domain = null, string? Mailbox = null);

/// <summary>Half-open range of time, UTC, both ends on quarter hours.</summary>
public readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Recipients by status. Always <c>Recipients = Delivered + SoftBounces + HardBounces + Pending</c>. Complaints are none of these: they
/// stand beside a delivery, and are told of mail too that nothing else is known of.
/// </summary>
public readonly record struct Counters(long Recipients, long Delivered, long SoftBounces, long HardBounces, long Pending, long Complaints = 0)
{
    /// <summary>Recipients that all have one status, fewer of them where the number is below zero.</summary>
    public static Counters Of(DeliveryStatus status, long recipients) => status switch
    {
        DeliveryStatus.Unknown => default,
        DeliveryStatus.Delivered => new(recipients, recipients, 0, 0, 0),
        DeliveryStatus.SoftBounced => new(recipients, 0, recipients, 0, 0),
        DeliveryStatus.HardBounced => new(recipients, 0, 0, recipients, 0),
        _ => new(recipients, 0, 0, 0, recipients),
    };

    public static Counters operator +(Counters left, Counters right) => new(
        left.Recipients + right.Recipients,
        left.Delivered + right.Delivered,
        left.SoftBounces + right.SoftBounces,
        left.HardBounces + right.HardBounces,
        left.Pending + right.Pending,
        left.Complaints + right.Complaints);

    public static Counters operator -(Counters left, Counters right) => new(
        left.Recipients - right.Recipients,
        left.Delivered - right.Delivered,
        left.SoftBounces - right.SoftBounces,
        left.HardBounces - right.HardBounces,
        left.Pending - right.Pending,
        left.Complaints - right.Complaints);
}

/// <summary>Counters of the deliveries whose message was accepted in the quarter hour that begins at <paramref name="Start"/>, UTC.</summary>
public readonly record struct Bucket(DateTimeOffset Start, Counters Counters);

/// <summary>Counters under a name: a domain, a mailbox, a receiving provider.</summary>
public sealed record NamedCounters(string Name, Counters Counters);

/// <summary>How often deliveries failed finally for one reason with one pair of codes.</summary>
public sealed record ReasonCount(string Reason, int? ReplyCode, string? EnhancedCode, bool Hard, long Count);
