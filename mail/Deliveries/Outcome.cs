using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>What one event said about the fate of a delivery.</summary>
/// <param name="Kind">Deferred, Delivered, Bounced, Expired, Rejected or Complained.</param>
/// <param name="At">When, in microseconds of Unix time.</param>
/// <param name="EventId">The event.</param>
/// <param name="Attempted">False when no server was asked.</param>
public sealed record Outcome(DeliveryEventKind Kind, long At, Guid EventId, bool Attempted)
{
    public int? ReplyCode { get; init; }

    public string? EnhancedCode { get; init; }

    public string? ReplyText { get; init; }

    public string? RemoteHost { get; init; }

    public string? SourceVerdict { get; init; }

    /// <summary>Which of our hosts told of it.</summary>
    public string? ReportingHost { get; init; }

    /// <summary>The address from which our host connected.</summary>
    public string? OutgoingIp { get; init; }

    public Classification? Classification { get; init; }

    public bool HasReply => ReplyCode is not null || !string.IsNullOrEmpty(ReplyText);

    public bool IsHard => Classification?.Hard ?? false;

    public static Outcome Of(ClassifiedDelivery delivery)
    {
        var reported = delivery.Event;

        return new(reported.Kind, UnixTime.ToMicroseconds(reported.OccurredAt), reported.EventId, reported.Attempted)
        {
            ReplyCode = reported.ReplyCode,
            EnhancedCode = reported.EnhancedCode,
            ReplyText = reported.ReplyText,
            RemoteHost = reported.RemoteHost,
            SourceVerdict = reported.SourceVerdict,
            ReportingHost = reported.ReportingHost,
            OutgoingIp = reported.OutgoingIp,
            Classification = delivery.Classification,
        };
    }

    /// <summary>
    /// What it counts as, without its words. Of two tellings the greater one worn is the greater of both worn: what is kept comes
    /// first in <see cref="CompareTellings"/>.
    /// </summary>
    public Outcome Worn() => new(Kind, At, EventId, Attempted) { ReplyCode = ReplyCode, OutgoingIp = OutgoingIp, Classification = Classification };

    /// <summary>
    /// Total order in which the later outcome is the greater one. What an operator's rules can change (the classification)
    /// only decides between two tellings of the same event, so a new classification never brings back what was dropped.
    /// </summary>
    public static int Compare(Outcome left, Outcome right)
    {
        var order = left.At.CompareTo(right.At);
        order = order != 0 ? order : left.EventId.CompareTo(right.EventId);

        return order != 0 ? order : CompareTellings(left, right);
    }

    /// <summary>Order between two tellings of one event: the higher revision, then, for sources that use an id twice, the greater content.</summary>
    public static int CompareTellings(Outcome left, Outcome right)
    {
        if (ReferenceEquals(left, right))
        {
            return 0;
        }

        var order = (left.Classification?.Revision ?? -1).CompareTo(right.Classification?.Revision ?? -1);
        order = order != 0 ? order : left.Kind.CompareTo(right.Kind);
        order = order != 0 ? order : left.Attempted.CompareTo(right.Attempted);
        order = order != 0 ? order : Nullable.Compare(left.ReplyCode, right.ReplyCode);
        order = order != 0 ? order : string.CompareOrdinal(left.OutgoingIp, right.OutgoingIp);
        order = order != 0 ? order : Compare(left.Classification, right.Classification);
        order = order != 0 ? order : string.CompareOrdinal(left.EnhancedCode, right.EnhancedCode);
        order = order != 0 ? order : string.CompareOrdinal(left.ReplyText, right.ReplyText);
        order = order != 0 ? order : string.CompareOrdinal(left.RemoteHost, right.RemoteHost);
        order = order != 0 ? order : string.CompareOrdinal(left.SourceVerdict, right.SourceVerdict);

        return order != 0 ? order : string.CompareOrdinal(left.ReportingHost, right.ReportingHost);
    }

    private static int Compare(Classification? left, Classification? right)
    {
        if (ReferenceEquals(left, right))
        {
            return 0;
        }

        if (left is null || right is null)
        {
            return left is null ? -1 : 1;
        }

        var order = left.Hard.CompareTo(right.Hard);
        order = order != 0 ? order : string.CompareOrdinal(left.Reason, right.Reason);
        order = order != 0 ? order : left.Permanent.CompareTo(right.Permanent);
        order = order != 0 ? order : left.Unknown.CompareTo(right.Unknown);
        order = order != 0 ? order : string.CompareOrdinal(left.Actor, right.Actor);
        order = order != 0 ? order : string.CompareOrdinal(left.Advice, right.Advice);
        order = order != 0 ? order : string.CompareOrdinal(left.Documentation, right.Documentation);

        return order != 0 ? order : string.CompareOrdinal(left.Rule, right.Rule);
    }
}
