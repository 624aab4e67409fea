using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>What became of an envelope: <c>mta delivery</c>, <c>mda delivery</c> and <c>relay: Expire for</c>.</summary>
internal sealed partial class OpenSmtpdReader
{
    private LineOutcome ReadDelivery(in SyslogLine cut, ReadOnlySpan<byte> session, ReadOnlySpan<byte> rest, bool local)
    {
        // Deliveries to mailboxes have no quotes, and name the address that was asked for only where an alias led to another.
        var stat = rest.IndexOf(" stat="u8);
        var fields = rest.IndexOf(local ? "> user="u8 : "> source="u8);
        if (rest.Length < SessionLength || !IsHex(rest[..SessionLength]) || stat < 0 || fields < 0 || fields > stat
            || !TryRecipients(rest[..(fields + 1)], out var to, out var asked))
        {
            return LineOutcome.Broken;
        }

        // What stands between the addresses and the reply: each field is sought here, not in the whole line.
        var told = rest[(fields + 1)..stat];
        var result = Field(told, " result="u8).TrimStart((byte)'"');
        var kind = result.StartsWith("Ok"u8) ? DeliveryEventKind.Delivered
            : result.StartsWith("PermFail"u8) || result.StartsWith("LoopDetect"u8) ? DeliveryEventKind.Bounced
            : result.StartsWith("TempFail"u8) ? DeliveryEventKind.Deferred
            : DeliveryEventKind.Unknown;
        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.Broken;
        }

        var reply = rest[(stat + " stat=".Length)..];
        reply = reply is [(byte)'"', .. var quoted, (byte)'"'] ? quoted : reply is [(byte)'"', .. var open] ? open : reply;
        if (!local && kind == DeliveryEventKind.Delivered && HandedOnTo(cut, rest, reply) is { } next)
        {
            return HandOn(cut, rest, to, next);
        }

        if (!local && !asked.IsEmpty && kind != DeliveryEventKind.Deferred)
        {
            Forward(cut, rest, asked);
        }

        var code = LeadingCodes.Read(reply, out var enhanced);
        var source = local ? default : Quoted(told, " source=\""u8);

        return Take(cut, rest, new Attempt
        {
            Kind = kind,

            // What was accepted is what is delivered: a mailbox is the address that led to it.
            Recipient = LineText.Of(local && !asked.IsEmpty ? asked : to),
            OccurredAt = cut.Ticks,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = LineText.Of(reply),
            RemoteHost = RelayHost(told),
            Verdict = kind switch { DeliveryEventKind.Delivered => "Ok", DeliveryEventKind.Bounced => "PermFail", _ => "TempFail" },
            Local = local,
            OutgoingIp = _addresses.Of(source),
            TlsVersion = local ? null : _sessions.TlsOf(session),

            // No source: no server of the domain could be reached, so none was asked.
            Attempted = !source.SequenceEqual("-"u8),
        });
    }

    /// <summary>Cuts <c>to=&lt;ADDRESS&gt; rcpt=&lt;ADDRESS&gt;</c>; the second may be missing, or <c>-</c> where it is the same.</summary>
    private static bool TryRecipients(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> to, out ReadOnlySpan<byte> asked)
    {
        asked = default;
        if (rest.LastIndexOf("> rcpt=<"u8) is > 0 and var second)
        {
            asked = rest[(second + "> rcpt=<".Length)..^1];
            asked = asked.SequenceEqual("-"u8) ? default : asked;
            rest = rest[..(second + 1)];
        }

        var start = rest.LastIndexOf("> to=<"u8);
        to = start < 0 ? default : rest[(start + "> to=<".Length)..^1];

        return start >= 0;
    }

    /// <summary>The address that an alias stands behind was accepted, and is done with: what counts is where the alias leads.</summary>
    private void Forward(in SyslogLine cut, ReadOnlySpan<byte> evpid, ReadOnlySpan<byte> asked)
    {
        var message = FindOrOpen(messages.HostOf(cut.Host), cut, evpid[..MessageIdLength]);
        var recipient = LineText.Of(asked);
        if ((message.Ended ??= []).Add(recipient))
        {
            messages.Add(message, new Attempt
            {
                Kind = DeliveryEventKind.Delivered, Recipient = recipient, OccurredAt = cut.Ticks, Verdict = "forwarded", Attempted = false, Local = true,
            });
        }
    }

    /// <summary>
    /// The message that this one went on as, where a proxy on a port (a DKIM signer) handed it back: <c>250 2.0.0 1cc5b2a2 Message
    /// accepted for delivery</c> is this server's own answer, with the message's new id.
    /// </summary>
    private JoinedMessage? HandedOnTo(in SyslogLine cut, ReadOnlySpan<byte> evpid, ReadOnlySpan<byte> reply)
    {
        var accepted = reply.IndexOf(" Message accepted for delivery"u8);
        if (accepted < MessageIdLength)
        {
            return null;
        }

        var id = reply[(accepted - MessageIdLength)..accepted];

        return IsHex(id) && !id.SequenceEqual(evpid[..MessageIdLength]) ? messages.HostOf(cut.Host).FindLeft(id) : null;
    }

    /// <summary>What was said of the recipient is taken back for this message id: the other one counts.</summary>
    private LineOutcome HandOn(in SyslogLine cut, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> to, JoinedMessage next)
    {
        if (messages.HostOf(cut.Host).Find(rest[..MessageIdLength], cut.Ticks) is { } message)
        {
            next.LearnFrom(message);
        }

        Take(cut, rest, new Attempt
        {
            Kind = DeliveryEventKind.Delivered, Recipient = LineText.Of(to), OccurredAt = cut.Ticks, Verdict = "handed on", Attempted = false, Local = true,
        });

        return LineOutcome.NoDelivery;
    }

    private LineOutcome ReadExpiry(in SyslogLine cut, ReadOnlySpan<byte> rest)
    {
        if (rest.Length < SessionLength || !IsHex(rest[..SessionLength]) || !TryAddress(rest, " to=<"u8, ">, rcpt=<"u8, out var to))
        {
            return LineOutcome.Broken;
        }

        return Take(cut, rest, new Attempt
        {
            Kind = DeliveryEventKind.Expired,
            Recipient = LineText.Of(to),
            OccurredAt = cut.Ticks,
            Reply = "Envelope expired",
            Verdict = "Expire",
            Attempted = false,
            GaveUp = true,
        });
    }

    /// <summary><c>relay="192.0.2.1 (mx.example.net)"</c>: the name where there is one.</summary>
    private string? RelayHost(ReadOnlySpan<byte> told)
    {
        var relay = Quoted(told, " relay=\""u8);
        var open = relay.IndexOf((byte)'(');
        relay = open < 0 ? relay : relay[(open + 1)..].TrimEnd((byte)')');

        return relay.IsEmpty ? null : _names.Of(relay);
    }
}
