using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;
using MailStats.Mail.Statistics;
using MailStats.Stores.Deliveries;

namespace MailStats.Ingest.Reports;

/// <summary>
/// Finds the delivery that a report is about: by the mail's Message-ID, by its envelope id, else the last mail of that sender to that
/// recipient. One that is not found counts under its Message-ID: for who reads nothing but reports, that is all there is.
/// </summary>
internal sealed class ReportMatcher(IReportedDeliveryStore deliveries)
{
    /// <summary>Servers try for five days, and tell of it a little later.</summary>
    private static readonly TimeSpan LongestTrying = TimeSpan.FromDays(6);

    private static readonly TimeSpan ClockError = TimeSpan.FromHours(1);

    /// <summary>The event that a fate is.</summary>
    /// <param name="fate">What the report says.</param>
    /// <param name="reportId">The same for the report whenever it comes.</param>
    /// <param name="tenantId">Whose mail it was.</param>
    /// <param name="source">As the event's source.</param>
    /// <param name="now">When the report came.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<SubmittedEvent> MatchAsync(
        ReportedFate fate, string reportId, string tenantId, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (code, enhanced) = CodesOf(fate.Reply);
        var told = new SubmittedEvent
        {
            Event = fate.Event,
            OccurredAt = fate.OccurredAt is { } at && at <= now ? at : now,
            Recipient = fate.Recipients.Count > 0 ? fate.Recipients[0] : null,
            MessageId = fate.Original.MessageId,
            From = fate.Original.From,
            Subject = fate.Original.Subject,
            RemoteHost = fate.RemoteHost,
            ReplyCode = code,
            // What the other server said is more exact than what the reporting one has made of it.
            EnhancedCode = enhanced ?? fate.EnhancedCode,
            Reply = fate.Reply,
            SourceVerdict = fate.Verdict,
            // What comes back as mail is the echo of an attempt.
            Attempted = false,
            Source = source,
            EventId = reportId,
        };

        foreach (var recipient in fate.Recipients)
        {
            var found = await deliveries.FindAsync(tenantId, recipient, fate.Original.MessageId, Within(fate, now), cancellationToken);

            if (Choose(found, fate, told.OccurredAt!.Value) is { } delivery)
            {
                return told with
                {
                    Recipient = recipient,
                    MessageKey = delivery.MessageKey,
                    MessageId = delivery.MessageId ?? told.MessageId,
                    Sender = delivery.Sender,
                    From = delivery.HeaderFrom ?? (delivery.Sender is null ? told.From : null),
                };
            }
        }

        return told with { AcceptedAt = fate.Original.SentAt is { } sent && sent <= told.OccurredAt ? sent : null };
    }

    /// <summary>The reply's codes, also within what the reporting server wrote around it.</summary>
    private static (int? Code, string? Enhanced) CodesOf(string? reply) =>
        reply is null ? (null, null) : LeadingCodes.Fill(null, null, WrappedReply.Read(reply).Text.ToString());

    private static TimeRange Within(ReportedFate fate, DateTimeOffset now)
    {
        var end = (fate.OccurredAt ?? now) + ClockError;
        var start = fate.Original.SentAt is { } sent && sent < end && sent > end - LongestTrying * 4 ? sent - ClockError : end - LongestTrying;

        return new(start, start + LongestTrying < end ? start + LongestTrying : end);
    }

    private static ReportedDelivery? Choose(IReadOnlyList<ReportedDelivery> found, ReportedFate fate, DateTimeOffset at)
    {
        var original = fate.Original;

        if (original.MessageId is { } id && found.FirstOrDefault(delivery => delivery.MessageId == id) is { } byId)
        {
            return byId;
        }

        if (original.EnvelopeId is { } envelope && found.FirstOrDefault(delivery => IsNamed(delivery, envelope)) is { } byEnvelope)
        {
            return byEnvelope;
        }

        // Without an id on either side, the last mail of the same sender before the report; near its date, where that is known.
        var sender = original.From is null ? null : EmailAddress.ReadHeader(original.From, out _);

        return found.LastOrDefault(delivery =>
            (original.MessageId is null || delivery.MessageId is null)
            && delivery.AcceptedAt <= at + ClockError
            && (original.SentAt is not { } sent || (delivery.AcceptedAt - sent).Duration() <= ClockError)
            && (sender is null || SameDomain(sender, delivery)));
    }

    private static bool IsNamed(ReportedDelivery delivery, string envelope) =>
        delivery.QueueId == envelope || delivery.MessageKey == envelope || delivery.MessageKey.EndsWith("/" + envelope, StringComparison.Ordinal);

    private static bool SameDomain(string sender, ReportedDelivery delivery) =>
        (delivery.HeaderFrom ?? delivery.Sender) is { Length: > 0 } known
        && EmailAddress.DomainOf(known).Equals(EmailAddress.DomainOf(sender), StringComparison.OrdinalIgnoreCase);
}
