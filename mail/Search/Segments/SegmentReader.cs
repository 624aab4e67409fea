namespace MailStats.Mail.Search.Segments;

/// <summary>
/// The candidates of one segment, the latest first, from a time on backwards. Where too many of them turn out not to match,
/// the index is asked more thoroughly for what is left.
/// </summary>
public sealed class SegmentReader(ISegmentInput segment, SegmentQuestion question, long latest) : IDisposable
{
    /// <summary>Candidates in a row that did not match before the index is asked thoroughly.</summary>
    private const int MaxInVain = 2_000;

    /// <summary>Documents of which the index is asked at first. A page of what is common is full before; each next time they are eight times as many.</summary>
    private const int AtFirst = 16_384;

    private DocumentSet? _candidates;
    private SegmentDocument[] _chunk = [];
    private int _chunkNumber = -1;
    private int _number = -1;
    private int _first;
    private int _to;
    private bool _asked;
    private bool _thoroughly;
    private int _inVain;

    public SegmentDocument Current { get; private set; }

    public bool MoveNext()
    {
        if (!_asked)
        {
            _asked = true;
            // The chunk may begin before the time.
            _first = segment.ChunkOf(latest) * DocumentChunk.Length;
            _number = _first - 1;
            Ask(_first + AtFirst);

            if (_candidates is { Count: 0 })
            {
                return false;
            }
        }

        if (_inVain > MaxInVain && !_thoroughly)
        {
            _thoroughly = true;
            Ask(_to);
        }

        do
        {
            _number = Next();

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

    public void Dispose() => _candidates?.Dispose();

    private int Next()
    {
        while (true)
        {
            var next = _candidates is null ? _number + 1 : _candidates.NextFrom(_number + 1);

            if (next < _to)
            {
                return next;
            }

            Ask((int)Math.Min(segment.DocumentCount, _first + (8L * (_to - _first))));
        }
    }

    private void Ask(int to)
    {
        _candidates?.Dispose();
        _candidates = question.Candidates(segment, _thoroughly, Math.Min(to, segment.DocumentCount), out var exact);
        // Where nothing was common there is nothing more to ask.
        _to = exact ? int.MaxValue : to;
    }
}
