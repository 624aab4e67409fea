using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Formats;

/// <summary>
/// Exim's main log, with any <c>log_selector</c>. Joins by message id:
/// <c>&lt;=</c> (and <c>(=</c>, accepted under a feigned rejection) begins a message, <c>=&gt;</c>, <c>-&gt;</c> and <c>&gt;&gt;</c> deliver
/// it to one address, <c>==</c> defers, <c>**</c> fails, <c>Completed</c> ends it. Ids never come again, so the key needs no host, which the log does not name.
/// </summary>
internal sealed partial class EximReader(LogClock clock, MessageTable messages) : ILogFormat
{
    private const int StampLength = 19;

    private readonly HostMessages _host = messages.HostOf(default);
    private readonly NameCache _names = new();
    private readonly IpNames _addresses = new();
    private readonly SyslogCutter _cutter = new(clock);
    private readonly EximPieces _pieces = new();
    private readonly byte[] _stamp = new byte[StampLength];
    private long _stampTicks;
    private long _stampClock = -1;

    public string Name => "exim";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => TryCut(line, out var ticks, out _) ? ticks : _cutter.StampOf(line);

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        return TryCut(line, out var at, out var rest) ? Read(at, rest) : ReadSyslog(line);
    }

    /// <summary>With <c>log_file_path = syslog</c>, or in the journal: Exim's own stamp may stand in the message once more.</summary>
    private LineOutcome ReadSyslog(ReadOnlySpan<byte> line)
    {
        if (!_cutter.TryCut(line, out var cut))
        {
            return LineShape.WhyNot(line);
        }

        if (!cut.Program.StartsWith("exim"u8))
        {
            return LineOutcome.OtherProgram;
        }

        if (EximPieces.IsPiece(cut.Message))
        {
            return _pieces.TryComplete(cut, out var whole) ? ReadMessage(cut.Ticks, whole) : LineOutcome.NoDelivery;
        }

        return ReadMessage(cut.Ticks, cut.Message);
    }

    private LineOutcome ReadMessage(long stamp, ReadOnlySpan<byte> message) =>
        TryCut(message, out var at, out var rest) ? Read(at, rest) : message.IsEmpty ? LineOutcome.NoDelivery : Read(stamp, message);

    private LineOutcome Read(long at, ReadOnlySpan<byte> rest)
    {
        var length = EximIds.LengthOf(rest);
        if (length == 0)
        {
            return ReadRejection(at, rest) ? LineOutcome.Used : LineOutcome.NoDelivery;
        }

        if (rest.Length < length + 3)
        {
            return LineOutcome.Broken;
        }

        var id = rest[..length];
        rest = rest[(length + 1)..];

        return (rest[0], rest[1]) switch
        {
            ((byte)'<', (byte)'=') or ((byte)'(', (byte)'=') => ReadArrival(at, id, rest),
            ((byte)'=', (byte)'>') or ((byte)'-', (byte)'>') or ((byte)'>', (byte)'>') => ReadDelivery(at, id, rest, DeliveryEventKind.Delivered),
            ((byte)'=', (byte)'=') => ReadDelivery(at, id, rest, DeliveryEventKind.Deferred),
            ((byte)'*', (byte)'*') => ReadDelivery(at, id, rest, DeliveryEventKind.Bounced),
            ((byte)'*', (byte)'>') => ReadSuppressed(at, id, rest),
            _ => ReadOther(at, id, rest),
        };
    }

    /// <summary><c>2026-10-05 03:03:00[.123][ +0200][ [pid]] …</c></summary>
    private bool TryCut(ReadOnlySpan<byte> line, out long ticks, out ReadOnlySpan<byte> rest)
    {
        ticks = 0;
        rest = default;
        if (line.Length < StampLength + 2)
        {
            return false;
        }

        if (line[StampLength] == ' ' && line[StampLength + 1] is not ((byte)'+' or (byte)'-')
            && _stampClock == clock.Current && line[..StampLength].SequenceEqual(_stamp))
        {
            ticks = _stampTicks;
            rest = line[(StampLength + 1)..];
        }
        else
        {
            if (line[4] != '-' || line[10] != ' ' || !Stamps.TryReadIso(line, out var local, out var offset, out var length)
                || line.Length < length + 2 || line[length] != ' ')
            {
                return false;
            }

            ticks = offset is { } zone ? clock.FromUtc(local.Ticks - zone.Ticks) : clock.FromLocal(local);
            rest = line[(length + 1)..];
            if (length == StampLength)
            {
                line[..StampLength].CopyTo(_stamp);
                _stampTicks = ticks;
                _stampClock = clock.Current;
            }
        }

        if (rest[0] == '[')
        {
            var end = rest.IndexOf("] "u8);
            if (end is > 1 and < 12 && rest[1..end].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            {
                rest = rest[(end + 2)..];
            }
        }

        return !rest.IsEmpty;
    }

    private JoinedMessage FindOrOpen(ReadOnlySpan<byte> id, long at)
    {
        if (_host.Find(id, at) is { } known)
        {
            return known;
        }

        var message = messages.Open(_host, id, at);
        message.HasUniqueId = true;
        message.EstimatedBegin = EximIds.TimeOf(id);
        message.Key = MessageKey.Of(message.EstimatedBegin, "exim", message.QueueId);

        return message;
    }

    private LineOutcome ReadArrival(long at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        if (!ArrivalLine.TryCut(rest, out var line))
        {
            return LineOutcome.Broken;
        }

        var message = FindOrOpen(id, at);
        message.BeganAt = at;
        message.Sender = line.Sender.SequenceEqual("<>"u8) ? "" : _names.Of(line.Sender);
        message.Submitted = !line.HasParent;
        message.OwnMail = line.HasParent && message.Sender.Length == 0;
        message.Bytes = Utf8Parser.TryParse(line.Size, out long size, out _) ? size : message.Bytes;
        message.ClientAddress = _addresses.InBrackets(line.Client) ?? message.ClientAddress;
        message.Login = line.Login.IsEmpty ? message.Login : _names.Of(line.Login);
        message.MessageId = line.MessageId.IsEmpty ? message.MessageId : LineText.Of(line.MessageId);
        message.Subject = line.HasSubject ? EncodedWords.Decode(EximText.OfSubject(line.Subject)) : message.Subject;
        messages.ReportHeld(message);

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private LineOutcome ReadOther(long at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("removed by "u8) || rest.StartsWith("cancelled by "u8))
        {
            // By an operator. What has no final outcome gets none any more.
            messages.Expire(FindOrOpen(id, at), at, "removed");
        }

        if (rest.StartsWith("Completed"u8))
        {
            if (_host.Find(id, at) is not { } message)
            {
                return LineOutcome.NoDelivery;
            }

            messages.Close(_host, message, at);

            return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
        }

        if (rest.StartsWith("address <"u8) && rest.IndexOf("> marked delivered by "u8) is > 0 and var end)
        {
            messages.ExpireOne(FindOrOpen(id, at), LineText.Of(rest["address <".Length..end]), at, "marked delivered");

            return LineOutcome.Used;
        }

        if (rest.Length < 300 && SpamScoreIn(rest) is { } score)
        {
            FindOrOpen(id, at).SpamScore = score;

            return LineOutcome.Used;
        }

        return ReadRejection(at, rest) ? LineOutcome.Used : LineOutcome.NoDelivery;
    }

    /// <summary>What an ACL's <c>logwrite</c> says: <c>spam score: 3.5</c>, <c>X-Spam-Score: 3.5</c>, <c>spam_score=3.5</c>, …</summary>
    private static double? SpamScoreIn(ReadOnlySpan<byte> text)
    {
        // Warning: "SpamAssassin as ann detected message as NOT spam (-1.2)"
        var detected = text.IndexOf(" detected message as "u8);
        if (detected >= 0)
        {
            var verdict = text[detected..];
            var found = verdict.IndexOf("spam ("u8);

            return found < 0 ? null : SpamScores.Parse(verdict[(found + "spam (".Length)..]);
        }

        if (text[0] is not ((byte)'s' or (byte)'S' or (byte)'X' or (byte)'x'))
        {
            return null;
        }

        var word = text.IndexOf("core"u8);
        if (word < 5 || !(text[..word].IndexOf("pam"u8) is > 0 and < 4))
        {
            return null;
        }

        return SpamScores.Parse(text[(word + 4)..].TrimStart(": =("u8));
    }

    /// <summary><c>H=… F=&lt;sender&gt; [temporarily ]rejected RCPT &lt;recipient&gt;: reason</c>; early Exim 4 without brackets.</summary>
    private bool ReadRejection(long at, ReadOnlySpan<byte> rest)
    {
        var rejected = rest.IndexOf("rejected RCPT "u8);
        var sender = rest.IndexOf(" F="u8);
        if (rejected < 0 || sender < 0 || sender > rejected)
        {
            return false;
        }

        var from = rest[(sender + " F=".Length)..rejected];
        var sent = from is [(byte)'<', ..];
        from = sent ? from[1..] : from;
        var recipient = rest[(rejected + "rejected RCPT ".Length)..];
        var bracketed = recipient is [(byte)'<', ..];
        recipient = bracketed ? recipient[1..] : recipient;
        var end = bracketed ? ">: "u8 : ": "u8;
        var fromEnd = from.IndexOf(sent ? (byte)'>' : (byte)' ');
        var recipientEnd = recipient.IndexOf(end);
        if (fromEnd < 0 || recipientEnd <= 0 || (!bracketed && recipient[..recipientEnd].Contains((byte)' ')))
        {
            return false;
        }

        messages.Reject(default, default, at, _names.Of(from[..fromEnd]), new Attempt
        {
            Kind = DeliveryEventKind.Rejected,
            Recipient = LineText.Of(recipient[..recipientEnd]),
            OccurredAt = at,
            Reply = EximText.OfReply(recipient[(recipientEnd + end.Length)..]),
            Verdict = "rejected",
            Attempted = false,
        });

        return true;
    }

    /// <summary>Index of the quote that ends a quoted text, or of its end where there is none.</summary>
    private static int EndOfQuoted(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var found = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                return text.Length;
            }

            if (text[at + found] == '"')
            {
                return at + found;
            }

            at += found + 2;
        }

        return text.Length;
    }
}
