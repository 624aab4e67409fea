using System.Buffers;
using System.Text;

namespace MailStats.Policy.Postfix;

/// <summary>
/// One request of Postfix's policy delegation protocol (SMTPD_POLICY_README): <c>name=value</c> lines, ended by an empty
/// one. Order carries no meaning, unknown names are kept and ignored, a value may contain <c>=</c>.
/// </summary>
internal sealed class PolicyRequest
{
    /// <summary>No MTA sends half as much.</summary>
    public const int MaxBytes = 64 * 1024;

    public const int MaxAttributes = 200;

    private readonly Dictionary<string, string> _attributes;

    private PolicyRequest(Dictionary<string, string> attributes) => _attributes = attributes;

    /// <summary>The value of an attribute, empty when it was not sent.</summary>
    public string this[string name] => _attributes.GetValueOrDefault(name, "");

    /// <summary>
    /// Takes one whole request off the buffer. False when its end has not come yet; then nothing is taken.
    /// </summary>
    /// <exception cref="MalformedRequestException">What was sent is not this protocol.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out PolicyRequest request)
    {
        if (!TryFindEnd(buffer, out var end))
        {
            request = null!;

            return buffer.Length <= MaxBytes ? false : throw new MalformedRequestException($"longer than {MaxBytes} bytes");
        }

        var reader = new SequenceReader<byte>(buffer.Slice(0, end));
        var attributes = new Dictionary<string, string>(32, StringComparer.Ordinal);

        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n') && Decode(line) is { Length: > 0 } text)
        {
            Add(attributes, text);
        }

        buffer = buffer.Slice(end);
        request = new PolicyRequest(attributes);

        return true;
    }

    /// <summary>Where the empty line ends. Looked for without decoding anything, since a slow peer makes us look again and again.</summary>
    private static bool TryFindEnd(in ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(buffer);

        while (reader.Consumed <= MaxBytes && reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.IsEmpty || (line.Length == 1 && new SequenceReader<byte>(line).IsNext((byte)'\r')))
            {
                end = reader.Position;

                return reader.Consumed <= MaxBytes;
            }
        }

        end = default;

        return false;
    }

    private static void Add(Dictionary<string, string> attributes, string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);

        if (at <= 0)
        {
            throw new MalformedRequestException($"line {attributes.Count + 1} is not name=value");
        }

        if (line.Contains('\0', StringComparison.Ordinal))
        {
            throw new MalformedRequestException($"line {attributes.Count + 1} contains a zero byte");
        }

        if (attributes.Count == MaxAttributes)
        {
            throw new MalformedRequestException($"more than {MaxAttributes} attributes");
        }

        // A name that comes twice is a forged one: no attribute of the protocol does. The first stands.
        attributes.TryAdd(line[..at], line[(at + 1)..]);
    }

    private static string Decode(in ReadOnlySequence<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);

        return text.EndsWith('\r') ? text[..^1] : text;
    }
}

/// <summary>What a peer sent is not a policy request. The message says what is wrong, never what was sent.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
