using System.Buffers;
using System.Runtime.InteropServices;

namespace MailStats.Mail.Search.Segments;

/// <summary>Writes the documents of a segment, given the latest first, chunk by chunk.</summary>
internal sealed class DocumentWriter(ISegmentOutput output)
{
    private readonly List<SegmentDocument> _chunk = new(DocumentChunk.Length);
    private readonly ArrayBufferWriter<byte> _bytes = new(8 * DocumentChunk.Length);
    private int _chunks;

    /// <summary>Writes documents that stand in any order; gives that in which they were written.</summary>
    public static int[] Write(List<SegmentDocument> documents, ISegmentOutput output)
    {
        var order = new int[documents.Count];
        var times = new long[documents.Count];

        for (var index = 0; index < order.Length; index++)
        {
            (order[index], times[index]) = (index, -documents[index].At);
        }

        Array.Sort(times, order);
        var writer = new DocumentWriter(output);

        foreach (var document in order)
        {
            writer.Add(documents[document]);
        }

        writer.Flush();

        return order;
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
