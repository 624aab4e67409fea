using System.Buffers;
using System.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Formats;

/// <summary>Lines about one address: <c>=&gt; ADDRESS &lt;ORIGINAL&gt; R=… T=… H=host [ip] … C="…"</c>, <c>== … defer (…): …</c>, <c>** …: …</c>.</summary>
internal sealed partial class EximReader
{
    private LineOutcome ReadDelivery(long at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest, DeliveryEventKind kind)
    {
        if (!AddressLine.TryCut(rest, out var line))
        {
            return LineOutcome.Broken;
        }

        var message = FindOrOpen(id, at);
        if (message.OwnMail)
        {
            return LineOutcome.OwnMail;
        }

        var recipient = line.Recipient();
        messages.Add(message, kind == DeliveryEventKind.Delivered
            ? ToDelivered(at, recipient, line)
            : ToFailed(at, recipient, line, kind));

        return LineOutcome.Used;
    }

    private Attempt ToDelivered(long at, string recipient, in AddressLine line)
    {
        var host = HostIn(line.Fields, out _);
        var confirmation = ConfirmationIn(line.Fields);
        var code = SmtpReplies.CodeOf(confirmation);
        var enhanced = SmtpReplies.EnhancedOf(confirmation);

        return new Attempt
        {
            Kind = DeliveryEventKind.Delivered,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = confirmation.IsEmpty ? null : EximText.OfConfirmation(confirmation),
            RemoteHost = host.IsEmpty ? null : _names.Of(host),
            Verdict = "delivered",
            Local = host.IsEmpty,
        };
    }

    private Attempt ToFailed(long at, string recipient, in AddressLine line, DeliveryEventKind kind)
    {
        var host = HostIn(WithoutDuration(line.Fields), out var error);
        var reply = ReplyIn(error);
        var code = SmtpReplies.CodeOf(reply);
        var waited = error.IndexOf("retry time not reached"u8) >= 0;
        var gaveUp = code == 0
            && (error.IndexOf("retry timeout exceeded"u8) >= 0 || error.IndexOf("have been failing for a long time"u8) >= 0);
        if (kind == DeliveryEventKind.Bounced && (gaveUp || code is >= 400 and < 500))
        {
            // Given up after temporary failures only.
            kind = DeliveryEventKind.Expired;
        }

        var enhanced = SmtpReplies.EnhancedOf(reply);

        return new Attempt
        {
            Kind = kind,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = EximText.OfReply(reply),
            RemoteHost = host.IsEmpty ? null : _names.Of(host),
            Verdict = kind == DeliveryEventKind.Deferred ? "deferred" : "failed",
            Attempted = !waited && !(gaveUp && host.IsEmpty),
            GaveUp = gaveUp && kind == DeliveryEventKind.Expired,
        };
    }

    /// <summary>With <c>+deliver_time</c> and the like, <c> DT=0.005s</c> stands at the end of the text.</summary>
    private static ReadOnlySpan<byte> WithoutDuration(ReadOnlySpan<byte> fields)
    {
        while (fields is [.., (byte)'s'] && fields.LastIndexOf((byte)' ') is > 0 and var at
            && (fields[(at + 1)..].StartsWith("DT="u8) || fields[(at + 1)..].StartsWith("QT="u8)))
        {
            fields = fields[..at];
        }

        return fields;
    }

    /// <summary>The host of <c>H=host [ip]</c>; <paramref name="error"/> is what follows the fields after a colon.</summary>
    private static ReadOnlySpan<byte> HostIn(ReadOnlySpan<byte> fields, out ReadOnlySpan<byte> error)
    {
        // The error text may quote anything, so the host is looked for before its colon only.
        var at = fields.StartsWith("H="u8) ? 0 : fields.IndexOf(" H="u8) + 1;
        var colon = fields.IndexOf(": "u8);
        if ((at == 0 && !fields.StartsWith("H="u8)) || (colon >= 0 && colon < at && !IsSystemError(fields[colon..at])))
        {
            error = colon < 0 ? default : fields[(colon + 2)..];
            return default;
        }

        var host = fields[(at + 2)..];
        var end = host.IndexOf((byte)' ');
        var after = host.IndexOf(": "u8);
        error = after < 0 ? default : host[(after + 2)..];

        return end < 0 ? host : host[..end];
    }

    /// <summary><c>: Connection timed out</c> between <c>defer (110)</c> and <c>H=</c>: the host still follows.</summary>
    private static bool IsSystemError(ReadOnlySpan<byte> between) =>
        between.Length < 64 && between[2..].IndexOf(": "u8) < 0 && between.IndexOfAny((byte)'<', (byte)'"') < 0;

    private static ReadOnlySpan<byte> ConfirmationIn(ReadOnlySpan<byte> fields)
    {
        var at = fields.IndexOf(" C=\""u8);
        if (at < 0)
        {
            return default;
        }

        var text = fields[(at + " C=\"".Length)..];

        return text[..EndOfQuoted(text)];
    }

    /// <summary>The server's own words in <c>SMTP error from remote mail server after RCPT TO:&lt;…&gt;: 550 …</c>; the whole text where no server spoke.</summary>
    private static ReadOnlySpan<byte> ReplyIn(ReadOnlySpan<byte> error)
    {
        if (!error.StartsWith("SMTP error from remote mail"u8))
        {
            return error;
        }

        var rest = error;
        while (rest.IndexOf(": "u8) is >= 0 and var colon)
        {
            rest = rest[(colon + 2)..];
            if (SmtpReplies.CodeOf(rest) != 0)
            {
                return rest;
            }
        }

        return error;
    }

    /// <summary>A local part with one of these stands in quotes (RFC 5322 §3.2.3).</summary>
    private static readonly SearchValues<char> Specials = SearchValues.Create(" @,;:<>()[]");

    private ref struct AddressLine
    {
        public ReadOnlySpan<byte> Address;
        public ReadOnlySpan<byte> Original;
        public ReadOnlySpan<byte> Fields;

        public static bool TryCut(ReadOnlySpan<byte> rest, out AddressLine line)
        {
            line = default;
            if (rest.Length < 5 || rest[2] != ' ')
            {
                return false;
            }

            rest = rest[3..];
            var end = EndOfAddress(rest);
            line.Address = rest[..end];
            rest = rest[end..];
            if (rest.StartsWith(" <"u8))
            {
                rest = rest[2..];
                var close = EndOfOriginal(rest);
                if (close < 0)
                {
                    return false;
                }

                line.Original = rest[..close];
                rest = rest[(close + 1)..];
            }

            line.Fields = rest.TrimStart((byte)' ');

            // An arrow within an address is the middle of another line that ran into this one.
            return !line.Address.IsEmpty && !line.Fields.IsEmpty
                && line.Address.IndexOf(" => "u8) < 0 && line.Address.IndexOf(" == "u8) < 0 && line.Address.IndexOf(" ** "u8) < 0 && line.Address.IndexOf(" <= "u8) < 0;
        }

        /// <summary>
        /// The address as the sender gave it. Exim writes it in lower case and without quotes, and what it was in angle
        /// brackets where that differs; an alias stands there too, and is not where the mail went.
        /// </summary>
        public readonly string Recipient()
        {
            if (Original.IsEmpty)
            {
                return LineText.Of(Address);
            }

            var address = LineText.Of(Address);
            var original = LineText.Of(Original);
            var plain = original.Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
            var isSame = string.Equals(plain, address.Replace("\\", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
            var isMailbox = !address.Contains('@', StringComparison.Ordinal);

            return isSame || isMailbox || IsDowngraded(address, original) ? original : Quoted(address);
        }

        /// <summary>To servers without SMTPUTF8, Exim sends a local part beyond ASCII as <c>xn--…</c> (RFC 3492).</summary>
        private static bool IsDowngraded(string address, string original) =>
            address.StartsWith("xn--", StringComparison.Ordinal) && !Ascii.IsValid(original)
            && address.AsSpan(address.LastIndexOf('@')).Equals(original.AsSpan(Math.Max(0, original.LastIndexOf('@'))), StringComparison.OrdinalIgnoreCase);

        private static string Quoted(string address)
        {
            var at = address.LastIndexOf('@');

            return at > 0 && address.AsSpan(0, at).ContainsAny(Specials) ? $"\"{address[..at]}\"{address[at..]}" : address;
        }

        /// <summary>An address may hold blanks: it ends where its original, a field, a reason or <c>defer</c> begins.</summary>
        private static int EndOfAddress(ReadOnlySpan<byte> text)
        {
            for (var at = 1; at < text.Length; at++)
            {
                var found = text[at..].IndexOfAny((byte)' ', (byte)':');
                if (found < 0)
                {
                    return text.Length;
                }

                at += found;
                var next = text[(at + 1)..];
                if (text[at] == ':')
                {
                    if (next.IsEmpty || next[0] == ' ')
                    {
                        return at;
                    }
                }
                else if (next.IsEmpty || next[0] == '<' || (next.Length > 1 && next[1] == '=' && next[0] is >= (byte)'A' and <= (byte)'Z')
                    || next.StartsWith("routing defer"u8) || next.StartsWith("defer ("u8))
                {
                    return at;
                }
            }

            return text.Length;
        }

        private static int EndOfOriginal(ReadOnlySpan<byte> text)
        {
            for (var at = 0; at < text.Length; at++)
            {
                var found = text[at..].IndexOf((byte)'>');
                if (found < 0)
                {
                    return -1;
                }

                at += found;
                if (at + 1 == text.Length || text[at + 1] is (byte)' ' or (byte)':')
                {
                    return at;
                }
            }

            return -1;
        }
    }
}
