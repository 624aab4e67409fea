using System.Buffers;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>A delivery as stores keep it: by what it is named, and all that is known of it.</summary>
public readonly record struct StoredDelivery(string MessageKey, string Recipient, DeliveryState State);

/// <summary>
/// The bytes of a delivery, the same in every store. The first byte is the version of the layout; a reader knows all versions
/// up to its own. Texts that have a number (<see cref="IStoredTexts"/>) stand as that number, times as differences. What
/// follows from the trail (the decisive outcomes, the tries) is not written, unless the trail is too long to tell it.
/// </summary>
public static class DeliveryCodec
{
    public const byte Layout = 2;

    /// <summary>2020-01-01: times of acceptance are differences to it.</summary>
    private const long Epoch = 1_577_836_800_000_000;

    /// <summary>Times of a delivery are counted in the largest of these that measures them all, in microseconds.</summary>
    private static readonly long[] Units = [1, 100, 1_000, 1_000_000];

    // The most usual first: the number is written in as few bytes as its highest bit takes.
    [Flags]
    private enum Parts
    {
        None = 0,
        Unit = 3,
        Accepted = 1 << 2,
        Bytes = 1 << 3,
        Provider = 1 << 4,
        MessageId = 1 << 5,
        HeaderFrom = 1 << 6,
        SpamScore = 1 << 7,
        ClientAddress = 1 << 8,
        OutgoingIp = 1 << 9,
        TlsVersion = 1 << 10,
        Login = 1 << 11,
        Pool = 1 << 12,
        Tags = 1 << 13,
        AttemptNumber = 1 << 14,
        Local = 1 << 15,
        Complained = 1 << 16,
        Tries = 1 << 17,
        Deferred = 1 << 18,
        Delivered = 1 << 19,
        Rejected = 1 << 20,
        Failures = 1 << 21,
        Between = 1 << 22,
    }

    public static void Encode(in StoredDelivery delivery, IStoredTexts texts, ArrayBufferWriter<byte> output)
    {
        var state = delivery.State;
        var parts = PartsOf(state, delivery.Recipient);
        var facts = new TextFacts(delivery.Recipient, state.QueueId, state.ReportingHost, state.AcceptedAt);
        Span<char> buffer = stackalloc char[TextPattern.MaxLength];
        Span<Range> ranges = stackalloc Range[TextPattern.MaxParts];
        var writer = new DeliveryWriter(output, texts, facts, state, Units[(int)(parts & Parts.Unit)], buffer, ranges);
        writer.Byte(Layout);
        writer.Number((long)parts);
        writer.SignedNumber((state.AcceptedAt - Epoch) / writer.Unit);
        writer.Address(delivery.Recipient);
        writer.Common(state.ReportingHost);
        writer.Text(state.QueueId);
        writer.Patterned(delivery.MessageKey, addressesAreParts: false);
        writer.Sender(state.Sender);
        writer.Patterned(state.Subject, addressesAreParts: true);
        writer.Common(state.Source);
        WriteOptional(ref writer, state, parts);
        writer.Number(state.Trail.Count);
        var before = state.AcceptedAt;

        foreach (var outcome in state.Trail)
        {
            writer.Outcome(outcome, before);
            before = outcome.At;
        }

        WriteBetween(ref writer, state, parts);
        WriteApart(ref writer, state, parts);
    }

    private static void WriteBetween(ref DeliveryWriter writer, DeliveryState state, Parts parts)
    {
        if (parts.HasFlag(Parts.Between))
        {
            var before = state.AcceptedAt;
            writer.Number(state.Trail.Between.Count);

            foreach (var outcome in state.Trail.Between)
            {
                writer.Outcome(outcome, before);
                before = outcome.At;
            }
        }
    }

    private static void WriteOptional(ref DeliveryWriter writer, DeliveryState state, Parts parts)
    {
        if (parts.HasFlag(Parts.Bytes)) { writer.Number(state.Bytes!.Value); }
        if (parts.HasFlag(Parts.Provider)) { writer.Common(state.Provider); }
        if (parts.HasFlag(Parts.MessageId)) { writer.Patterned(state.MessageId, addressesAreParts: false); }
        if (parts.HasFlag(Parts.HeaderFrom)) { writer.Common(state.HeaderFrom); }
        if (parts.HasFlag(Parts.SpamScore)) { writer.Fixed(BitConverter.DoubleToInt64Bits(state.SpamScore!.Value)); }
        if (parts.HasFlag(Parts.ClientAddress)) { writer.Common(state.ClientAddress); }
        if (parts.HasFlag(Parts.OutgoingIp)) { writer.Common(state.OutgoingIp); }
        if (parts.HasFlag(Parts.TlsVersion)) { writer.Common(state.TlsVersion); }
        if (parts.HasFlag(Parts.Login)) { writer.Common(state.Login); }
        if (parts.HasFlag(Parts.Pool)) { writer.Common(state.Pool); }
        if (parts.HasFlag(Parts.AttemptNumber)) { writer.Number(state.AttemptNumber); }

        if (parts.HasFlag(Parts.Tags))
        {
            writer.Number(state.Tags.Count);

            foreach (var tag in state.Tags)
            {
                writer.Common(tag);
            }
        }
    }

    /// <summary>What the trail does not tell.</summary>
    private static void WriteApart(ref DeliveryWriter writer, DeliveryState state, Parts parts)
    {
        if (parts.HasFlag(Parts.Tries))
        {
            writer.SignedNumber((state.FirstTry!.Value - state.AcceptedAt) / writer.Unit);
            writer.SignedNumber((state.LastTry!.Value - state.AcceptedAt) / writer.Unit);
            writer.Number(state.AttemptIds.Count);

            foreach (var id in state.AttemptIds)
            {
                writer.Fixed(id);
            }
        }

        if (parts.HasFlag(Parts.Complained)) { writer.Outcome(state.Complained!, state.AcceptedAt); }
        if (parts.HasFlag(Parts.Deferred)) { writer.Outcome(state.Deferred!, state.AcceptedAt); }
        if (parts.HasFlag(Parts.Delivered)) { writer.Outcome(state.Delivered!, state.AcceptedAt); }
        if (parts.HasFlag(Parts.Rejected)) { writer.Outcome(state.Rejected!, state.AcceptedAt); }

        if (parts.HasFlag(Parts.Failures))
        {
            writer.Number(state.Failures.Count);

            foreach (var failure in state.Failures)
            {
                writer.Outcome(failure, state.AcceptedAt);
            }
        }
    }

    private static Parts PartsOf(DeliveryState state, string recipient)
    {
        var told = TrailTold.Of(state.Trail);

        return (Parts)UnitOf(state)
            | (state.Accepted ? Parts.Accepted : 0)
            | (state.Local ? Parts.Local : 0)
            | (state.Bytes is not null ? Parts.Bytes : 0)
            | (state.Provider is null || !recipient.AsSpan(recipient.LastIndexOf('@') + 1).SequenceEqual(state.Provider) ? Parts.Provider : 0)
            | (state.MessageId is not null ? Parts.MessageId : 0)
            | (state.HeaderFrom is not null ? Parts.HeaderFrom : 0)
            | (state.SpamScore is not null ? Parts.SpamScore : 0)
            | (state.ClientAddress is not null ? Parts.ClientAddress : 0)
            | (state.OutgoingIp is not null ? Parts.OutgoingIp : 0)
            | (state.TlsVersion is not null ? Parts.TlsVersion : 0)
            | (state.Login is not null ? Parts.Login : 0)
            | (state.Pool is not null ? Parts.Pool : 0)
            | (state.Tags.Count > 0 ? Parts.Tags : 0)
            | (state.AttemptNumber != 0 ? Parts.AttemptNumber : 0)
            | (state.Complained is not null ? Parts.Complained : 0)
            | (state.Trail.Between.Count > 0 ? Parts.Between : 0)
            | (told.TellsTries(state) ? 0 : Parts.Tries)
            | (state.Deferred == told.Deferred ? 0 : Parts.Deferred)
            | (state.Delivered == told.Delivered ? 0 : Parts.Delivered)
            | (state.Rejected == told.Rejected ? 0 : Parts.Rejected)
            | (told.TellsFailures(state) ? 0 : Parts.Failures);
    }

    private static int UnitOf(DeliveryState state)
    {
        var unit = Units.Length - 1;
        Fit(state.AcceptedAt);
        Fit(state.Complained?.At ?? 0);
        // Deferred and the like are not always in the trail, and times are none of the many.
        Fit(state.FirstTry ?? 0);
        Fit(state.LastTry ?? 0);
        Fit(state.Deferred?.At ?? 0);
        Fit(state.Delivered?.At ?? 0);
        Fit(state.Rejected?.At ?? 0);
        state.Failures.ForEach(failure => Fit(failure.At));

        for (var index = 0; index < state.Trail.Count; index++)
        {
            Fit(state.Trail[index].At);
        }

        for (var index = 0; index < state.Trail.Between.Count; index++)
        {
            Fit(state.Trail.Between[index].At);
        }

        return unit;

        void Fit(long at)
        {
            while (at % Units[unit] != 0)
            {
                unit--;
            }
        }
    }

    /// <summary>The recipient alone, without the work of the rest.</summary>
    public static string RecipientOf(ReadOnlySpan<byte> bytes, IStoredTexts texts)
    {
        var reader = ReaderOf(bytes, texts);
        reader.Number();
        reader.SignedNumber();

        return reader.Address();
    }

    public static StoredDelivery Decode(ReadOnlySpan<byte> bytes, IStoredTexts texts)
    {
        var reader = ReaderOf(bytes, texts);
        var parts = (Parts)reader.Number();
        reader.Unit = Units[(int)(parts & Parts.Unit)];
        var state = reader.State;
        state.AcceptedAt = (reader.SignedNumber() * reader.Unit) + Epoch;
        state.Accepted = parts.HasFlag(Parts.Accepted);
        state.Local = parts.HasFlag(Parts.Local);
        reader.Recipient = reader.Address();
        state.ReportingHost = reader.Text();
        state.QueueId = reader.Text();
        var messageKey = reader.Text()!;
        state.Sender = reader.Text();
        state.Subject = reader.Text();
        state.Source = reader.Text();
        ReadOptional(ref reader, state, parts);
        ReadTrail(ref reader, state);
        ReadBetween(ref reader, state, parts);
        ReadApart(ref reader, state, parts);

        return new(messageKey, reader.Recipient, state);
    }

    private static DeliveryReader ReaderOf(ReadOnlySpan<byte> bytes, IStoredTexts texts) => bytes[0] == Layout
        ? new(bytes[1..], texts)
        : throw new InvalidDataException($"A delivery has layout {bytes[0]}; this version of MailStats reads layouts 1 and {Layout}.");

    private static void ReadOptional(ref DeliveryReader reader, DeliveryState state, Parts parts)
    {
        if (parts.HasFlag(Parts.Bytes)) { state.Bytes = reader.Number(); }
        state.Provider = parts.HasFlag(Parts.Provider) ? reader.Text() : reader.Recipient[(reader.Recipient.LastIndexOf('@') + 1)..];
        if (parts.HasFlag(Parts.MessageId)) { state.MessageId = reader.Text(); }
        if (parts.HasFlag(Parts.HeaderFrom)) { state.HeaderFrom = reader.Text(); }
        if (parts.HasFlag(Parts.SpamScore)) { state.SpamScore = BitConverter.Int64BitsToDouble(reader.Fixed()); }
        if (parts.HasFlag(Parts.ClientAddress)) { state.ClientAddress = reader.Text(); }
        if (parts.HasFlag(Parts.OutgoingIp)) { state.OutgoingIp = reader.Text(); }
        if (parts.HasFlag(Parts.TlsVersion)) { state.TlsVersion = reader.Text(); }
        if (parts.HasFlag(Parts.Login)) { state.Login = reader.Text(); }
        if (parts.HasFlag(Parts.Pool)) { state.Pool = reader.Text(); }
        if (parts.HasFlag(Parts.AttemptNumber)) { state.AttemptNumber = (int)reader.Number(); }

        for (var left = parts.HasFlag(Parts.Tags) ? reader.Number() : 0; left > 0; left--)
        {
            state.AddTag(reader.Text()!);
        }
    }

    /// <summary>What follows from the trail is made again as it was made, by taking in one outcome after the other.</summary>
    private static void ReadTrail(ref DeliveryReader reader, DeliveryState state)
    {
        var before = state.AcceptedAt;

        for (var left = reader.Number(); left > 0; left--)
        {
            var outcome = reader.Outcome(before);
            state.Merge(outcome);
            before = outcome.At;
        }
    }

    private static void ReadBetween(ref DeliveryReader reader, DeliveryState state, Parts parts)
    {
        var before = state.AcceptedAt;

        for (var left = parts.HasFlag(Parts.Between) ? reader.Number() : 0; left > 0; left--)
        {
            var outcome = reader.Outcome(before);
            state.MergeBetween(outcome);
            before = outcome.At;
        }
    }

    private static void ReadApart(ref DeliveryReader reader, DeliveryState state, Parts parts)
    {
        if (parts.HasFlag(Parts.Tries))
        {
            state.FirstTry = state.AcceptedAt + (reader.SignedNumber() * reader.Unit);
            state.LastTry = state.AcceptedAt + (reader.SignedNumber() * reader.Unit);
            state.AttemptIds.Clear();

            for (var left = reader.Number(); left > 0; left--)
            {
                state.AttemptIds.Add(reader.Fixed());
            }
        }

        if (parts.HasFlag(Parts.Complained)) { state.Complained = reader.Outcome(state.AcceptedAt); }
        if (parts.HasFlag(Parts.Deferred)) { state.Deferred = reader.Outcome(state.AcceptedAt); }
        if (parts.HasFlag(Parts.Delivered)) { state.Delivered = reader.Outcome(state.AcceptedAt); }
        if (parts.HasFlag(Parts.Rejected)) { state.Rejected = reader.Outcome(state.AcceptedAt); }

        if (parts.HasFlag(Parts.Failures))
        {
            state.Failures.Clear();

            for (var left = reader.Number(); left > 0; left--)
            {
                state.Failures.Add(reader.Outcome(state.AcceptedAt));
            }
        }
    }
}
