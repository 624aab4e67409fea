using System.Buffers;
using System.Runtime.InteropServices;

namespace MailStats.Mail.Search.Segments;

/// <summary>
/// Makes a segment of the index: documents, the latest first, and for each term which of them have it. A segment is written
/// once and never changed; several are merged into one (<see cref="SegmentMerge"/>). Used by one thread at a time; for another
/// segment its memory is used again.
/// </summary>
public sealed class SegmentBuilder : ITokenTaker
{
    /// <summary>Of every delivery that has more words than can be kept; such a document is a candidate for every search.</summary>
    internal static readonly byte[] TooMany = "~"u8.ToArray();

    /// <summary>Tokens of one delivery: sixty replies of thirty words, all different.</summary>
    public const int MaxTokens = 2_000;

    private readonly SegmentTerms _terms = new();
    private readonly KnownTexts _known = new();
    private readonly ArrayBufferWriter<char> _words = new(1024);
    private readonly List<SegmentDocument> _documents = [];

    /// <summary>Terms of one delivery after the other; in one delivery some stand more than once.</summary>
    private readonly List<int> _uses = [];

    /// <summary>Where each delivery's documents and uses begin.</summary>
    private readonly List<(int Document, int Use)> _deliveries = [];

    private readonly ReusedMemory<int> _starts = new();
    private readonly ReusedMemory<int> _ends = new();
    private readonly ReusedMemory<int> _lastUse = new();
    private readonly ReusedMemory<int> _deliveryOfEach = new();
    private readonly ReusedMemory<int> _documentsOfTerms = new();
    private readonly TermOrder _termOrder = new();
    private readonly DocumentOrder _documentOrder = new();

    private bool _full;

    public int Count => _documents.Count;

    /// <summary>Begins a delivery: its lines, all of which have what is added until the next begins.</summary>
    public void Begin(IReadOnlyList<SegmentDocument> documents)
    {
        End();
        _deliveries.Add((_documents.Count, _uses.Count));
        _documents.AddRange(documents);
    }

    /// <summary>A token of the delivery that was begun. Adding it twice changes nothing.</summary>
    /// <param name="token">A letter and at most <see cref="SearchToken.MaxLength"/> characters.</param>
    public void Add(ReadOnlySpan<char> token)
    {
        if (!_full)
        {
            _uses.Add(_terms.NumberOf(token));
            Bound();
        }
    }

    public void AddWords(SearchField field, string text)
    {
        var letter = SearchFields.Letter(field);

        if (!TryAddKnown(letter, text))
        {
            var start = _uses.Count;
            Span<char> token = stackalloc char[1 + SearchToken.MaxLength];
            token[0] = letter;
            _words.ResetWrittenCount();
            SearchText.AppendWords(text, _words);

            for (var words = _words.WrittenSpan.TrimStart(' '); !words.IsEmpty;)
            {
                var end = words.IndexOf(' ');
                var word = words[..Math.Min(end, SearchToken.MaxLength)];
                word.CopyTo(token[1..]);
                _uses.Add(_terms.NumberOf(token[..(1 + word.Length)]));
                words = words[(end + 1)..];
            }

            _known.Keep(letter, text, start, _uses.Count - start);
            Bound();
        }
    }

    public void Add(char letter, string text)
    {
        if (!TryAddKnown(letter, text))
        {
            _known.Keep(letter, text, _uses.Count, 1);
            Add(SearchToken.Cut(letter, text));
        }
    }

    /// <summary>Writes what was added; after it, only <see cref="Clear"/> is to be called.</summary>
    public void Write(ISegmentOutput output)
    {
        End();
        var order = _documentOrder.Of(_documents);
        DocumentWriter.Write(_documents, order, output);
        var deliveries = DeliveryOfEach();
        var starts = CountUses();
        var ends = _ends.Take(starts.Length);
        starts.CopyTo(ends);
        var documents = _documentsOfTerms.Take(starts[^1]);

        for (var place = 0; place < order.Length; place++)
        {
            foreach (var term in UsesOf(deliveries[order[place]]))
            {
                documents[ends[term]++] = place;
            }
        }

        var writer = new TermBlockWriter(_documents.Count, output);

        foreach (var term in _termOrder.Of(_terms))
        {
            if (ends[term] > starts[term])
            {
                writer.Add(_terms[term], documents[starts[term]..ends[term]]);
            }
        }

        writer.Flush();
    }

    /// <summary>Forgets everything but its memory.</summary>
    public void Clear()
    {
        _terms.Clear();
        _known.Clear();
        _documents.Clear();
        _uses.Clear();
        _deliveries.Clear();
        _full = false;
    }

    private bool TryAddKnown(char letter, string text)
    {
        if (_full)
        {
            return true;
        }

        if (!_known.TryFind(letter, text, out var start, out var count))
        {
            return false;
        }

        _uses.AddRange(CollectionsMarshal.AsSpan(_uses).Slice(start, count));
        Bound();

        return true;
    }

    /// <summary>Keeps what one delivery holds within twice its bound: what is added before it is counted.</summary>
    private void Bound()
    {
        if (_uses.Count - _deliveries[^1].Use > 2 * MaxTokens)
        {
            CountTokens();
        }
    }

    private void End()
    {
        if (_deliveries.Count > 0 && !_full && _uses.Count - _deliveries[^1].Use > MaxTokens)
        {
            CountTokens();
        }

        if (_full)
        {
            _uses.Add(_terms.NumberOf("~"));
            _full = false;
        }
    }

    /// <summary>Each once; of a delivery with too many none is kept.</summary>
    private void CountTokens()
    {
        var start = _deliveries[^1].Use;
        var tokens = CollectionsMarshal.AsSpan(_uses)[start..].ToArray().Distinct().ToArray();
        _uses.RemoveRange(start, _uses.Count - start);
        _full = tokens.Length > MaxTokens;
        _uses.AddRange(_full ? [] : tokens);
        // Some of them stood in what is no longer there.
        _known.Clear();
    }

    private Span<int> DeliveryOfEach()
    {
        var deliveries = _deliveryOfEach.Take(_documents.Count);

        for (var delivery = 0; delivery < _deliveries.Count; delivery++)
        {
            var end = delivery + 1 < _deliveries.Count ? _deliveries[delivery + 1].Document : deliveries.Length;
            deliveries[_deliveries[delivery].Document..end].Fill(delivery);
        }

        return deliveries;
    }

    /// <summary>Leaves each use of a delivery once; gives where the documents of each term begin when they stand one term after the other.</summary>
    private Span<int> CountUses()
    {
        var starts = _starts.Take(_terms.Count + 1);
        var last = _lastUse.Take(_terms.Count);
        starts.Clear();
        last.Fill(-1);
        var uses = CollectionsMarshal.AsSpan(_uses);
        var deliveries = CollectionsMarshal.AsSpan(_deliveries);
        var kept = 0;

        for (var delivery = 0; delivery < deliveries.Length; delivery++)
        {
            var hasNext = delivery + 1 < deliveries.Length;
            var documents = (hasNext ? deliveries[delivery + 1].Document : _documents.Count) - deliveries[delivery].Document;
            var of = uses[deliveries[delivery].Use..(hasNext ? deliveries[delivery + 1].Use : uses.Length)];
            deliveries[delivery].Use = kept;

            foreach (var term in of)
            {
                if (last[term] != delivery)
                {
                    last[term] = delivery;
                    starts[term + 1] += documents;
                    uses[kept++] = term;
                }
            }
        }

        _uses.RemoveRange(kept, _uses.Count - kept);

        for (var term = 0; term < last.Length; term++)
        {
            starts[term + 1] += starts[term];
        }

        return starts;
    }

    private ReadOnlySpan<int> UsesOf(int delivery)
    {
        var end = delivery + 1 < _deliveries.Count ? _deliveries[delivery + 1].Use : _uses.Count;

        return CollectionsMarshal.AsSpan(_uses)[_deliveries[delivery].Use..end];
    }
}
