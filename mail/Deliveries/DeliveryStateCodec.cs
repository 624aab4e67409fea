using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>Numbers for classifications: the few texts of advice are kept once, not with every delivery.</summary>
public interface IClassificationTable
{
    long IdOf(Classification classification);

    Classification this[long id] { get; }
}

/// <summary>
/// The bytes of a <see cref="DeliveryState"/>, the same in every store. Equal states have equal bytes. The first byte is
/// the version of the layout; a reader knows all versions up to its own.
/// </summary>
public static class DeliveryStateCodec
{
    private const byte Version = 1;

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

    public static void Encode(DeliveryState state, IClassificationTable classifications, ArrayBufferWriter<byte> output)
    {
        var writer = new Writer(output, classifications, state.AcceptedAt);
        writer.Byte(Version);
        writer.Number((int)PartsOf(state));
        writer.Number(state.AcceptedAt);
        writer.Text(state.Sender);
        writer.Text(state.HeaderFrom);
        writer.Text(state.QueueId);
        writer.Text(state.MessageId);
        writer.Text(state.Subject);
        writer.Text(state.Source);
        writer.Text(state.ReportingHost);
        writer.Text(state.Provider);
        writer.Number(state.AttemptNumber);

        if (state.Bytes is { } bytes)
        {
            writer.Number(bytes);
        }

        if (state.SpamScore is { } score)
        {
            writer.Fixed(BitConverter.DoubleToInt64Bits(score));
        }

        if (state.FirstTry is { } first)
        {
            writer.Moment(first);
            writer.Moment(state.LastTry!.Value);
            writer.Number(state.AttemptIds.Count);

            foreach (var id in state.AttemptIds)
            {
                writer.Fixed(id);
            }
        }

        writer.Outcome(state.Deferred);
        writer.Outcome(state.Delivered);
        writer.Outcome(state.Rejected);
        writer.Outcome(state.Complained);

        if (state.Failures.Count > 0)
        {
            writer.Number(state.Failures.Count);

            foreach (var failure in state.Failures)
            {
                writer.Outcome(failure);
            }
        }
    }

    public static DeliveryState Decode(ReadOnlySpan<byte> bytes, IClassificationTable classifications)
    {
        var reader = new Reader(bytes, classifications);
        var version = reader.Byte();

        if (version != Version)
        {
            throw new InvalidDataException($"Delivery state has layout {version}; this version of MailStats reads layout {Version}.");
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

        return state;
    }

    private static Parts PartsOf(DeliveryState state) =>
        (state.Accepted ? Parts.Accepted : 0)
        | (state.Local ? Parts.Local : 0)
        | (state.Bytes is not null ? Parts.Bytes : 0)
        | (state.SpamScore is not null ? Parts.SpamScore : 0)
        | (state.FirstTry is not null ? Parts.Tries : 0)
        | (state.Deferred is not null ? Parts.Deferred : 0)
        | (state.Delivered is not null ? Parts.Delivered : 0)
        | (state.Rejected is not null ? Parts.Rejected : 0)
        | (state.Complained is not null ? Parts.Complained : 0)
        | (state.Failures.Count > 0 ? Parts.Failures : 0);

    private readonly ref struct Writer(ArrayBufferWriter<byte> output, IClassificationTable classifications, long epoch)
    {
        public void Byte(byte value)
        {
            output.GetSpan(1)[0] = value;
            output.Advance(1);
        }

        /// <summary>LEB128 of the zigzag form: small numbers of either sign are short.</summary>
        public void Number(long value)
        {
            var rest = (ulong)((value << 1) ^ (value >> 63));
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

        public void Moment(long at) => Number(at - epoch);

        public void Fixed(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
            output.Advance(8);
        }

        /// <summary>0 for null, else the length in bytes plus one, then UTF-8.</summary>
        public void Text(string? text)
        {
            if (text is null)
            {
                Number(0);
                return;
            }

            var length = Encoding.UTF8.GetByteCount(text);
            Number(length + 1);
            Encoding.UTF8.GetBytes(text, output.GetSpan(length));
            output.Advance(length);
        }

        public void Outcome(Outcome? outcome)
        {
            if (outcome is null)
            {
                return;
            }

            Byte((byte)(((int)outcome.Kind << 1) | (outcome.Attempted ? 1 : 0)));
            Moment(outcome.At);
            outcome.EventId.TryWriteBytes(output.GetSpan(16));
            output.Advance(16);
            Number(outcome.ReplyCode is { } code ? code + 1L : 0);
            Text(outcome.EnhancedCode);
            Text(outcome.ReplyText);
            Text(outcome.RemoteHost);
            Text(outcome.SourceVerdict);
            Number(outcome.Classification is { } classification ? classifications.IdOf(classification) : 0);
        }
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
