namespace MailStats.Mail.Search.Segments;

/// <summary>A line of a list that a search can find.</summary>
/// <param name="Row">The number by which the store finds the delivery.</param>
/// <param name="At">When, in microseconds of Unix time.</param>
/// <param name="Earlier">0 for what the delivery is now, else the status of an activity that something later superseded.</param>
public readonly record struct SegmentDocument(long Row, long At, int Earlier);

/// <summary>Where the parts of a segment go, in their order.</summary>
public interface ISegmentOutput
{
    /// <param name="chunk">The chunk's number, from 0 on.</param>
    /// <param name="firstAt">The time of its first document, which is its latest.</param>
    /// <param name="bytes">Valid during the call.</param>
    void AddDocuments(int chunk, long firstAt, ReadOnlySpan<byte> bytes);

    /// <param name="first">Its first term.</param>
    /// <param name="bytes">Valid during the call.</param>
    void AddTerms(ReadOnlySpan<byte> first, ReadOnlySpan<byte> bytes);
}

/// <summary>The parts of a segment as they were written.</summary>
public interface ISegmentInput
{
    int DocumentCount { get; }

    /// <summary>The chunk with the latest documents of a time: the last that begins later, the first where none does.</summary>
    int ChunkOf(long at);

    byte[] Documents(int chunk);

    /// <summary>The blocks of terms from the one on in which a term would be, in their order. Each is valid until the next.</summary>
    IEnumerable<ReadOnlyMemory<byte>> TermsFrom(byte[] term);
}
