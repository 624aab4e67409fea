using System.Buffers.Binary;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>Reads what <see cref="DeliveryWriter"/> writes. What texts are put together with is read before them.</summary>
internal ref struct DeliveryReader(ReadOnlySpan<byte> bytes, IStoredTexts texts)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public DeliveryState State { get; } = new();

    public string Recipient { get; set; } = "";

    public long Unit { get; set; }

    public byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];

        return value;
    }

    public long Number()
    {
        var value = 0UL;
        var shift = 0;
        byte part;

        do
        {
            part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        return (long)value;
    }

    public long SignedNumber()
    {
        var value = (ulong)Number();

        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string Address()
    {
        var local = Text()!;

        return Text() is { } domain ? $"{local}@{domain}" : local;
    }

    public string? Text()
    {
        var head = Number();

        if ((head & 1) != 0)
        {
            return PutTogether(texts.TextOf((int)(head >> 1)));
        }

        return head == 0 ? null : Literal((head >> 1) - 1);
    }

    /// <param name="before">The time to which its time is the difference.</param>
    public Outcome Outcome(long before)
    {
        var head = Number();
        var form = head >> 1 == 0 ? default : texts.FormOf((int)(head >> 1));
        string? reply = null;

        if (head >> 1 == 0)
        {
            var (kind, code) = (Byte(), Number());
            form = new((DeliveryEventKind)(kind >> 1), (kind & 1) != 0, code == 0 ? null : (int)(uint)(code - 1), Text(), Text(), SignedNumber(), null);
            reply = Text();
        }
        else if (form.Pattern is { } pattern)
        {
            reply = PutTogether(pattern);
        }

        var at = before + (SignedNumber() * Unit);
        var id = new Guid(Take(16));
        var remoteHost = Text();
        var differs = (head & 1) != 0;

        return new(form.Kind, at, id, form.Attempted)
        {
            ReplyCode = form.ReplyCode,
            EnhancedCode = form.EnhancedCode,
            ReplyText = reply,
            RemoteHost = remoteHost,
            SourceVerdict = form.SourceVerdict,
            ReportingHost = differs ? Text() : State.ReportingHost,
            OutgoingIp = differs ? Text() : State.OutgoingIp,
            Classification = form.Classification == 0 ? null : texts[form.Classification],
        };
    }

    private string PutTogether(string pattern)
    {
        var parts = new string[TextPattern.CountParts(pattern)];

        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = Text()!;
        }

        return TextPattern.PutTogether(pattern, new(Recipient, State.QueueId, State.ReportingHost, State.AcceptedAt), parts);
    }

    private string Literal(long head)
    {
        var length = (int)(head >> 2);
        var mark = (int)(head & 3);

        if (mark == 0)
        {
            return Encoding.UTF8.GetString(Take(length));
        }

        var alphabet = Alphabet.Marked(mark);

        return alphabet.Unpack(Take(alphabet.BytesOf(length)), length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];

        return taken;
    }
}
