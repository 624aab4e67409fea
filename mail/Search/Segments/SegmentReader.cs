namespace MailStats.Mail.Search.Segments;

/// <summary>
/// The candidates of one segment, the latest first, from a time on backwards. Where too many of them turn out not to match,
/// the index is asked more thoroughly for what is left.
/// </summary>
public sealed class SegmentReader(ISegmentInput segment, SegmentQuestion question, long latest)
{
    /// <summary>Candidates in a row that did not match before the index is asked thoroughly.</summary>
    private const int MaxInVain = 2_000;

    private DocumentSet? _candidates;
    private SegmentDocument[] _chunk = [];
    private int _chunkNumber = -1;
    private int _number = -1;
    private bool _asked;
    private bool _thoroughly;
    private int _inVain;

    public SegmentDocument Current { get; private set; }

    public bool MoveNext()
    {
        if (!_asked)
        {
            _asked = true;
            _candidates = question.Candidates(segment, thoroughly: false);

            if (_candidates is { Count: 0 })
            {
                return false;
            }

            // The chunk may begin before the time.
            _number = (segment.ChunkOf(latest) * DocumentChunk.Length) - 1;
        }

        if (_inVain > MaxInVain && !_thoroughly)
        {
            _thoroughly = true;
            _candidates = question.Candidates(segment, thoroughly: true);
        }

        do
        {
            _number = _candidates is null ? _number + 1 : _candidates.NextFrom(_number + 1);

            if (_number < 0 || _number >= segment.DocumentCount)
            {
                return false;
            }

            if (_number / DocumentChunk.Length != _chunkNumber)
            {
                _chunkNumber = _number / DocumentChunk.Length;
                _chunk = DocumentChunk.Read(segment.Documents(_chunkNumber));
            }

            Current = _chunk[_number % DocumentChunk.Length];
        }
        while (Current.At > latest);

        return true;
    }

    /// <summary>Says of the current candidate whether it was one.</summary>
    public void Tell(bool matched) => _inVain = matched ? 0 : _inVain + 1;
}
