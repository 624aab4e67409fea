using System.Security.Cryptography;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>
/// Reads mail that comes back: delivery reports (RFC 3464), complaints (RFC 5965) and the same in the words of servers that know no
/// standard. Pure: the same bytes give the same reading.
/// </summary>
internal static class ReportReader
{
    /// <summary>Bytes of a report with the mail that it gives back. Servers give back 50 KB to a few MB.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Parts within parts. A report that was forwarded twice has eight.</summary>
    public const int MaxDepth = 16;

    /// <summary>Parts in all. A report has three, and the mail in it some more.</summary>
    public const int MaxParts = 200;

    /// <summary>Recipients that one report may tell of; as many as a mail has at most with a large server.</summary>
    public const int MaxRecipients = 1_000;

    private static readonly string[] Receivers = ["X-Original-To", "Delivered-To"];

    /// <param name="raw">The mail, with its headers.</param>
    /// <param name="envelopeRecipient">Where it was sent to, where that is known: it may name the original recipient (VERP).</param>
    public static ReportReading Read(ReadOnlyMemory<byte> raw, string? envelopeRecipient = null)
    {
        if (raw.Length > MaxBytes)
        {
            return Refused($"has more than {MaxBytes} bytes");
        }

        try
        {
            using var stream = new MemoryStream(Cleaned(raw), writable: false);
            // One level more than is allowed, so that one too many is seen; below it, parts are not taken apart.
            using var message = new MimeParser(new ParserOptions { MaxMimeDepth = MaxDepth + 2 }, stream).ParseMessage();
            var parts = new MailParts();

            return parts.Collect(message) is { } tooMuch ? Refused(tooMuch) : Read(message, parts, IdOf(message, raw), envelopeRecipient);
        }
        catch (FormatException)
        {
            // The headers of the mail, or the fields of the report in it.
            return Refused("is no mail, or the report in it has no fields");
        }
    }

    /// <summary>Without blank lines before it, and with line ends where a program has written carriage returns alone.</summary>
    private static byte[] Cleaned(ReadOnlyMemory<byte> raw)
    {
        var bytes = raw.Span.TrimStart(" \t\r\n"u8).ToArray();

        if (!bytes.AsSpan().Contains((byte)'\n'))
        {
            bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
        }

        return bytes;
    }

    private static ReportReading Refused(string why) => new(ReportKind.Other, "", [], why);

    private static ReportReading Read(MimeMessage message, MailParts parts, string id, string? envelopeRecipient)
    {
        var verp = VerpAddress.RecipientsIn(envelopeRecipient is null ? AddressesOf(message) : [envelopeRecipient, .. AddressesOf(message)]);

        if (parts.Feedback is not null || parts.Original?.Headers.Contains(FeedbackReport.MicrosoftRecipient) == true
            || message.Headers.Contains(FeedbackReport.MicrosoftRecipient))
        {
            return new(ReportKind.Complaint, id, FeedbackReport.Read(message, parts, verp));
        }

        if (parts.DeliveryStatus is not null && DeliveryReport.NamesRecipients(parts))
        {
            return new(ReportKind.Delivery, id, DeliveryReport.Read(message, parts, verp));
        }

        if (parts.DeliveryStatus is null && IsAutomatic(message, parts))
        {
            return new(ReportKind.Automatic, id, []);
        }

        var told = (parts.DeliveryStatus is null ? FieldsInText.Read(message, parts, verp) : null) ?? PlainReport.Read(message, parts, verp);

        return new(told.Count > 0 || parts.DeliveryStatus is not null ? ReportKind.Delivery : ReportKind.Other, id, told);
    }

    /// <summary>An answer that a machine gave for a person (RFC 3834), or a note that the mail was read (RFC 8098).</summary>
    private static bool IsAutomatic(MimeMessage message, MailParts parts) =>
        parts.IsReadReceipt
        // Servers call their own reports so, too.
        || (!PlainReport.IsOfServer(message)
            && (message.Headers["Auto-Submitted"]?.TrimStart().StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) == true
                || message.Headers["Precedence"]?.Trim().ToUpperInvariant() is "AUTO_REPLY"
                || message.Headers.Contains("X-Autoreply") || message.Headers.Contains("X-Autorespond")
                || message.Headers.Contains("X-Auto-Response-Suppress")));

    private static IEnumerable<string> AddressesOf(MimeMessage message) =>
        Receivers.Select(name => message.Headers[name]).OfType<string>()
            .Concat(message.To.Mailboxes.Take(4).Select(mailbox => mailbox.Address));

    /// <summary>Of a report without an id, by what it says.</summary>
    private static string IdOf(MimeMessage message, ReadOnlyMemory<byte> raw) =>
        message.MessageId is { Length: > 0 and <= 200 } id ? id : Convert.ToHexStringLower(SHA256.HashData(raw.Span).AsSpan(0, 16));
}
