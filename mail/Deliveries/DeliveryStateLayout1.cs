using System.Buffers.Binary;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// Reads states as they were written before a delivery kept its trail: only the decisive outcomes were known, and of every
/// attempt its number. Nothing writes this layout any more.
/// </summary>
public static class DeliveryStateLayout1
{
    public const byte Layout = 1;

    [Flags]
    private enum Parts
    {
        None = 0,
        Accepted = 1,
        Local = 1 << 1,
        Bytes = 1 << 2,
        SpamScore = 1 << 3,
        Tries = 1 << 4,
        Deferred = 1 << 5,
        Delivered = 1 << 6,
        Rejected = 1 << 7,
        Complained = 1 << 8,
        Failures = 1 << 9,
    }

    public static DeliveryState Decode(ReadOnlySpan<byte> bytes, IClassificationTable classifications)
    {
        var reader = new Reader(bytes, classifications);
        var version = reader.Byte();

        if (version != Layout)
        {
            throw new InvalidDataException($"A delivery's state has layout {version} where layout {Layout} was written.");
        }

        var parts = (Parts)reader.Number();
        var state = new DeliveryState
        {
            AcceptedAt = reader.Epoch(),
            Accepted = parts.HasFlag(Parts.Accepted),
            Local = parts.HasFlag(Parts.Local),
            Sender = reader.Text(),
            HeaderFrom = reader.Text(),
            QueueId = reader.Text(),
            MessageId = reader.Text(),
            Subject = reader.Text(),
            Source = reader.Text(),
            ReportingHost = reader.Text(),
            Provider = reader.Text(),
            AttemptNumber = (int)reader.Number(),
            Bytes = parts.HasFlag(Parts.Bytes) ? reader.Number() : null,
            SpamScore = parts.HasFlag(Parts.SpamScore) ? BitConverter.Int64BitsToDouble(reader.Fixed()) : null,
        };

        if (parts.HasFlag(Parts.Tries))
        {
            state.FirstTry = reader.Moment();
            state.LastTry = reader.Moment();

            for (var left = reader.Number(); left > 0; left--)
            {
                state.AttemptIds.Add(reader.Fixed());
            }
        }

        state.Deferred = parts.HasFlag(Parts.Deferred) ? reader.Outcome() : null;
        state.Delivered = parts.HasFlag(Parts.Delivered) ? reader.Outcome() : null;
        state.Rejected = parts.HasFlag(Parts.Rejected) ? reader.Outcome() : null;
        state.Complained = parts.HasFlag(Parts.Complained) ? reader.Outcome() : null;

        for (var left = parts.HasFlag(Parts.Failures) ? reader.Number() : 0; left > 0; left--)
        {
            state.Failures.Add(reader.Outcome());
        }

        foreach (var outcome in new[] { state.Deferred, state.Delivered, state.Rejected }.OfType<Outcome>().Concat(state.Failures))
        {
            state.Trail.Merge(outcome);
        }

        return state;
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes, IClassificationTable classifications)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private long _epoch;

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

            return (long)(value >> 1) ^ -(long)(value & 1);
        }

        public long Epoch() => _epoch = Number();

        public long Moment() => _epoch + Number();

        public long Fixed()
        {
            var value = BinaryPrimitives.ReadInt64LittleEndian(_rest);
            _rest = _rest[8..];

            return value;
        }

        public string? Text()
        {
            var length = (int)Number() - 1;

            if (length < 0)
            {
                return null;
            }

            var text = Encoding.UTF8.GetString(_rest[..length]);
            _rest = _rest[length..];

            return text;
        }

        public Outcome Outcome()
        {
            var head = Byte();
            var at = Moment();
            var id = new Guid(_rest[..16]);
            _rest = _rest[16..];
            var code = Number();

            return new((DeliveryEventKind)(head >> 1), at, id, (head & 1) != 0)
            {
                ReplyCode = code == 0 ? null : (int)code - 1,
                EnhancedCode = Text(),
                ReplyText = Text(),
                RemoteHost = Text(),
                SourceVerdict = Text(),
                Classification = Number() is var classification && classification != 0 ? classifications[classification] : null,
            };
        }
    }
}
