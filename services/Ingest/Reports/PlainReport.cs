using System.Text;
using System.Text.RegularExpressions;
using MailStats.Mail.Addresses;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>
/// Delivery reports in a server's own words: qmail, older Exim and OpenSMTPD, Yahoo, GMX, Zoho, Lotus Domino, Exchange 2003, IMail, Mimecast,
/// DragonFly's agent. The recipient stands on a line of its own, or in one of the sentences that are known.
/// </summary>
internal static partial class PlainReport
{
    /// <summary>Characters of the text that are read; what a server says stands at its beginning.</summary>
    private const int MaxText = 64 * 1024;

    private const int MatchMilliseconds = 1000;

    private static readonly string[] Copies =
    [
        "Below this line is a copy of the message", "This is a copy of the message", "This is a copy of your message", "Original message follows",
        "Original message below", "Below is a copy of the original message", "Message headers follow",
        "header of the original message", "----- Original message", "Unsent message follows", "Message header follows",
    ];

    public static IReadOnlyList<ReportedFate> Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp)
    {
        if (!(IsOfServer(message) || message.Headers[HeaderId.ReturnPath]?.Trim() is "<>" or "") || parts.Text?.Text is not { } whole)
        {
            return [];
        }

        var text = whole.Length > MaxText ? whole[..MaxText] : whole;
        var (told, copy) = Split(text.ReplaceLineEndings("\n"));
        var original = Original(parts, copy);
        var recipients = Failed(message, told);
        var isDelay = Delay().IsMatch(message.Subject ?? "");

        return
        [
            .. recipients.Take(ReportReader.MaxRecipients).Select(recipient => new ReportedFate
            {
                Event = isDelay ? "deferred" : "bounced",
                Recipients = [.. (recipients.Count == 1 ? verp : []).Append(recipient.Address).Distinct(StringComparer.OrdinalIgnoreCase)],
                OccurredAt = DeliveryReport.DateOf(message.Headers[HeaderId.Date]),
                Reply = recipient.Reply,
                EnhancedCode = recipient.Reply is { } reply && HashCode().Match(reply) is { Success: true } found ? found.Groups["code"].Value : null,
                Verdict = isDelay ? "delayed" : "failed",
                Original = original,
            }),
        ];
    }

    /// <summary>Only a server's own words are believed, not a person's who quotes them.</summary>
    public static bool IsOfServer(MimeMessage message) =>
        message.Headers.Contains("X-Failed-Recipients")
        || message.From.Mailboxes.Any(from => Server().IsMatch(from.Address));

    private static (string Told, string? Copy) Split(string text)
    {
        var (at, mark) = Copies.Select(mark => (At: text.IndexOf(mark, StringComparison.OrdinalIgnoreCase), Mark: mark))
            .Where(found => found.At >= 0).DefaultIfEmpty((text.Length, "")).Min();
        var end = text.IndexOf('\n', at);

        return (text[..at], mark.Length > 0 && end > 0 ? text[end..].TrimStart('\n', ' ', '-') : null);
    }

    private static OriginalMail Original(MailParts parts, string? copy)
    {
        if (parts.Original is not null || copy is null)
        {
            return DeliveryReport.OriginalOf(parts, null);
        }

        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(copy), writable: false);
            var headers = new MimeParser(stream).ParseHeaders();

            return new(
                headers[HeaderId.MessageId]?.Trim().Trim('<', '>'), null, headers[HeaderId.From], headers[HeaderId.Subject],
                DeliveryReport.DateOf(headers[HeaderId.Date]));
        }
        catch (FormatException)
        {
            // What follows is no header: the report names its mail by nothing.
            return new(null, null, null, null, null);
        }
    }

    private static List<(string Address, string? Reply)> Failed(MimeMessage message, string told)
    {
        var found = new List<(string Address, string? Reply)>();

        var lines = Recipient().Matches(told);

        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number];

            if (EmailAddress.Read(line.Groups["address"].Value, out _) is { } address
                && !found.Exists(known => known.Address.Equals(address, StringComparison.OrdinalIgnoreCase)))
            {
                // Up to the next recipient.
                var below = told[(line.Index + line.Length)..(number + 1 < lines.Count ? lines[number + 1].Index : told.Length)];
                var rest = line.Groups["rest"].Value;
                found.Add((address, Reply(rest.Length > 0 ? rest + below : "\n" + (line.Groups["sentence"].Success ? below.TrimStart('\n') : below))));
            }
        }

        var header = message.Headers["X-Failed-Recipients"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        foreach (var address in header.Select(text => EmailAddress.Read(text, out _)).OfType<string>())
        {
            if (!found.Exists(known => known.Address.Equals(address, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add((address, Reply("\n" + told)));
            }
        }

        return found;
    }

    /// <summary>What was said of the recipient: its paragraph, from a reply's code on where there is one.</summary>
    private static string? Reply(string after)
    {
        var end = after.IndexOf("\n\n", 1, StringComparison.Ordinal);
        var paragraph = Spaces().Replace(end > 0 ? after[..end] : after, " ").Trim();

        if (paragraph.Length == 0)
        {
            return null;
        }

        return Code().Match(paragraph) is { Success: true } found ? $"{found.Groups["code"].Value} {found.Groups["text"].Value}".Trim() : paragraph;
    }

    [GeneratedRegex(
        @"^(mailer-daemon|postmaster|mail-daemon|mdaemon|double-bounce)@", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Server();

    [GeneratedRegex(@"\b(delayed|delay|still being retried)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Delay();

    // <ann@example.net>:   ·   "ann@example.net":   ·   -- ann@example.net   ·   Unknown user: ann@example.net   ·   ann@example.net: 550 …
    // ann@example.net Invalid Address, …   ·   ann@example.net on Fri, 20 Nov 2026 …   ·   User ann (ann@example.net) not listed in Domino Directory
    [GeneratedRegex(
        @"^[ \t]*(<(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>:?(?<rest>.*)"
        + @"|(-- |Unknown user:[ \t]*)?""?(?<address>[^\s<>@()""]{1,64}@[^\s<>@():""]{1,255})""?:?[ \t]*"
        + @"|(?<address>[^\s<>@()]{1,64}@[^\s<>@():]{1,255}):[ \t]+(?<rest>[245]\d\d[ \-].*)"
        + @"|(?<address>[^\s<>@()]{1,64}@[^\s<>@():]{1,255})[ \t]+((?<rest>Invalid Address\b.*)|on [A-Z][a-z]{2}, \d.*)"
        + @"|(?<sentence>There was an error delivering your mail to) <(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>\.?[ \t]*"
        + @"|User [^\n(]{1,100}\((?<address>[^\s<>@()]{1,64}@[^\s<>@():]{1,255})\)(?<rest>.*))$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"(?<![\d.])(?<code>[245]\d\d)(?:[ :\-]+)(?<text>.*)", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Code();

    /// <summary>qmail's form, <c>(#5.1.1)</c>, and Exchange's, <c>&lt;mx.example.net #5.1.1&gt;</c>.</summary>
    [GeneratedRegex(@"[( ]#(?<code>[245]\.\d{1,3}\.\d{1,3})[)> ]", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex HashCode();

    [GeneratedRegex(@"\s+", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Spaces();
}
