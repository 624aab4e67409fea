using System.Buffers;
using System.Runtime.InteropServices;

namespace MailStats.Mail.Search.Segments;

/// <summary>Writes the documents of a segment, given the latest first, chunk by chunk.</summary>
internal sealed class DocumentWriter(ISegmentOutput output)
{
    private readonly List<SegmentDocument> _chunk = new(DocumentChunk.Length);
    private readonly ArrayBufferWriter<byte> _bytes = new(8 * DocumentChunk.Length);
    private int _chunks;

    /// <summary>Writes all of a segment's documents.</summary>
    /// <param name="documents">In any order.</param>
    /// <param name="order">Their places, that of the latest first.</param>
    /// <param name="output">Takes the chunks.</param>
    public static void Write(List<SegmentDocument> documents, ReadOnlySpan<int> order, ISegmentOutput output)
    {
        var writer = new DocumentWriter(output);

        foreach (var document in order)
        {
            writer.Add(documents[document]);
        }

        writer.Flush();
    }

    public void Add(in SegmentDocument document)
    {
        _chunk.Add(document);

        if (_chunk.Count == DocumentChunk.Length)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (_chunk.Count > 0)
        {
            DocumentChunk.Write(CollectionsMarshal.AsSpan(_chunk), _bytes);
            output.AddDocuments(_chunks++, _chunk[0].At, _bytes.WrittenSpan);
            _bytes.ResetWrittenCount();
            _chunk.Clear();
        }
    }
}
