using System.Text;

namespace MailStats.Pipeline.Tests.Telemetry;

/// <summary>A message of Protocol Buffers without its schema: fields by number, as far as OTLP's are looked at here.</summary>
internal readonly struct ProtobufMessage(ReadOnlyMemory<byte> bytes)
{
    /// <summary>Every field of this number that holds a text, bytes or a message.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> All(int number)
    {
        for (var position = 0; position < bytes.Length;)
        {
            var tag = Varint(ref position);
            ReadOnlyMemory<byte>? content = null;

            switch (tag & 7)
            {
                case 0:
                    Varint(ref position);
                    break;
                case 1:
                    position += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(ref position);
                    content = bytes.Slice(position, length);
                    position += length;
                    break;
                case 5:
                    position += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}.");
            }

            if (content is { } found && (int)(tag >> 3) == number)
            {
                yield return found;
            }
        }
    }

    /// <summary>The first field of this number that holds a whole number.</summary>
    public ulong? Number(int number)
    {
        for (var position = 0; position < bytes.Length;)
        {
            var tag = Varint(ref position);

            switch (tag & 7)
            {
                case 0:
                    var value = Varint(ref position);

                    if ((int)(tag >> 3) == number)
                    {
                        return value;
                    }

                    break;
                case 1:
                    position += sizeof(ulong);
                    break;
                case 2:
                    // Before the addition: the length moves the position, too.
                    var length = (int)Varint(ref position);
                    position += length;
                    break;
                default:
                    position += sizeof(uint);
                    break;
            }
        }

        return null;
    }

    public IEnumerable<ProtobufMessage> Messages(int number) => All(number).Select(content => new ProtobufMessage(content));

    public string Text(int number) => Encoding.UTF8.GetString(All(number).FirstOrDefault().Span);

    public string Hex(int number) => Convert.ToHexStringLower(All(number).FirstOrDefault().Span);

    private ulong Varint(ref int position)
    {
        var value = 0UL;

        for (var shift = 0; ; shift += 7)
        {
            var part = bytes.Span[position++];
            value |= (ulong)(part & 0x7f) << shift;

            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
