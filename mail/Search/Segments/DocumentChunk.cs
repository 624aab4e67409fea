using System.Buffers;

namespace MailStats.Mail.Search.Segments;

/// <summary>Up to <see cref="Length"/> documents, the latest first: time and row as differences.</summary>
internal static class DocumentChunk
{
    public const int Length = 1024;

    public static void Write(ReadOnlySpan<SegmentDocument> documents, ArrayBufferWriter<byte> output)
    {
        var (at, row) = (0L, 0L);

        foreach (var document in documents)
        {
            // The first time is far from 0, all others go back from the one before.
            Numbers.WriteSigned(output, document.At - at);
            Numbers.WriteSigned(output, document.Row - row);
            Numbers.Write(output, (ulong)document.Earlier);
            (at, row) = (document.At, document.Row);
        }
    }

    public static SegmentDocument[] Read(ReadOnlySpan<byte> bytes)
    {
        var documents = new List<SegmentDocument>(Length);
        var (at, row) = (0L, 0L);

        while (!bytes.IsEmpty)
        {
            at += Numbers.ReadSigned(ref bytes);
            row += Numbers.ReadSigned(ref bytes);
            documents.Add(new(row, at, (int)Numbers.Read(ref bytes)));
        }

        return [.. documents];
    }
}
