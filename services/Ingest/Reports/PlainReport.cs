using System.Text;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>
/// Delivery reports in a server's own words: qmail, Sendmail's transcript, older Exim and OpenSMTPD, Yahoo, GMX, Zoho, Lotus Domino, Exchange
/// before 2007, IMail, Mimecast, DragonFly's agent and others. The recipient stands on a line of its own, or in one of the sentences that
/// are known; in a report that names nobody it is the only one of the mail that is given back.
/// </summary>
internal static partial class PlainReport
{
    /// <summary>Characters of the text that are read; what a server says stands at its beginning.</summary>
    private const int MaxText = 64 * 1024;

    private static readonly string[] Copies =
    [
        "Below this line is a copy of the message", "This is a copy of the message", "This is a copy of your message", "Original message follows",
        "Original message below", "Below is a copy of the original message", "Message headers follow",
        "header of the original message", "----- Original message", "Unsent message follows", "Message header follows", "Message text follows",
        "\nOriginal Message:",
    ];

    public static IReadOnlyList<ReportedFate> Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp)
    {
        if (!IsBelieved(message) || TextOf(message, parts) is not { } text)
        {
            return [];
        }

        var (told, copy) = Split(text);
        var headers = parts.Original?.Headers ?? HeadersIn(copy);
        var original = DeliveryReport.OriginalOf(headers, null);
        var recipients = Failed(message, told);
        var isDelay = Delay().IsMatch(message.Subject ?? "");

        if (recipients.Count == 0 && Failure().IsMatch(message.Subject ?? "") && OnlyRecipient(headers) is { } only)
        {
            recipients = [new(only, null, CodeIn(told))];
        }

        return
        [
            .. recipients.Take(ReportReader.MaxRecipients).Select(recipient => new ReportedFate
            {
                Event = isDelay ? "deferred" : "bounced",
                Recipients =
                [
                    .. (recipients.Count == 1 ? verp : []).Append(recipient.Address).Append(recipient.Before).OfType<string>()
                        .Distinct(StringComparer.OrdinalIgnoreCase),
                ],
                OccurredAt = DeliveryReport.DateOf(message.Headers[HeaderId.Date]),
                Reply = recipient.Reply,
                EnhancedCode = recipient.Reply is { } reply ? CodeWithin(reply) : null,
                Verdict = isDelay ? "delayed" : "failed",
                Original = original,
            }),
        ];
    }

    /// <summary>Only a server's own words are believed, not a person's who quotes them. Servers may have no address, people have one.</summary>
    public static bool IsOfServer(MimeMessage message) =>
        message.Headers.Contains("X-Failed-Recipients")
        || !message.From.Mailboxes.Any(from => from.Address.Contains('@', StringComparison.Ordinal))
        || message.From.Mailboxes.Any(from => Server().IsMatch(from.Address));

    /// <summary>A server's own words, or what came from the null sender.</summary>
    public static bool IsBelieved(MimeMessage message) => IsOfServer(message) || message.Headers[HeaderId.ReturnPath]?.Trim() is "<>" or "";

    /// <summary>What the report says for people; of one whose parts cannot be told from each other, all of it. Null when there is none.</summary>
    public static string? TextOf(MimeMessage message, MailParts parts)
    {
        var whole = parts.Text?.Text ?? (message.Body as Multipart)?.Preamble;

        return whole?[..Math.Min(whole.Length, MaxText)].ReplaceLineEndings("\n");
    }

    /// <summary>
    /// What a report's fields lack is in its text: the reply, and the recipient where a program or a file stands in its place. Of one that
    /// names nobody at all it is the only recipient of the mail that is given back.
    /// </summary>
    public static IReadOnlyList<ReportedFate> Complete(
        List<ReportedFate> fates, MimeMessage message, MailParts parts, HeaderList? originalHeaders)
    {
        if (fates.TrueForAll(fate => fate is { Reply: not null, Recipients.Count: > 0 }) || TextOf(message, parts) is not { } text)
        {
            return fates;
        }

        var named = Failed(message, Split(text).Told);

        if (fates is [{ Recipients.Count: 0 } only])
        {
            var recipient = named.Count == 1 ? named[0].Address : OnlyRecipient(originalHeaders);

            return [only with { Recipients = recipient is null ? [] : [recipient], Reply = only.Reply ?? (named.Count == 1 ? named[0].Reply : null) }];
        }

        return
        [
            .. fates.Select(fate => fate.Reply is not null || fate.Event == "delivered" ? fate : fate with
            {
                Reply = named.Find(one => fate.Recipients.Contains(one.Address, StringComparer.OrdinalIgnoreCase))?.Reply,
            }),
        ];
    }

    /// <summary>Of a mail that is no report itself.</summary>
    private static string? OnlyRecipient(HeaderList? headers) =>
        headers is not null && headers[HeaderId.Cc] is null && !(headers[HeaderId.From] is { } from && ServerName().IsMatch(from))
        && InternetAddressList.TryParse(headers[HeaderId.To] ?? "", out var list) && list.Mailboxes.Take(2).ToList() is [{ } one]
            ? EmailAddress.Read(one.Address, out _)
            : null;

    private static (string Told, string? Copy) Split(string text)
    {
        var (at, mark) = Copies.Select(mark => (At: text.IndexOf(mark, StringComparison.OrdinalIgnoreCase), Mark: mark))
            .Where(found => found.At >= 0).DefaultIfEmpty((text.Length, "")).Min();
        var end = text.IndexOf('\n', at);

        return (text[..at].TrimEnd('|', '-', '=', ' '), mark.Length > 0 && end > 0 ? text[end..].TrimStart('\n', ' ', '-') : null);
    }

    private static HeaderList? HeadersIn(string? copy)
    {
        if (copy is null)
        {
            return null;
        }

        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(copy), writable: false);

            return new MimeParser(stream).ParseHeaders();
        }
        catch (FormatException)
        {
            // What follows is no header: the report names its mail by nothing.
            return null;
        }
    }

    private static List<Named> Failed(MimeMessage message, string told)
    {
        var found = new List<Named>();

        var lines = Recipient().Matches(told);

        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number];

            if (EmailAddress.Read(line.Groups["address"].Value.TrimEnd('.'), out _) is { } address)
            {
                // Up to the next recipient.
                var below = told[(line.Index + line.Length)..(number + 1 < lines.Count ? lines[number + 1].Index : told.Length)];
                var rest = line.Groups["rest"].Value;
                var reply = line.Groups["command"].Success
                    ? CodeIn(below) ?? CodeIn(told)
                    : Reply(rest.Length > 0 ? rest + below : "\n" + (line.Groups["sentence"].Success ? below.TrimStart('\n') : below));
                Add(found, address, reply);
            }
        }

        var header = message.Headers["X-Failed-Recipients"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var failed = header.Select(text => EmailAddress.Read(text, out _)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();

        if (failed is [{ } alias] && found is [{ } one] && !alias.Equals(one.Address, StringComparison.OrdinalIgnoreCase))
        {
            // The same recipient, before and after a list or an alias was expanded.
            found[0] = one with { Before = alias };
        }
        else
        {
            found.AddRange(failed.Where(address => !found.Exists(one => one.Address.Equals(address, StringComparison.OrdinalIgnoreCase)))
                .Select(address => new Named(address, null, CodeIn(told))).ToList());
        }

        if (found is [{ Reply: null }])
        {
            found[0] = found[0] with { Reply = CodeIn(told) };
        }

        return found;
    }

    /// <summary>Of what is said of one recipient in several places, the first counts that holds a reply's code.</summary>
    private static void Add(List<Named> found, string address, string? reply)
    {
        var place = found.FindIndex(known => known.Address.Equals(address, StringComparison.OrdinalIgnoreCase));

        if (place < 0)
        {
            found.Add(new(address, null, reply));
        }
        else if (reply is not null && (found[place].Reply is null || (Code().IsMatch(reply) && !Code().IsMatch(found[place].Reply!))))
        {
            found[place] = found[place] with { Reply = reply };
        }
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

        return CodeIn(paragraph) ?? paragraph;
    }

    /// <summary>An enhanced code that does not stand at the reply's beginning, where it is found anyway.</summary>
    private static string? CodeWithin(string reply)
    {
        _ = LeadingCodes.Read(reply.AsSpan(), out var leading);

        return leading.IsEmpty && Enhanced().Match(reply) is { Success: true } found ? found.Groups["code"].Value : null;
    }

    /// <summary>What was said from a reply's code on, up to the end of its paragraph; null when there is none.</summary>
    private static string? CodeIn(string text)
    {
        if (Code().Match(text) is not { Success: true } found)
        {
            return null;
        }

        var said = text[found.Groups["text"].Index..];
        var end = said.IndexOf("\n\n", StringComparison.Ordinal);
        var reply = Spaces().Replace(end >= 0 ? said[..end] : said, " ").Trim();
        // Sendmail's "(reason: 550 …)".
        reply = reply.Contains('(', StringComparison.Ordinal) ? reply : reply.TrimEnd(')');

        return $"{found.Groups["code"].Value} {reply}".Trim();
    }

    /// <param name="Address">Who did not get the mail.</param>
    /// <param name="Before">The address that it was sent to, where it is another one.</param>
    /// <param name="Reply">What was said of it.</param>
    private sealed record Named(string Address, string? Before, string? Reply);
}
