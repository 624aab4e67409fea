namespace MailStats.Mail.Search.Segments;

/// <summary>The order of a segment's documents: the latest first.</summary>
internal sealed class DocumentOrder
{
    private readonly ReusedMemory<int> _order = new();
    private readonly ReusedMemory<long> _times = new();

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<int> Of(List<SegmentDocument> documents)
    {
        var order = _order.Take(documents.Count);
        var times = _times.Take(documents.Count);

        for (var index = 0; index < order.Length; index++)
        {
            (order[index], times[index]) = (index, -documents[index].At);
        }

        times.Sort(order);

        return order;
    }
}
