using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MailStats.Mail.Deliveries;

/// <summary>The values of layout 2, see <see cref="DeliveryCodec"/>.</summary>
/// <param name="output">Where to write.</param>
/// <param name="texts">Numbers of texts.</param>
/// <param name="facts">What texts are taken apart by.</param>
/// <param name="state">What is written.</param>
/// <param name="unit">Microseconds in which times are counted.</param>
/// <param name="buffer">For a pattern, <see cref="TextPattern.MaxLength"/>.</param>
/// <param name="ranges">For its parts, <see cref="TextPattern.MaxParts"/>.</param>
internal readonly ref struct DeliveryWriter(
    ArrayBufferWriter<byte> output, IStoredTexts texts, TextFacts facts, DeliveryState state, long unit, Span<char> buffer, Span<Range> ranges)
{
    private readonly TextFacts _facts = facts;
    private readonly Span<char> _buffer = buffer;
    private readonly Span<Range> _ranges = ranges;
    private readonly int _recipient = string.GetHashCode(facts.Recipient, StringComparison.Ordinal);

    public long Unit { get; } = unit;

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>LEB128.</summary>
    public void Number(long value)
    {
        var rest = (ulong)value;
        var span = output.GetSpan(10);
        var length = 0;

        while (rest >= 0x80)
        {
            span[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    /// <summary>LEB128 of the zigzag form: small numbers of either sign are short.</summary>
    public void SignedNumber(long value) => Number((value << 1) ^ (value >> 63));

    public void Fixed(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    /// <summary>A text that stands in many deliveries: by its number where it has one.</summary>
    public void Common(string? text)
    {
        if (text is null || !TryNumber(text))
        {
            Text(text);
        }
    }

    /// <summary>An address: its domain is common, its local part is not.</summary>
    public void Address(string address)
    {
        var at = address.LastIndexOf('@');
        Literal(at < 0 ? address : address.AsSpan(0, at));

        if (at < 0)
        {
            Number(0);
        }
        else if (!TryNumber(address.AsSpan(at + 1)))
        {
            Literal(address.AsSpan(at + 1));
        }
    }

    /// <summary>An envelope sender: the same for much mail, or one that carries the recipient (VERP).</summary>
    public void Sender(string? sender)
    {
        if (sender is null || !TryNumber(sender))
        {
            Patterned(sender, addressesAreParts: false);
        }
    }

    /// <summary>A text of which much mail has another, but all in one pattern.</summary>
    public void Patterned(string? text, bool addressesAreParts)
    {

        if (text is null
            || !TextPattern.TryTakeApart(text, _facts, default, addressesAreParts, _buffer, _ranges, out var pattern)
            || texts.NumberOf(pattern.Text, _recipient) is not (> 0 and var number))
        {
            Text(text);
            return;
        }

        NumberOfText(number);
        Literals(text, pattern.Parts);
    }

    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
        }
        else
        {
            Literal(text);
        }
    }

    /// <param name="outcome">What to write.</param>
    /// <param name="before">The time to which its time is the difference.</param>
    public void Outcome(Outcome outcome, long before)
    {
        var differs = outcome.ReportingHost != state.ReportingHost || outcome.OutgoingIp != state.OutgoingIp;
        var classification = outcome.Classification is { } cause ? texts.IdOf(cause) : 0;
        var number = TryForm(outcome, classification, out var form, out var parts) ? texts.NumberOf(form, _recipient) : 0;

        Number(((long)number << 1) | (differs ? 1L : 0));

        if (number == 0)
        {
            Byte((byte)(((int)outcome.Kind << 1) | (outcome.Attempted ? 1 : 0)));
            Number(outcome.ReplyCode is { } code ? (long)(uint)code + 1 : 0);
            Text(outcome.EnhancedCode);
            Text(outcome.SourceVerdict);
            SignedNumber(classification);
            Text(outcome.ReplyText);
        }
        else if (outcome.ReplyText is { } reply)
        {
            Literals(reply, _ranges[..parts]);
        }

        SignedNumber((outcome.At - before) / Unit);
        outcome.EventId.TryWriteBytes(output.GetSpan(16));
        output.Advance(16);
        Common(outcome.RemoteHost);

        if (differs)
        {
            Common(outcome.ReportingHost);
            Common(outcome.OutgoingIp);
        }
    }

    private bool TryForm(Outcome outcome, long classification, out ReplyForm form, out int parts)
    {
        form = default;
        parts = 0;
        string? text = null;

        if (outcome.ReplyText is { } reply)
        {
            var codes = (CodeText(outcome.ReplyCode), outcome.EnhancedCode);

            if (!TextPattern.TryTakeApart(reply, _facts, codes, addressesAreParts: true, _buffer, _ranges, out var pattern))
            {
                return false;
            }

            text = pattern.Text.ToString();
            parts = pattern.Parts.Length;
        }

        form = new(outcome.Kind, outcome.Attempted, outcome.ReplyCode, outcome.EnhancedCode, outcome.SourceVerdict, classification, text);

        return true;
    }

    private static string? CodeText(int? code) => code?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private bool TryNumber(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > TextPattern.MaxLength || texts.NumberOf(text, _recipient) is not (> 0 and var number))
        {
            return false;
        }

        NumberOfText(number);

        return true;
    }

    private void NumberOfText(int number) => Number(((long)number << 1) | 1);

    private void Literals(string text, ReadOnlySpan<Range> parts)
    {
        foreach (var part in parts)
        {
            Literal(text.AsSpan()[part]);
        }
    }

    private void Literal(ReadOnlySpan<char> text)
    {
        var alphabet = Alphabet.Of(text);
        var length = alphabet is null ? Encoding.UTF8.GetByteCount(text) : text.Length;
        Number(((((long)length << 2) | (alphabet?.Mark ?? 0L)) + 1) << 1);

        if (alphabet is null)
        {
            Encoding.UTF8.GetBytes(text, output.GetSpan(length));
            output.Advance(length);
        }
        else
        {
            var bytes = alphabet.BytesOf(length);
            alphabet.Pack(text, output.GetSpan(bytes));
            output.Advance(bytes);
        }
    }
}
