using System.Buffers;
using System.Buffers.Text;

namespace MailStats.Collector.Formats;

/// <summary>The parts of a delivery agent's line.</summary>
internal sealed partial class PostfixReader
{
    private static readonly SearchValues<byte> FieldNameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    /// <summary>A blank or an angle bracket stands in an address only within quotes.</summary>
    private static bool IsAddress(ReadOnlySpan<byte> address) => !address.IsEmpty && (address[0] == '"' || address.IndexOfAny(" <"u8) < 0);

    /// <summary>True for <c>name=value</c>, such as <c>conn_use=2</c>: versions to come may log more of them.</summary>
    private static bool IsField(ReadOnlySpan<byte> field)
    {
        var equals = field.IndexOf((byte)'=');

        return equals > 0 && field[..equals].IndexOfAnyExcept(FieldNameBytes) < 0 && field.IndexOfAny(" <"u8) < 0;
    }

    private readonly ref struct DeliveryLine
    {
        public ReadOnlySpan<byte> Recipient { get; private init; }

        public ReadOnlySpan<byte> Relay { get; private init; }

        public ReadOnlySpan<byte> Dsn { get; private init; }

        public ReadOnlySpan<byte> Status { get; private init; }

        public ReadOnlySpan<byte> Text { get; private init; }

        /// <summary>Ticks from the message's arrival to this line.</summary>
        public long Delay => Ticks(DelayText);

        /// <summary>Ticks from the message's arrival to its last activation: the first of <c>delays=a/b/c/d</c>.</summary>
        public long BeforeQueue => Ticks(DelaysText);

        private ReadOnlySpan<byte> DelayText { get; init; }

        private ReadOnlySpan<byte> DelaysText { get; init; }

        public static bool TryCut(ReadOnlySpan<byte> rest, out DeliveryLine line)
        {
            line = default;
            rest = rest["to=<".Length..];
            var relayAt = rest.IndexOf(">, relay="u8);
            if (relayAt < 0)
            {
                return false;
            }

            var recipient = rest[..relayAt];
            var original = recipient.IndexOf(">, orig_to=<"u8);
            recipient = original >= 0 ? recipient[..original] : recipient;

            rest = rest[(relayAt + ">, relay=".Length)..];
            var end = rest.IndexOf(", "u8);
            if (end < 0 || !IsAddress(recipient))
            {
                return false;
            }

            // Where two lines have run into each other, what stands here is the middle of the other one.
            var relay = rest[..end];

            return relay.IndexOfAny(" <"u8) < 0 && TryCutFields(recipient, relay, rest[(end + 2)..], out line);
        }

        private static bool TryCutFields(ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> relay, ReadOnlySpan<byte> rest, out DeliveryLine line)
        {
            line = default;
            ReadOnlySpan<byte> delay = default, delays = default, dsn = default;
            while (!rest.StartsWith("status="u8))
            {
                var end = rest.IndexOf(", "u8);
                if (end < 0)
                {
                    return false;
                }

                var field = rest[..end];
                if (field.StartsWith("delay="u8))
                {
                    delay = field["delay=".Length..];
                }
                else if (field.StartsWith("delays="u8))
                {
                    delays = field["delays=".Length..];
                }
                else if (field.StartsWith("dsn="u8))
                {
                    dsn = field["dsn=".Length..];
                }
                else if (!IsField(field))
                {
                    return false;
                }

                rest = rest[(end + 2)..];
            }

            rest = rest["status=".Length..];
            var open = rest.IndexOf((byte)' ');
            line = new DeliveryLine
            {
                Recipient = recipient,
                Relay = relay,
                DelayText = delay,
                DelaysText = delays,
                Dsn = dsn,
                Status = open < 0 ? rest : rest[..open],
                Text = open < 0 ? default : WithoutParentheses(rest[(open + 1)..].TrimEnd("\r "u8)),
            };

            return true;
        }

        private static ReadOnlySpan<byte> WithoutParentheses(ReadOnlySpan<byte> text) =>
            text is not [(byte)'(', ..] ? text : text[^1] == ')' ? text[1..^1] : text[1..];

        private static long Ticks(ReadOnlySpan<byte> text) =>
            Utf8Parser.TryParse(text, out double seconds, out _) && seconds is >= 0 and < 1e9 ? (long)(seconds * TimeSpan.TicksPerSecond) : 0;
    }
}
