namespace MailStats.Classifier.Rules;

/// <summary>Every pattern of a rule set, ready to be found in one pass.</summary>
internal sealed class PhraseIndex : IDisposable
{
    private readonly PhraseAutomaton _automaton;
    private readonly PatternUse[][] _uses;
    private readonly ThreadLocal<PhraseMatches> _matches;

    public PhraseIndex(IReadOnlyList<Pattern> patterns)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var uses = new List<List<PatternUse>>();

        for (var pattern = 0; pattern < patterns.Count; pattern++)
        {
            var stages = patterns[pattern].Stages;

            for (var i = 0; i < stages.Count; i++)
            {
                foreach (var fragment in stages[i].Fragments)
                {
                    if (!ids.TryGetValue(fragment, out var id))
                    {
                        ids.Add(fragment, id = ids.Count);
                        uses.Add([]);
                    }

                    uses[id].Add(new PatternUse(pattern, StageCount + i, stages[i].Gap, i == 0, i == stages.Count - 1));
                }
            }

            StageCount += stages.Count;
        }

        PatternCount = patterns.Count;
        _uses = [.. uses.Select(list => list.OrderByDescending(use => use.Stage).ToArray())];
        _automaton = new PhraseAutomaton([.. ids.OrderBy(entry => entry.Value).Select(entry => entry.Key)]);
        _matches = new ThreadLocal<PhraseMatches>(() => new PhraseMatches(this));
    }

    public int PatternCount { get; }

    public int StageCount { get; }

    public int StateCount => _automaton.StateCount;

    /// <summary>Later stages first, so that one occurrence does not count for two stages of a pattern.</summary>
    public ReadOnlySpan<PatternUse> UsesOf(int fragment) => _uses[fragment];

    /// <summary>The patterns that a text in normal form matches. The result is good until the next call on this thread.</summary>
    public PhraseMatches Find(ReadOnlySpan<char> text)
    {
        var matches = _matches.Value!;
        matches.Clear();
        _automaton.Scan(text, matches);

        return matches;
    }

    public void Dispose() => _matches.Dispose();
}

/// <summary>Where a fragment is used: in which stage of which pattern.</summary>
internal readonly record struct PatternUse(int Pattern, int Stage, int Gap, bool First, bool Last);
