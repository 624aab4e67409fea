using System.Text.RegularExpressions;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;
using MimeKit;
using MimeKit.Utils;

namespace MailStats.Ingest.Reports;

/// <summary>Delivery reports by the standard (RFC 3464).</summary>
internal static partial class DeliveryReport
{
    /// <summary>False for a report without a single recipient, as some servers make: what it is about stands in its text alone.</summary>
    public static bool NamesRecipients(MailParts parts) => parts.DeliveryStatus!.StatusGroups.Any(IsOfRecipient);

    public static IReadOnlyList<ReportedFate> Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp) =>
        Read(message, parts, [.. parts.DeliveryStatus!.StatusGroups], parts.Original?.Headers, verp);

    /// <param name="message">The report.</param>
    /// <param name="parts">What it is made of.</param>
    /// <param name="groups">The report's fields, those of the mail before those of each recipient.</param>
    /// <param name="originalHeaders">Those of the mail that is given back, where there are any.</param>
    /// <param name="verp">Recipients in the address that the report came to.</param>
    public static IReadOnlyList<ReportedFate> Read(
        MimeMessage message, MailParts parts, IReadOnlyList<HeaderList> groups, HeaderList? originalHeaders, IReadOnlyList<string> verp)
    {
        // Some put what is of the mail and what is of its one recipient into the same group.
        var common = groups.Count > 0 ? groups[0] : null;
        var original = OriginalOf(originalHeaders, common?["Original-Envelope-Id"] ?? common?["X-Postfix-Queue-ID"]);
        var reporter = After(common?["Reporting-MTA"]);
        var fates = groups.Where(IsOfRecipient)
            .Take(ReportReader.MaxRecipients)
            .Select(group => Fate(group, message, original, reporter, groups.Count > 2 ? [] : verp))
            .OfType<ReportedFate>()
            .ToList();

        return PlainReport.Complete(fates, message, parts, originalHeaders);
    }

    /// <summary>What the mail that is given back says of itself.</summary>
    public static OriginalMail OriginalOf(HeaderList? headers, string? envelopeId) => new(
        headers?[HeaderId.MessageId]?.Trim().Trim('<', '>'), envelopeId?.Trim() is { Length: > 0 } id ? id : null, headers?[HeaderId.From],
        headers?[HeaderId.Subject], DateOf(headers?[HeaderId.Date]));

    /// <summary>What comes after the type: <c>rfc822; ann@example.net</c>.</summary>
    public static string? After(string? field)
    {
        var text = field?[(field.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();

        return string.IsNullOrEmpty(text) ? null : text;
    }

    public static DateTimeOffset? DateOf(string? text) =>
        text is not null && DateUtils.TryParse(text, out var date) && date.Year > 1999 ? date.ToUniversalTime() : null;

    private static bool IsOfRecipient(HeaderList group) => group.Contains("Final-Recipient") || group.Contains("Original-Recipient");

    private static ReportedFate? Fate(HeaderList group, MimeMessage message, OriginalMail original, string? reporter, IReadOnlyList<string> verp)
    {
        var status = Code().Match(group["Status"] ?? "") is { Success: true } found && EnhancedCode.IsValid(found.Value) ? found.Value : null;
        var reply = ReplyIn(group["Diagnostic-Code"]);

        if (Word(group["Action"], status) is not { } word)
        {
            return null;
        }

        return new ReportedFate
        {
            Event = word,
            Recipients =
            [
                .. new[] { Decoded(After(group["Original-Recipient"])) }.Concat(verp).Append(After(group["Final-Recipient"]))
                    .Select(address => address is null ? null : EmailAddress.ReadHeader(address, out _)).OfType<string>()
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            OccurredAt = DateOf(group["Last-Attempt-Date"]) ?? DateOf(message.Headers[HeaderId.Date]),
            Reply = reply,
            EnhancedCode = status,
            RemoteHost = After(group["Remote-MTA"])?.Split(' ', 2)[0] ?? reporter,
            Verdict = $"{group["Action"]?.Trim().ToLowerInvariant()}/{status}".TrimEnd('/'),
            Original = original,
        };
    }

    /// <summary>A server's reply; null for a program's exit code, which is a number too. What it answered to earlier commands is left out.</summary>
    private static string? ReplyIn(string? field)
    {
        if (After(field) is not { } told)
        {
            return null;
        }

        var text = Spaces().Replace(told, " ");
        var isExitCode = !text.AsSpan().ContainsAnyExceptInRange('0', '9') && !field!.TrimStart().StartsWith("smtp", StringComparison.OrdinalIgnoreCase);

        return isExitCode ? null : Greeting().Replace(text, "");
    }

    private static string? Word(string? action, string? status) => action?.Trim().Split(' ', 2)[0].ToUpperInvariant() switch
    {
        // After days of temporary failures the status is still theirs.
        "FAILED" => status is ['4', ..] ? "expired" : "bounced",
        "DELAYED" => "deferred",
        "DELIVERED" => "delivered",
        // No word of the standard, but SendGrid's.
        "EXPIRED" => "expired",
        // Its fate is not known.
        "RELAYED" or "EXPANDED" => null,
        // Without a word that is known, the status says it.
        _ => status?[0] switch
        {
            '2' => "delivered",
            '4' => "deferred",
            '5' => "bounced",
            _ => null,
        },
    };

    /// <summary>Original recipients come as they were given in the envelope (RFC 3461 xtext): <c>ann+2Bshop@example.net</c>.</summary>
    private static string? Decoded(string? text) =>
        text is null ? null : Xtext().Replace(text, found => ((char)Convert.ToByte(found.Value[1..], 16)).ToString());

    [GeneratedRegex(@"[245]\.\d{1,3}\.\d{1,3}", RegexOptions.None, 1000)]
    private static partial Regex Code();

    /// <summary>A welcome before the refusal: <c>220-mx.example.net 421 4.2.1 …</c>.</summary>
    [GeneratedRegex(@"^2\d\d[ \-][^\s]{0,255} (?=[45]\d\d[ \-])", RegexOptions.None, 1000)]
    private static partial Regex Greeting();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\+[2-7][0-9A-F]", RegexOptions.None, 1000)]
    private static partial Regex Xtext();
}
