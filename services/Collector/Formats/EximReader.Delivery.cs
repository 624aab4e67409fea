using System.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// Lines about one address: <c>=&gt; ADDRESS &lt;ORIGINAL&gt; R=… T=… H=host [ip] … C="…"</c>, <c>== … defer (…): …</c>,
/// <c>** …: …</c>.
/// </summary>
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

        messages.Add(message, kind == DeliveryEventKind.Delivered
            ? ToDelivered(at, MailboxOf(message, line) ?? line.Recipient(), line)
            : ToFailed(at, line.Recipient(), line, kind));

        return LineOutcome.Used;
    }

    /// <summary><c>=&gt; ann &lt;team@shop.example&gt;</c>: where an alias led to a mailbox of this host that deferred before, its address.</summary>
    private static string? MailboxOf(JoinedMessage message, in AddressLine line)
    {
        if (message.Deferred is not { Count: > 0 } deferred || line.Original.IsEmpty || line.Address.IndexOf((byte)'@') >= 0)
        {
            return null;
        }

        var start = LineText.Of(line.Address) + "@";

        return deferred.Keys.FirstOrDefault(address => address.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary><c>*&gt;</c>: <c>exim -N</c> went through the motions and delivered to nobody.</summary>
    private LineOutcome ReadSuppressed(long at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        if (!AddressLine.TryCut(rest, out var line))
        {
            return LineOutcome.Broken;
        }

        messages.Add(FindOrOpen(id, at), new Attempt
        {
            Kind = DeliveryEventKind.Delivered, Recipient = line.Recipient(), OccurredAt = at, Verdict = "suppressed", Attempted = false, Local = true,
        });

        return LineOutcome.Used;
    }

    private Attempt ToDelivered(long at, string recipient, in AddressLine line)
    {
        var host = HostIn(line.Fields, out _);
        var confirmation = ConfirmationIn(line.Fields);
        var code = LeadingCodes.Read(confirmation, out var enhanced);

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
        var code = LeadingCodes.Read(reply, out var enhanced);
        var waited = error.IndexOf("retry time not reached"u8) >= 0;
        var gaveUp = code == 0
            && (error.IndexOf("retry timeout exceeded"u8) >= 0 || error.IndexOf("have been failing for a long time"u8) >= 0);
        if (kind == DeliveryEventKind.Bounced && (gaveUp || code is >= 400 and < 500))
        {
            // Given up after temporary failures only.
            kind = DeliveryEventKind.Expired;
        }

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
            Local = host.IsEmpty && DeliversOnHost(line.Fields),
            Waits = waited && kind == DeliveryEventKind.Deferred,
            GaveUp = gaveUp && kind == DeliveryEventKind.Expired,
        };
    }

    /// <summary>Transports that Debian's, cPanel's and DirectAdmin's configurations deliver into mailboxes, files and programs with.</summary>
    private static readonly string[] TransportsOnHost =
    [
        "local_delivery", "mail_spool", "maildir_home", "maildrop_pipe", "procmail_pipe", "address_pipe", "address_file", "address_directory", "address_reply",
        "dovecot_delivery", "dovecot_virtual_delivery", "dovecot_lmtp", "dovecot_lmtp_udp", "virtual_userdelivery", "virtual_localdelivery",
        "virtual_sa_userdelivery",
    ];

    private static bool DeliversOnHost(ReadOnlySpan<byte> fields)
    {
        var at = fields.StartsWith("T="u8) ? 0 : fields.IndexOf(" T="u8) + 1;
        if (at == 0 && !fields.StartsWith("T="u8))
        {
            return false;
        }

        var transport = fields[(at + 2)..];
        var end = transport.IndexOfAny(" :"u8);
        transport = end < 0 ? transport : transport[..end];
        foreach (var known in TransportsOnHost)
        {
            if (Ascii.Equals(transport, known))
            {
                return true;
            }
        }

        return false;
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

    /// <summary>
    /// The server's own words in <c>SMTP error from remote mail server after RCPT TO:&lt;…&gt;: 550 …</c>; the whole text where
    /// no server spoke.
    /// </summary>
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
            if (ReplyCodes.TryRead(rest, out _))
            {
                return rest;
            }
        }

        return error;
    }
}
