using System.Buffers;

namespace MailStats.Mail.Replies;

/// <summary>
/// A reply without what the sending MTA writes around it: Postfix's <c>host mx.example[192.0.2.1] said: …</c>, Exim's <c>SMTP error
/// from remote mail server after RCPT TO:&lt;…&gt;: host mx.example [192.0.2.1]: …</c>, qmail's <c>Remote host said: …</c>. What is
/// taken off names the receiving host and its address, which must not be taken for the sender's.
/// </summary>
public readonly ref struct WrappedReply
{
    // A reply is passed on a few times at most: a bounce quotes a log line that quotes a server.
    private const int MostLayers = 4;

    private static readonly SearchValues<string> _said = SearchValues.Create(["said:"], StringComparison.OrdinalIgnoreCase);

    /// <summary>The reply itself.</summary>
    public ReadOnlySpan<char> Text { get; private init; }

    /// <summary>The receiving host that the outermost layer names, empty where none does.</summary>
    public ReadOnlySpan<char> Host { get; private init; }

    /// <summary>The command that was answered.</summary>
    public SmtpPhase Phase { get; private init; }

    public static WrappedReply Read(ReadOnlySpan<char> text)
    {
        var reply = new WrappedReply { Text = text };

        for (var layer = 0; layer < MostLayers && reply.TryTakeLayer(out var inner); layer++)
        {
            reply = inner;
        }

        return reply.Phase == SmtpPhase.Unknown ? reply with { Phase = PhaseBehind(text) } : reply;
    }

    private bool TryTakeLayer(out WrappedReply inner)
    {
        inner = this;
        var text = TrimStart(Text);

        if (ReplyCodes.TryRead(text, out _))
        {
            return false;
        }

        var rest = SkipAddress(text);

        if (Starts(rest, "delivery temporarily suspended:", out var end) && StartsWrapper(rest[end..].TrimStart()))
        {
            inner = this with { Text = rest[end..] };

            return true;
        }

        return TryTakePostfix(rest, ref inner) || TryTakeExim(rest, ref inner) || TryTakeQmail(text, ref inner);
    }

    /// <summary><c>host NAME[IP] said: </c> and <c>host NAME[IP] refused to talk to me: </c></summary>
    private bool TryTakePostfix(ReadOnlySpan<char> text, ref WrappedReply inner)
    {
        if (!TryReadHost(text, out var host, out var position))
        {
            return false;
        }

        var rest = text[position..].TrimStart();

        if (Starts(rest, "said:", out var end))
        {
            inner = Inside(rest[end..], host, Phase);

            return true;
        }

        if (Starts(rest, "refused to talk to me:", out end) || Starts(rest, "server refused to talk to me:", out end))
        {
            inner = Inside(rest[end..], host, SmtpPhase.Connection);

            return true;
        }

        return false;
    }

    /// <summary>
    /// <c>SMTP error from remote mail server after COMMAND: host NAME [IP]: </c>, the host before it in bounces and behind <c>H=</c> in logs.
    /// </summary>
    private bool TryTakeExim(ReadOnlySpan<char> text, ref WrappedReply inner)
    {
        var host = ReadOnlySpan<char>.Empty;
        var rest = text;

        if (TryReadHost(text, out var before, out var position))
        {
            host = before;
            rest = text[position..].TrimStart(": \t\r\n");
        }

        if (!Starts(rest, "SMTP error from remote", out var end) && !Starts(rest, "LMTP error from remote", out end))
        {
            return false;
        }

        rest = rest[end..];
        var command = rest[..Math.Min(rest.Length, 200)];

        if (Starts(rest.TrimStart(), "server for", out _) && IndexOf(command, " reason:", out var reasonEnd) is var reason and >= 0)
        {
            inner = Inside(rest[reasonEnd..], host, PhaseOf(command[..reason]));

            return true;
        }

        var after = IndexOf(command, "after ", out _);
        var colon = after < 0 ? -1 : IndexOfClosingColon(rest, after);

        if (colon < 0)
        {
            return false;
        }

        var phase = PhaseOf(rest[after..colon]);
        rest = rest[(colon + 1)..].TrimStart();

        if (TryReadHost(rest, out var named, out position) && position < rest.Length && rest[position] == ':')
        {
            host = named;
            rest = rest[(position + 1)..];
        }

        inner = Inside(WithoutEnd(rest), host, phase);

        return true;
    }

    /// <summary><c>192.0.2.1 does not like recipient. Remote host said: 550 … Giving up on 192.0.2.1.</c></summary>
    private bool TryTakeQmail(ReadOnlySpan<char> text, ref WrappedReply inner)
    {
        var head = text[..Math.Min(text.Length, 300)];
        var behind = 0;

        // Nearly no reply has the word, and one that has none need not be asked at each of its R.
        var said = head.ContainsAny(_said) ? IndexOf(head, "Remote host said:", out behind) : -1;

        if (said < 0)
        {
            return false;
        }

        var before = text[..said];
        var phase = Has(before, "sender was rejected") ? SmtpPhase.MailFrom
            : Has(before, "does not like recipient") ? SmtpPhase.RcptTo
            : Has(before, "greeting failed") || Has(before, "my name was rejected") ? SmtpPhase.Connection
            : Has(before, "sent the message") || Has(before, "failed on DATA") ? SmtpPhase.Data
            : Phase;
        var rest = text[behind..];
        var end = IndexOf(rest, "Giving up on ", out _);
        inner = Inside(end > 0 ? rest[..end].TrimEnd() : rest, Host, phase);

        return true;
    }

    private WrappedReply Inside(ReadOnlySpan<char> text, ReadOnlySpan<char> host, SmtpPhase phase) => new()
    {
        Text = text.TrimStart(),
        Host = Host.IsEmpty ? host : Host,
        Phase = phase == SmtpPhase.Unknown ? Phase : phase,
    };

    /// <summary><c>&lt;jane@example.net&gt;: </c> before what happened to her mail.</summary>
    private static ReadOnlySpan<char> SkipAddress(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '<')
        {
            return text;
        }

        var end = text[..Math.Min(text.Length, 330)].IndexOf(">:");

        return end > 0 && text[..end].Contains('@') && StartsWrapper(text[(end + 2)..].TrimStart()) ? text[(end + 2)..].TrimStart() : text;
    }

    private static bool StartsWrapper(ReadOnlySpan<char> text) =>
        Starts(text, "host ", out _) || Starts(text, "delivery temporarily suspended:", out _) || Starts(text, "SMTP error from remote", out _);

    /// <summary><c>host NAME[IP]</c>, <c>host NAME [IP]</c>, <c>H=NAME [IP]</c>, <c>connect to NAME[IP]:</c> where a refusal follows.</summary>
    private static bool TryReadHost(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out int position)
    {
        host = [];
        position = 0;

        if (!Starts(text, "host ", out var start) && !Starts(text, "H=", out start) && !Starts(text, "connect to ", out start))
        {
            return false;
        }

        var end = start;

        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('[' or '(' or ':'))
        {
            end++;
        }

        host = text[start..end];
        position = ReplyCodes.SkipSpace(text, end);

        if (position < text.Length && text[position] is '[' or '(')
        {
            var close = text[position..Math.Min(text.Length, position + 60)].IndexOfAny(']', ')');

            if (close < 0)
            {
                return false;
            }

            position += close + 1;
        }

        if (position + 1 < text.Length && text[position] == ':' && char.IsAsciiDigit(text[position + 1]))
        {
            position++;

            while (position < text.Length && char.IsAsciiDigit(text[position]))
            {
                position++;
            }
        }

        if (Starts(text, "connect to ", out _))
        {
            position = position < text.Length && text[position] == ':' ? position + 1 : position;
        }

        return !host.IsEmpty;
    }

    /// <summary>Without Exim's <c>: retry timeout exceeded</c>: why it has given up stands before it.</summary>
    private static ReadOnlySpan<char> WithoutEnd(ReadOnlySpan<char> text)
    {
        var tail = text[Math.Max(0, text.Length - 80)..];
        var colon = tail.LastIndexOf(':');

        return colon >= 0 && Starts(tail[colon..], ": retry timeout exceeded", out var end) && tail[(colon + end)..].IsWhiteSpace()
            ? text[..(text.Length - tail.Length + colon)]
            : text;
    }

    /// <summary>Without blanks at the beginning; more of them than a reply may have characters hide no wrapper, and are not all looked at.</summary>
    private static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        var head = text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)];

        return text[(head.Length - head.TrimStart().Length)..];
    }

    /// <summary>The colon that ends a command: <c>RCPT TO:&lt;…&gt;:</c> has one inside.</summary>
    private static int IndexOfClosingColon(ReadOnlySpan<char> text, int from)
    {
        for (var index = from; index < Math.Min(text.Length, from + 400); index++)
        {
            if (text[index] == ':' && (index + 1 == text.Length || char.IsWhiteSpace(text[index + 1])))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Postfix ends with <c>(in reply to RCPT TO command)</c>, Sendmail begins with <c>&gt;&gt;&gt; RCPT To:&lt;…&gt;</c>.</summary>
    private static SmtpPhase PhaseBehind(ReadOnlySpan<char> text)
    {
        var tail = text[Math.Max(0, text.Length - 80)..];
        var start = IndexOf(tail, "(in reply to ", out _);

        if (start >= 0)
        {
            return PhaseOf(tail[start..]);
        }

        var head = text[..Math.Min(text.Length, 300)];
        start = head.IndexOf(">>> ");

        return start < 0 ? SmtpPhase.Unknown : PhaseOf(head.Slice(start + 4, Math.Min(12, head.Length - start - 4)));
    }

    private static SmtpPhase PhaseOf(ReadOnlySpan<char> command) =>
        Has(command, "MAIL FROM") ? SmtpPhase.MailFrom
        : Has(command, "RCPT TO") ? SmtpPhase.RcptTo
        : Has(command, "DATA") ? SmtpPhase.Data
        : Has(command, "initial connection") || Has(command, "HELO") || Has(command, "EHLO") || Has(command, "LHLO") || Has(command, "STARTTLS")
            ? SmtpPhase.Connection
        : SmtpPhase.Unknown;

    private static bool Has(ReadOnlySpan<char> text, string words) => IndexOf(text, words, out _) >= 0;

    /// <summary>Bounces fold their lines, so any white space stands for the space between two words.</summary>
    private static int IndexOf(ReadOnlySpan<char> text, string words, out int end)
    {
        var from = 0;

        var (lower, upper) = (char.ToLowerInvariant(words[0]), char.ToUpperInvariant(words[0]));

        while (text[from..].IndexOfAny(lower, upper) is var found and >= 0)
        {
            from += found;

            if (Starts(text[from..], words, out var length))
            {
                end = from + length;

                return from;
            }

            from++;
        }

        end = 0;

        return -1;
    }

    private static bool Starts(ReadOnlySpan<char> text, string words, out int end)
    {
        end = 0;

        foreach (var c in words)
        {
            if (end >= text.Length || (c == ' ' ? !char.IsWhiteSpace(text[end]) : char.ToUpperInvariant(text[end]) != char.ToUpperInvariant(c)))
            {
                return false;
            }

            end = c == ' ' ? ReplyCodes.SkipSpace(text, end) : end + 1;
        }

        return true;
    }
}
