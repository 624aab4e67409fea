namespace MailStats.Collector.Formats;

/// <summary>A line about a message coming in: <c>&lt;= SENDER H=… P=… S=… id=… T="…"</c>.</summary>
internal sealed partial class EximReader
{
    private ref struct ArrivalLine
    {
        public ReadOnlySpan<byte> Sender;
        public ReadOnlySpan<byte> Size;
        public ReadOnlySpan<byte> MessageId;
        public ReadOnlySpan<byte> Subject;
        public bool HasSubject;

        /// <summary>The client's address as <c>[192.0.2.10]:50123</c>.</summary>
        public ReadOnlySpan<byte> Client;

        /// <summary>The name in <c>A=AUTHENTICATOR:NAME</c>.</summary>
        public ReadOnlySpan<byte> Login;

        /// <summary>True where <c>R=ID</c> names the message that this one came of: a bounce message or warning.</summary>
        public bool HasParent;

        public static bool TryCut(ReadOnlySpan<byte> rest, out ArrivalLine line)
        {
            line = default;
            if (rest.Length < 4 || rest[2] != ' ')
            {
                return false;
            }

            rest = rest[3..];
            var end = rest.IndexOf((byte)' ');
            while (end > 0 && !(end + 2 < rest.Length && rest[end + 2] == '=' && rest[end + 1] is >= (byte)'A' and <= (byte)'Z'))
            {
                var next = rest[(end + 1)..].IndexOf((byte)' ');
                end = next < 0 ? -1 : end + 1 + next;
            }

            if (end <= 0)
            {
                return false;
            }

            line.Sender = rest[..end];
            line.ReadFields(rest[(end + 1)..]);

            return true;
        }

        private void ReadFields(ReadOnlySpan<byte> rest)
        {
            while (!rest.IsEmpty)
            {
                if (rest.StartsWith("T=\""u8))
                {
                    rest = rest[3..];
                    var quote = EndOfQuoted(rest);
                    Subject = rest[..quote];
                    HasSubject = true;
                    rest = quote + 2 <= rest.Length ? rest[(quote + 2)..] : default;
                    continue;
                }

                if (rest.StartsWith("from <"u8) || rest.StartsWith("for "u8))
                {
                    return;
                }

                var end = rest.IndexOf((byte)' ');
                var field = end < 0 ? rest : rest[..end];
                if (field.StartsWith("S="u8))
                {
                    Size = field[2..];
                }
                else if (field.StartsWith("["u8) || field.StartsWith("H=["u8))
                {
                    Client = field;
                }
                else if (field.StartsWith("A="u8) && field.IndexOf((byte)':') is > 0 and var colon)
                {
                    Login = field[(colon + 1)..];
                    Login = Login.IndexOf((byte)':') is > 0 and var sender ? Login[..sender] : Login;
                }
                else if (field.StartsWith("id="u8))
                {
                    MessageId = field[3..];
                }
                else if (field.StartsWith("R="u8))
                {
                    HasParent = EximIds.LengthOf(field[2..]) > 0;
                }

                rest = end < 0 ? default : rest[(end + 1)..];
            }
        }
    }
}
