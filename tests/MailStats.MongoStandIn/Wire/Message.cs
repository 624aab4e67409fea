using System.Buffers.Binary;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace MailStats.MongoStandIn.Wire;

/// <summary>Messages of the wire protocol: OP_MSG, and OP_QUERY, in which a driver says who it is.</summary>
internal sealed record Message(int Id, bool IsLegacy, BsonDocument Body)
{
    public const int MaxSize = 48_000_000;

    private const int HeaderLength = 16;
    private const int Reply = 1;
    private const int Query = 2004;
    private const int Msg = 2013;
    private const int ChecksumPresent = 1;

    /// <summary>Null when the client has gone.</summary>
    public static async Task<Message?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];

        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var id = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));

        if (length is < HeaderLength or > MaxSize)
        {
            throw new InvalidDataException($"A message of {length} bytes.");
        }

        var content = new byte[length - HeaderLength];
        await stream.ReadExactlyAsync(content, cancellationToken);

        return BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)) switch
        {
            Msg => new(id, false, Sections(content)),
            Query => new(id, true, Queried(content)),
            var code => throw new InvalidDataException($"Operation {code} is not known."),
        };
    }

    public byte[] Answer(BsonDocument answer)
    {
        using var stream = new MemoryStream();
        stream.Write(new byte[HeaderLength]);
        // The former: flags, cursor, from which document on, how many documents. The latter: flags, and the kind of the one section.
        stream.Write(IsLegacy ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0] : [0, 0, 0, 0, 0]);

        using (var writer = new BsonBinaryWriter(stream))
        {
            BsonDocumentSerializer.Instance.Serialize(BsonSerializationContext.CreateRoot(writer), answer);
        }

        var bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Id);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), IsLegacy ? Reply : Msg);

        return bytes;
    }

    /// <summary>The body, and the lists of documents that stand beside it put where they belong.</summary>
    private static BsonDocument Sections(byte[] content)
    {
        var flags = BinaryPrimitives.ReadInt32LittleEndian(content);

        // A message that wants no answer is among what is not known.
        if ((flags & ~ChecksumPresent) != 0)
        {
            throw new InvalidDataException($"Flags {flags} are not known.");
        }

        using var stream = new MemoryStream(content, sizeof(int), content.Length - sizeof(int) - ((flags & ChecksumPresent) * sizeof(uint)));
        var body = new BsonDocument();
        var lists = new BsonDocument();
        var size = new byte[sizeof(int)];

        while (stream.Position < stream.Length)
        {
            if (stream.ReadByte() == 0)
            {
                body = Document(stream);
                continue;
            }

            // The size counts itself.
            var start = stream.Position;
            stream.ReadExactly(size);
            var end = start + BinaryPrimitives.ReadInt32LittleEndian(size);
            var name = string.Concat(Characters(stream));
            var documents = new BsonArray();

            while (stream.Position < end)
            {
                documents.Add(Document(stream));
            }

            lists.Add(name, documents);
        }

        return body.AddRange(lists);
    }

    private static BsonDocument Queried(byte[] content)
    {
        // Flags, the collection's name and its zero, two numbers.
        var name = Array.IndexOf(content, (byte)0, sizeof(int));
        using var stream = new MemoryStream(content, name + 1 + (2 * sizeof(int)), content.Length - name - 1 - (2 * sizeof(int)));
        var body = Document(stream);

        return body.Names.First() is "isMaster" or "ismaster" or "hello" or "saslStart" or "saslContinue"
            ? body
            : throw new InvalidDataException("Only what comes before a driver knows the server may come as a query.");
    }

    private static BsonDocument Document(Stream stream)
    {
        using var reader = new BsonBinaryReader(stream);

        return BsonDocumentSerializer.Instance.Deserialize(BsonDeserializationContext.CreateRoot(reader));
    }

    private static IEnumerable<char> Characters(Stream stream)
    {
        for (var character = stream.ReadByte(); character > 0; character = stream.ReadByte())
        {
            yield return (char)character;
        }
    }
}
