namespace MailStats.Classifier.Rules;

/// <summary>Which patterns a text has matched so far. Belongs to one thread; <see cref="Clear"/> costs nothing.</summary>
internal sealed class PhraseMatches
{
    private readonly PhraseIndex _index;
    private readonly int[] _stageEnd;
    private readonly int[] _stageRun;
    private readonly int[] _patternRun;
    private int _run;
    private int _sentence;

    public PhraseMatches(PhraseIndex index)
    {
        _index = index;
        _stageEnd = new int[index.StageCount];
        _stageRun = new int[index.StageCount];
        _patternRun = new int[index.PatternCount];
    }

    /// <summary>Patterns matched, each once, in no order.</summary>
    public List<int> Patterns { get; } = [];

    public void Clear()
    {
        _run++;
        _sentence = 0;
        Patterns.Clear();
    }

    /// <summary>From here on stands another sentence: what was said before is not said of what follows, as far as near gaps go.</summary>
    public void BeginSentence(int place) => _sentence = place;

    public bool Has(int pattern) => _patternRun[pattern] == _run;

    /// <summary>
    /// Stage n of a pattern is reached when one of its fragments begins no more than a gap behind the end of stage n - 1;
    /// the latest end counts, so that a repeated beginning does not spoil a match.
    /// </summary>
    public void Add(int fragment, int start, int end)
    {
        foreach (var use in _index.UsesOf(fragment))
        {
            if (!use.First)
            {
                var before = use.Stage - 1;

                if (_stageRun[before] != _run || start < _stageEnd[before] || start - _stageEnd[before] > use.Gap
                    || (use.Gap == Pattern.NearGap && _stageEnd[before] < _sentence))
                {
                    continue;
                }
            }

            if (use.Last)
            {
                if (_patternRun[use.Pattern] != _run)
                {
                    _patternRun[use.Pattern] = _run;
                    Patterns.Add(use.Pattern);
                }
            }
            else
            {
                _stageRun[use.Stage] = _run;
                _stageEnd[use.Stage] = end;
            }
        }
    }
}
