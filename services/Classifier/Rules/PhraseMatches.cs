namespace MailStats.Classifier.Rules;

/// <summary>Which patterns a text has matched so far. Belongs to one thread; <see cref="Begin"/> costs nothing.</summary>
internal sealed class PhraseMatches
{
    private readonly PhraseIndex _index;

    // Where a stage ended last, and where a pattern did, counted over all texts: what an earlier text reached is out of every gap's reach.
    private readonly long[] _stageEnds;
    private readonly long[] _patternEnds;
    private long _origin;
    private long _next = Pattern.FarGap + 1;
    private long _sentence;

    public PhraseMatches(PhraseIndex index)
    {
        _index = index;
        _stageEnds = new long[index.StageCount];
        _patternEnds = new long[index.PatternCount];
    }

    /// <summary>Patterns matched, each once, in no order.</summary>
    public List<int> Patterns { get; } = [];

    /// <summary>Forgets the text before.</summary>
    /// <param name="length">Characters of the text that follows.</param>
    public void Begin(int length)
    {
        _origin = _next;
        _next += length + Pattern.FarGap + 1;
        _sentence = _origin;
        Patterns.Clear();
    }

    /// <summary>From here on stands another sentence: what was said before is not said of what follows, as far as near gaps go.</summary>
    public void BeginSentence(int place) => _sentence = _origin + place;

    public bool Has(int pattern) => _patternEnds[pattern] >= _origin;

    /// <summary>
    /// Stage n of a pattern is reached when one of its fragments begins no more than a gap behind the end of stage n - 1;
    /// the latest end counts, so that a repeated beginning does not spoil a match.
    /// </summary>
    public void Add(int fragment, int start, int end)
    {
        var stageEnds = _stageEnds;
        var begins = _origin + start;
        var ends = _origin + end;
        ref readonly var uses = ref _index.UsesOf(fragment);
        var before = uses.Before;

        for (var i = 0; i < before.Length; i++)
        {
            // One comparison for "not reached", "ends behind" (negative, so huge) and "too far": nineteen of twenty end here.
            if ((ulong)(begins - stageEnds[before[i]]) <= Pattern.FarGap)
            {
                Continue(uses.Continuations[i], stageEnds[before[i]], begins, ends);
            }
        }

        foreach (var pattern in uses.Patterns)
        {
            Match(pattern, ends);
        }

        foreach (var stage in uses.Begins)
        {
            stageEnds[stage] = ends;
        }
    }

    private void Continue(in Continuation use, long before, long begins, long ends)
    {
        if (use.Near && (begins - before > Pattern.NearGap || before < _sentence))
        {
            return;
        }

        if (use.Stage != Continuation.None)
        {
            _stageEnds[use.Stage] = ends;
        }
        else
        {
            Match(use.Pattern, ends);
        }
    }

    private void Match(int pattern, long ends)
    {
        if (!Has(pattern))
        {
            _patternEnds[pattern] = ends;
            Patterns.Add(pattern);
        }
    }
}
