namespace MailStats.Classifier.Rules;

/// <summary>Every pattern of a rule set, ready to be found in one pass.</summary>
internal sealed class PhraseIndex : IDisposable
{
    private readonly PhraseAutomaton _automaton;
    private readonly FragmentUses[] _uses;
    private readonly ThreadLocal<PhraseMatches> _matches;

    public PhraseIndex(IReadOnlyList<Pattern> patterns)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var uses = new List<UseLists>();
        var shared = new Dictionary<(int Before, int Gap, string Fragments), int>();

        for (var pattern = 0; pattern < patterns.Count; pattern++)
        {
            var stages = patterns[pattern].Stages;
            var before = Continuation.None;

            for (var depth = 0; depth < stages.Count; depth++)
            {
                var last = depth == stages.Count - 1;
                var key = (before, stages[depth].Gap, string.Join('|', stages[depth].Fragments));
                var stage = Continuation.None;

                // Patterns that begin alike share what is found of their beginnings; a pattern's end is its own.
                if (!last && !shared.TryAdd(key, StageCount))
                {
                    before = shared[key];
                    continue;
                }

                if (!last)
                {
                    stage = StageCount++;
                }

                foreach (var fragment in stages[depth].Fragments)
                {
                    if (!ids.TryGetValue(fragment, out var id))
                    {
                        ids.Add(fragment, id = ids.Count);
                        uses.Add(new UseLists());
                    }

                    if (depth > 0)
                    {
                        uses[id].Later.Add((depth, before, new Continuation(pattern, stage, stages[depth].Gap == Pattern.NearGap)));
                    }
                    else
                    {
                        (last ? uses[id].Patterns : uses[id].Begins).Add(last ? pattern : stage);
                    }
                }

                before = stage;
            }
        }

        PatternCount = patterns.Count;
        _uses = [.. uses.Select(lists => lists.ToUses())];
        _automaton = new PhraseAutomaton([.. ids.OrderBy(entry => entry.Value).Select(entry => entry.Key)]);
        _matches = new ThreadLocal<PhraseMatches>(() => new PhraseMatches(this));
    }

    public int PatternCount { get; }

    public int StageCount { get; }

    public int StateCount => _automaton.StateCount;

    public ref readonly FragmentUses UsesOf(int fragment) => ref _uses[fragment];

    /// <summary>The patterns that a text in normal form matches. The result is good until the next call on this thread.</summary>
    public PhraseMatches Find(ReadOnlySpan<char> text)
    {
        var matches = _matches.Value!;
        matches.Begin(text.Length);
        _automaton.Scan(text, matches);

        return matches;
    }

    public void Dispose() => _matches.Dispose();

    private sealed class UseLists
    {
        public List<int> Begins { get; } = [];

        public List<int> Patterns { get; } = [];

        public List<(int Depth, int Before, Continuation Use)> Later { get; } = [];

        public FragmentUses ToUses()
        {
            // Later stages first, so that one occurrence does not count for two stages of a pattern.
            var later = Later.OrderByDescending(entry => entry.Depth).ToArray();

            return new([.. later.Select(entry => entry.Before)], [.. later.Select(entry => entry.Use)], [.. Patterns], [.. Begins]);
        }
    }
}

/// <summary>Where a fragment is used.</summary>
/// <param name="Before">The stages behind which it goes on with a pattern; apart from what it goes on to, since nearly always none was reached.</param>
/// <param name="Continuations">What it goes on to behind each of them.</param>
/// <param name="Patterns">Patterns that are this fragment and nothing else.</param>
/// <param name="Begins">Stages at the beginning of patterns, reached wherever it stands.</param>
internal readonly record struct FragmentUses(int[] Before, Continuation[] Continuations, int[] Patterns, int[] Begins);

/// <summary>Where a fragment goes on with a pattern.</summary>
/// <param name="Pattern">The pattern, or the first of those that begin alike.</param>
/// <param name="Stage">The stage that is reached, <see cref="None"/> at the end of the pattern.</param>
/// <param name="Near">Whether it must stand near the stage before, in the same sentence.</param>
internal readonly record struct Continuation(int Pattern, int Stage, bool Near)
{
    public const int None = -1;
}
