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
        if (kind == DeliveryEventKind.Delivered && rest[2..].TrimStart((byte)' ').StartsWith("blackhole"u8) && rest.IndexOf((byte)'@') < 0)
        {
            // An ACL took the message and threw it away: delivered to nobody.
            return LineOutcome.NoDelivery;
        }

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
        var host = HostIn(line.Fields, out var connection, out _);
        var confirmation = ConfirmationIn(line.Fields);
        var code = LeadingCodes.Read(confirmation, out var enhanced);

        var (outgoingIp, tlsVersion) = ConnectionIn(connection);

        return new Attempt
        {
            Kind = DeliveryEventKind.Delivered,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = confirmation.IsEmpty ? null : EximText.OfConfirmation(confirmation),
            RemoteHost = host.IsEmpty ? null : _names.Of(host),
            RemoteAddress = AddressOf(line.Fields, host),
            OutgoingIp = outgoingIp,
            TlsVersion = tlsVersion,
            Verdict = "delivered",
            Local = host.IsEmpty || IsMailboxServer(line.Fields, host),
        };
    }

    private Attempt ToFailed(long at, string recipient, in AddressLine line, DeliveryEventKind kind)
    {
        var host = HostIn(WithoutDuration(line.Fields), out var connection, out var error);
        var wrapped = line.Fields.StartsWith("mua_wrapper "u8);
        var reply = wrapped ? line.Fields : ReplyIn(error);
        var code = LeadingCodes.Read(reply, out var enhanced);
        var waited = error.IndexOf("retry time not reached"u8) >= 0;

        // "retry time not reached for any host after a long failure period" is a failure, and says that there was no other reply.
        var gaveUp = code == 0
            && (wrapped || (waited && kind == DeliveryEventKind.Bounced)
                || error.IndexOf("retry timeout exceeded"u8) >= 0 || error.IndexOf("have been failing for a long time"u8) >= 0);
        if (kind == DeliveryEventKind.Bounced && (gaveUp || code is >= 400 and < 500))
        {
            // Given up after temporary failures only.
            kind = DeliveryEventKind.Expired;
        }

        var (outgoingIp, tlsVersion) = ConnectionIn(connection);

        return new Attempt
        {
            Kind = kind,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = EximText.OfReply(reply),
            RemoteHost = host.IsEmpty ? null : _names.Of(host),
            RemoteAddress = AddressOf(line.Fields, host),
            OutgoingIp = outgoingIp,
            TlsVersion = tlsVersion,
            Verdict = kind == DeliveryEventKind.Deferred ? "deferred" : "failed",
            Attempted = !waited && !(gaveUp && host.IsEmpty),
            Local = host.IsEmpty ? DeliversOnHost(line.Fields) : IsMailboxServer(line.Fields, host),
            Waits = waited && kind == DeliveryEventKind.Deferred,
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
