using MailStats.Mail.Addresses;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>Complaints: the Abuse Reporting Format (RFC 5965), and Microsoft's own form, which gives the mail back with one more header.</summary>
internal static class FeedbackReport
{
    public const string MicrosoftRecipient = "X-HmXmrOriginalRecipient";

    public static IReadOnlyList<ReportedFate> Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp)
    {
        var fields = parts.Feedback?.Fields;
        var type = fields is null ? "abuse" : fields["Feedback-Type"]?.Trim().ToLowerInvariant();

        // Not spam after all, reports on forgers, a wish to get no more mail.
        if (type is null or "not-spam" or "auth-failure" or "dmarc" or "dkim" or "opt-out" or "opt-out-list")
        {
            return [];
        }

        var original = DeliveryReport.OriginalOf(parts, fields?["Original-Envelope-Id"]);
        var recipients = Recipients(parts, fields, verp);
        // Those in the report are each one's own complaint; those that are guessed are one's.
        var named = fields?.Where(field => field.Field.Equals("Original-Rcpt-To", StringComparison.OrdinalIgnoreCase)).Select(field => Address(field.Value))
            .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(ReportReader.MaxRecipients).ToList() ?? [];

        return
        [
            .. (named.Count > 1 ? named.Select(one => new[] { one }) : recipients.Count > 0 ? [recipients] : Enumerable.Empty<IReadOnlyList<string>>())
                .Select(some => new ReportedFate
                {
                    Event = "complained",
                    Recipients = some,
                    OccurredAt = DeliveryReport.DateOf(message.Headers[HeaderId.Date]) ?? DeliveryReport.DateOf(fields?["Arrival-Date"]),
                    Verdict = $"feedback/{type}",
                    Original = original with { From = original.From ?? fields?["Original-Mail-From"] },
                }),
        ];
    }

    private static List<string> Recipients(MailParts parts, HeaderList? fields, IReadOnlyList<string> verp)
    {
        var headers = parts.Original?.Headers;
        string?[] told =
        [
            fields?["Original-Rcpt-To"], headers?[MicrosoftRecipient], fields?["Removal-Recipient"], headers?["X-Original-To"], headers?["Delivered-To"],
        ];
        // Receivers black the recipient out; the envelope sender that they return may still name it.
        var returned = VerpAddress.RecipientsIn(new[] { fields?["Original-Mail-From"], headers?["Return-Path"] }.OfType<string>());
        var to = parts.Original?.To.Mailboxes.Take(2).ToList() is [{ } only] ? only.Address : null;

        return
        [
            .. told.Select(Address).Concat(returned).Concat(verp).Append(Address(to)).OfType<string>()
                .Where(address => !address.Contains("redacted", StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static string? Address(string? text) => text is null ? null : EmailAddress.ReadHeader(text.Trim(), out _);
}
