using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>Complaints: the Abuse Reporting Format (RFC 5965), and Microsoft's own form, which gives the mail back with one more header.</summary>
internal static class FeedbackReport
{
    public const string MicrosoftRecipient = "X-HmXmrOriginalRecipient";

    public static IReadOnlyList<ReportedFate> Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp)
    {
        var fields = parts.Feedback?.Fields;
        // Microsoft's own may also be handed on as the mail itself.
        var mail = parts.Original?.Headers ?? (fields is null ? message.Headers : null);
        var type = fields is null ? "abuse" : fields["Feedback-Type"]?.Trim().ToLowerInvariant();

        if (type is null || !FeedbackType.IsComplaint(type))
        {
            return [];
        }

        var original = DeliveryReport.OriginalOf(mail, fields?["Original-Envelope-Id"]);
        var recipients = Recipients(mail, fields, verp);
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

    private static List<string> Recipients(HeaderList? headers, HeaderList? fields, IReadOnlyList<string> verp)
    {
        string?[] told =
        [
            fields?["Original-Rcpt-To"], headers?[MicrosoftRecipient], fields?["Removal-Recipient"], headers?["X-Original-To"], headers?["Delivered-To"],
        ];
        // Receivers black the recipient out; the envelope sender that they return may still name it.
        var returned = VerpAddress.RecipientsIn(new[] { fields?["Original-Mail-From"], headers?["Return-Path"] }.OfType<string>());
        var to = InternetAddressList.TryParse(headers?[HeaderId.To] ?? "", out var list) && list.Mailboxes.Take(2).ToList() is [{ } only] ? only.Address : null;

        return
        [
            .. told.Select(Address).Concat(returned).Concat(verp).Append(Address(to)).OfType<string>()
                .Where(address => !address.Contains("redacted", StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static string? Address(string? text) => text is null ? null : EmailAddress.ReadHeader(text.Trim(), out _);
}
