using System.Text;

namespace MailStats.Mail.Search.Segments;

/// <summary>What the index is asked: for every condition, all tokens of one of its alternatives.</summary>
public sealed class SegmentQuestion
{
    private readonly IReadOnlyList<IReadOnlyList<IReadOnlyList<SearchToken>>> _conditions;

    /// <param name="conditions">Those that say most should come first; of an alternative's tokens the longest is asked first.</param>
    public SegmentQuestion(IEnumerable<IEnumerable<IReadOnlyList<SearchToken>>> conditions) => _conditions =
    [
        .. conditions.Select(alternatives => (IReadOnlyList<IReadOnlyList<SearchToken>>)
            [.. alternatives.Select(tokens => (IReadOnlyList<SearchToken>)[.. tokens.OrderBy(token => token.IsBeginning).ThenByDescending(token => token.Text.Length)])])
            .OrderByDescending(alternatives => alternatives.Count == 0 ? 0 : alternatives.Max(tokens => tokens[0].Text.Length)),
    ];

    /// <summary>Fewer than this are looked at one by one sooner than asked about further.</summary>
    private const int Few = 32;

    /// <summary>Terms with one beginning that are united at once; where there are more, all documents are candidates at first.</summary>
    private const int MaxTermsAtFirst = 2_000;

    /// <summary>Documents that may match; null for all.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="thoroughly">Unite the documents of however many terms.</param>
    public DocumentSet? Candidates(ISegmentInput segment, bool thoroughly)
    {
        DocumentSet? found = null;

        foreach (var alternatives in _conditions)
        {
            if (Union(segment, alternatives, thoroughly) is not { } some)
            {
                continue;
            }

            if (found is null)
            {
                found = some;
            }
            else
            {
                found.Intersect(some);
            }

            if (found.Count <= Few)
            {
                break;
            }
        }

        if (found is not null && DocumentsOf(segment, SegmentBuilder.TooMany) is { } always)
        {
            found.Unite(always);
        }

        return found;
    }

    private static DocumentSet? Union(ISegmentInput segment, IReadOnlyList<IReadOnlyList<SearchToken>> alternatives, bool thoroughly)
    {
        DocumentSet? union = null;

        foreach (var tokens in alternatives)
        {
            if (Intersection(segment, tokens, thoroughly, out var any) is not { } some)
            {
                if (any)
                {
                    return null;
                }

                continue;
            }

            if (union is null)
            {
                union = some;
            }
            else
            {
                union.Unite(some);
            }
        }

        return union ?? new(segment.DocumentCount);
    }

    /// <summary>Null where none has all tokens, or with <paramref name="any"/> where every document may have them.</summary>
    private static DocumentSet? Intersection(ISegmentInput segment, IReadOnlyList<SearchToken> tokens, bool thoroughly, out bool any)
    {
        DocumentSet? found = null;
        any = false;

        foreach (var token in tokens)
        {
            var term = Encoding.UTF8.GetBytes(token.Text);
            var all = false;
            var some = token.IsBeginning
                ? DocumentsBeginningWith(segment, term, thoroughly, out all)
                : DocumentsOf(segment, term);

            if (all)
            {
                continue;
            }

            if (some is null)
            {
                return null;
            }

            if (found is null)
            {
                found = some;
            }
            else
            {
                found.Intersect(some);
            }

            if (found.Count <= Few)
            {
                break;
            }
        }

        any = found is null;

        return found;
    }

    private static DocumentSet? DocumentsOf(ISegmentInput segment, byte[] term)
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
                    block.AddTo(set);

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

    private static DocumentSet? DocumentsBeginningWith(ISegmentInput segment, byte[] beginning, bool thoroughly, out bool all)
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

                        return null;
                    }

                    block.AddTo(set ??= new(segment.DocumentCount));
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
