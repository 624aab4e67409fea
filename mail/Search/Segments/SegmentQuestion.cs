using System.Text;

namespace MailStats.Mail.Search.Segments;

/// <summary>What the index is asked: for every condition, all tokens of one of its alternatives.</summary>
public sealed class SegmentQuestion
{
    private readonly IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>> _conditions;

    /// <param name="conditions">Those that say most should come first; of an alternative's tokens the longest is asked first.</param>
    public SegmentQuestion(IEnumerable<IEnumerable<IReadOnlyList<SearchToken>>> conditions) => _conditions =
    [
        .. conditions.Select(alternatives => (IReadOnlyList<IReadOnlyList<SearchToken>>)[.. alternatives.Select(Ordered)])
            .OrderByDescending(alternatives => alternatives.Count == 0 ? 0 : alternatives.Max(tokens => tokens[0].Text.Length)),
    ];

    private static IReadOnlyList<SearchToken> Ordered(IReadOnlyList<SearchToken> tokens) =>
        [.. tokens.OrderBy(token => token.IsBeginning).ThenByDescending(token => token.Text.Length)];

    /// <summary>Fewer than this are looked at one by one sooner than asked about further.</summary>
    private const int Few = 4;

    /// <summary>Terms with one beginning that are united at once; where there are more, all documents are candidates at first.</summary>
    private const int MaxTermsAtFirst = 2_000;

    /// <summary>Documents that may match; null for all.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="thoroughly">Unite the documents of however many terms.</param>
    /// <param name="to">Of common terms, the documents before this are looked at; all from this on may match.</param>
    /// <param name="exact">True where there was no such term: <paramref name="to"/> made no difference.</param>
    public DocumentSet? Candidates(ISegmentInput segment, bool thoroughly, int to, out bool exact)
    {
        var asked = new Asked(segment, thoroughly, to);
        DocumentSet? found = null;

        foreach (var alternatives in _conditions)
        {
            found = Intersected(found, asked.Union(alternatives));

            if (found is { Count: <= Few })
            {
                break;
            }
        }

        if (found is not null && asked.DocumentsOf(SegmentBuilder.TooMany) is { } always)
        {
            found = United(found, always);
        }

        exact = asked.IsExact;

        return found;
    }

    private static DocumentSet? Intersected(DocumentSet? left, DocumentSet? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        left.Intersect(right);
        right.Dispose();

        return left;
    }

    private static DocumentSet United(DocumentSet? left, DocumentSet right)
    {
        if (left is null)
        {
            return right;
        }

        left.Unite(right);
        right.Dispose();

        return left;
    }

    /// <summary>What one segment answers.</summary>
    private sealed class Asked(ISegmentInput segment, bool thoroughly, int to)
    {
        public bool IsExact { get; private set; } = true;

        /// <summary>The documents that have one of the alternatives; null where all may.</summary>
        public DocumentSet? Union(IReadOnlyList<IReadOnlyList<SearchToken>> alternatives)
        {
            DocumentSet? union = null;

            foreach (var tokens in alternatives)
            {
                if (Intersection(tokens, out var any) is { } some)
                {
                    union = United(union, some);
                }
                else if (any)
                {
                    union?.Dispose();

                    return null;
                }
            }

            return union ?? new(segment.DocumentCount);
        }

        public DocumentSet? DocumentsOf(byte[] term)
        {
            foreach (var bytes in segment.TermsFrom(term))
            {
                var block = new TermBlockReader(segment.DocumentCount, bytes);

                while (block.Read())
                {
                    var order = block.Term.SequenceCompareTo(term);

                    if (order == 0)
                    {
                        var set = new DocumentSet(segment.DocumentCount);
                        IsExact &= block.AddTo(set, to);

                        return set;
                    }

                    if (order > 0)
                    {
                        return null;
                    }
                }

                // It would be in this block or nowhere.
                return null;
            }

            return null;
        }

        /// <summary>Null where none has all tokens, or with <paramref name="any"/> where every document may have them.</summary>
        private DocumentSet? Intersection(IReadOnlyList<SearchToken> tokens, out bool any)
        {
            DocumentSet? found = null;
            any = false;

            foreach (var token in tokens)
            {
                var term = Encoding.UTF8.GetBytes(token.Text);
                var all = false;
                var some = token.IsBeginning ? DocumentsBeginningWith(term, out all) : DocumentsOf(term);

                if (all)
                {
                    continue;
                }

                if (some is null)
                {
                    found?.Dispose();

                    return null;
                }

                found = Intersected(found, some);

                if (found is { Count: <= Few })
                {
                    break;
                }
            }

            any = found is null;

            return found;
        }

        private DocumentSet? DocumentsBeginningWith(byte[] beginning, out bool all)
        {
            DocumentSet? set = null;
            var terms = 0;
            all = false;

            foreach (var bytes in segment.TermsFrom(beginning))
            {
                var block = new TermBlockReader(segment.DocumentCount, bytes);

                while (block.Read())
                {
                    if (block.Term.StartsWith(beginning))
                    {
                        if (++terms > MaxTermsAtFirst && !thoroughly)
                        {
                            all = true;
                            set?.Dispose();

                            return null;
                        }

                        IsExact &= block.AddTo(set ??= new(segment.DocumentCount), to);
                    }
                    else if (block.Term.SequenceCompareTo(beginning) > 0)
                    {
                        return set;
                    }
                }
            }

            return set;
        }
    }
}
