namespace MailStats.Classifier.Rules;

/// <summary>Which patterns a text has matched so far. Belongs to one thread; <see cref="Clear"/> costs nothing.</summary>
internal sealed class PhraseMatches
{
    private readonly PhraseIndex _index;
    private readonly Mark[] _marks;
    private readonly int[] _patternRun;
    private int _run;
    private int _sentence;

    public PhraseMatches(PhraseIndex index)
    {
        _index = index;
        _marks = new Mark[index.StageCount];
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
        var marks = _marks;
        var run = _run;

        foreach (ref readonly var use in _index.UsesOf(fragment))
        {
            if (use.Before != PatternUse.None)
            {
                var before = marks[use.Before];

                if (before.Run != run || start < before.End || start - before.End > use.Gap
                    || (use.Gap == Pattern.NearGap && before.End < _sentence))
                {
                    continue;
                }
            }

            if (use.Stage != PatternUse.None)
            {
                marks[use.Stage] = new Mark(run, end);
            }
            else if (_patternRun[use.Pattern] != run)
            {
                _patternRun[use.Pattern] = run;
                Patterns.Add(use.Pattern);
            }
        }

        foreach (var stage in _index.BeginsOf(fragment))
        {
            marks[stage] = new Mark(run, end);
        }
    }

    /// <summary>Where a stage ended last.</summary>
    /// <param name="Run">The run in which it was reached.</param>
    /// <param name="End">Behind its fragment.</param>
    private readonly record struct Mark(int Run, int End);
}
