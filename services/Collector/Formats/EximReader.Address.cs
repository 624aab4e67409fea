using System.Buffers;
using System.Text;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The address that a line is about, as Exim writes it.</summary>
internal sealed partial class EximReader
{
    /// <summary>A local part with one of these stands in quotes (RFC 5322 §3.2.3).</summary>
    private static readonly SearchValues<char> Specials = SearchValues.Create(" @,;:<>()[]");

    private readonly ref struct AddressLine(ReadOnlySpan<byte> address, ReadOnlySpan<byte> original, ReadOnlySpan<byte> fields)
    {
        /// <summary>Bytes of a line of Exim's.</summary>
        private const int MaximumLine = 8_192;

        public readonly ReadOnlySpan<byte> Address = address;
        public readonly ReadOnlySpan<byte> Original = original;
        public readonly ReadOnlySpan<byte> Fields = fields;

        /// <summary>True where no server is named: a mailbox, file or program of this host.</summary>
        public bool IsOnHost => !Fields.StartsWith("H="u8) && Fields.IndexOf(" H="u8) < 0;

        public static bool TryCut(ReadOnlySpan<byte> rest, out AddressLine line)
        {
            line = default;
            if (rest.Length < 5 || rest[2] != ' ')
            {
                return false;
            }

            rest = rest[3..].TrimStart((byte)' ');
            if (rest.IsEmpty)
            {
                return false;
            }

            // ":blackhole:" holds the colon that ends other addresses.
            var end = rest[0] == ':' && rest[1..].IndexOf((byte)':') is > 0 and var second ? second + 2 : EndOfAddress(rest);
            var address = rest[..end];
            ReadOnlySpan<byte> original = default;
            rest = rest[end..];
            rest = rest[LengthOfParents(rest)..];
            if (rest.StartsWith(" <"u8))
            {
                rest = rest[2..];
                var close = EndOfOriginal(rest);
                if (close < 0)
                {
                    return false;
                }

                original = rest[..close];
                rest = rest[(close + 1)..];
            }

            line = new AddressLine(address, original, rest.TrimStart((byte)' '));

            // An arrow within an address is the middle of another line that ran into this one.
            return !address.IsEmpty && !line.Fields.IsEmpty && (address.IndexOf((byte)' ') < 0 || !HasArrow(address));
        }

        private static bool HasArrow(ReadOnlySpan<byte> address) =>
            address.IndexOf(" => "u8) >= 0 || address.IndexOf(" == "u8) >= 0 || address.IndexOf(" ** "u8) >= 0 || address.IndexOf(" <= "u8) >= 0;

        /// <summary>
        /// The address as the sender gave it. Exim writes it in lower case and without quotes, and what it was in angle
        /// brackets where that differs; an alias stands there too, and is not where the mail went.
        /// </summary>
        public string Recipient()
        {
            if (Original.IsEmpty)
            {
                return LineText.Of(Address);
            }

            var address = LineText.Of(Address);
            var original = LineText.Of(Original);
            var plain = original.Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
            var isSame = string.Equals(plain, address.Replace("\\", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
            var isMailbox = address[0] is '|' or ':' || !address.Contains('@', StringComparison.Ordinal)
                || (IsOnHost && (address[0] == '/' || address.Contains(" |/", StringComparison.Ordinal)));

            return isSame || isMailbox || IsDowngraded(address, original) ? original : Quoted(address);
        }

        /// <summary>To servers without SMTPUTF8, Exim sends a local part beyond ASCII as <c>xn--…</c> (RFC 3492).</summary>
        private static bool IsDowngraded(string address, string original) =>
            address.StartsWith("xn--", StringComparison.Ordinal) && !Ascii.IsValid(original)
            && address.AsSpan(address.LastIndexOf('@')).Equals(original.AsSpan(Math.Max(0, original.LastIndexOf('@'))), StringComparison.OrdinalIgnoreCase);

        private static string Quoted(string address)
        {
            var at = address.LastIndexOf('@');

            return at > 0 && address.AsSpan(0, at).ContainsAny(Specials) ? $"\"{address[..at]}\"{address[at..]}" : address;
        }

        /// <summary>An address may hold blanks: it ends where its original, a field, a reason or <c>defer</c> begins.</summary>
        private static int EndOfAddress(ReadOnlySpan<byte> text)
        {
            for (var at = 1; at < text.Length; at++)
            {
                var found = text[at..].IndexOfAny((byte)' ', (byte)':');
                if (found < 0)
                {
                    return text.Length;
                }

                at += found;
                var next = text[(at + 1)..];
                if (text[at] == ':')
                {
                    if (next.IsEmpty || next[0] == ' ')
                    {
                        return at;
                    }
                }
                else if (next.IsEmpty || next[0] == '<' || (next.Length > 1 && next[1] == '=' && next[0] is >= (byte)'A' and <= (byte)'Z')
                    || next.StartsWith("routing defer"u8) || next.StartsWith("defer ("u8) || next.StartsWith("mua_wrapper "u8)
                    || LengthOfParents(text[at..]) > 0)
                {
                    return at;
                }
            }

            return text.Length;
        }

        /// <summary>
        /// With <c>+all_parents</c>, the addresses between the one that the mail went to and the one that was given:
        /// <c> (team@shop.example, info@shop.example)</c>. An address may hold parentheses of its own, so they must be addresses.
        /// </summary>
        private static int LengthOfParents(ReadOnlySpan<byte> text)
        {
            if (text is not [(byte)' ', (byte)'(', ..])
            {
                return 0;
            }

            text = text[..Math.Min(text.Length, MaximumLine)];

            for (var at = 2; text[at..].IndexOf((byte)')') is >= 0 and var found;)
            {
                at += found + 1;
                if (at == text.Length || text[at] == ' ' || text[at..].StartsWith(": "u8))
                {
                    return AreAddresses(text[2..(at - 1)]) ? at : 0;
                }
            }

            return 0;
        }

        private static bool AreAddresses(ReadOnlySpan<byte> list)
        {
            while (true)
            {
                // A local part in quotes may hold commas.
                var quoted = list is [(byte)'"', ..] ? EndOfQuoted(list[1..]) + 1 : 0;
                var comma = list[Math.Min(quoted, list.Length)..].IndexOf(", "u8);
                var address = comma < 0 ? list : list[..(quoted + comma)];
                if (address.IndexOf((byte)'@') <= 0)
                {
                    return false;
                }

                if (comma < 0)
                {
                    return true;
                }

                list = list[(quoted + comma + 2)..];
            }
        }

        private static int EndOfOriginal(ReadOnlySpan<byte> text)
        {
            for (var at = 0; at < text.Length; at++)
            {
                var found = text[at..].IndexOf((byte)'>');
                if (found < 0)
                {
                    return -1;
                }

                at += found;
                if (at + 1 == text.Length || text[at + 1] is (byte)' ' or (byte)':')
                {
                    return at;
                }
            }

            return -1;
        }
    }
}
