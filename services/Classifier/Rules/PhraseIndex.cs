namespace MailStats.Classifier.Rules;

/// <summary>Every pattern of a rule set, ready to be found in one pass.</summary>
internal sealed class PhraseIndex : IDisposable
{
    private readonly PhraseAutomaton _automaton;
    private readonly Parted<int> _begins;
    private readonly Parted<PatternUse> _uses;
    private readonly ThreadLocal<PhraseMatches> _matches;

    public PhraseIndex(IReadOnlyList<Pattern> patterns)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var uses = new List<List<(int Depth, PatternUse Use)>>();
        var shared = new Dictionary<(int Before, int Gap, string Fragments), int>();

        for (var pattern = 0; pattern < patterns.Count; pattern++)
        {
            var stages = patterns[pattern].Stages;
            var before = PatternUse.None;

            for (var depth = 0; depth < stages.Count; depth++)
            {
                var last = depth == stages.Count - 1;
                var key = (before, stages[depth].Gap, string.Join('|', stages[depth].Fragments));
                var stage = PatternUse.None;

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
                        uses.Add([]);
                    }

                    uses[id].Add((depth, new PatternUse(pattern, before, stage, stages[depth].Gap)));
                }

                before = stage;
            }
        }

        PatternCount = patterns.Count;
        _begins = new([.. uses.Select(list => list.Where(entry => entry.Use.IsBeginning).Select(entry => entry.Use.Stage).ToArray())]);
        _uses = new([.. uses.Select(list =>
            list.Where(entry => !entry.Use.IsBeginning).OrderByDescending(entry => entry.Depth).Select(entry => entry.Use).ToArray())]);
        _automaton = new PhraseAutomaton([.. ids.OrderBy(entry => entry.Value).Select(entry => entry.Key)]);
        _matches = new ThreadLocal<PhraseMatches>(() => new PhraseMatches(this));
    }

    public int PatternCount { get; }

    public int StageCount { get; }

    public int StateCount => _automaton.StateCount;

    /// <summary>Stages at the beginning of patterns that a fragment reaches wherever it stands.</summary>
    public ReadOnlySpan<int> BeginsOf(int fragment) => _begins.Of(fragment);

    /// <summary>Its other uses, later stages first, so that one occurrence does not count for two stages of a pattern.</summary>
    public ReadOnlySpan<PatternUse> UsesOf(int fragment) => _uses.Of(fragment);

    /// <summary>The patterns that a text in normal form matches. The result is good until the next call on this thread.</summary>
    public PhraseMatches Find(ReadOnlySpan<char> text)
    {
        var matches = _matches.Value!;
        matches.Clear();
        _automaton.Scan(text, matches);

        return matches;
    }

    public void Dispose() => _matches.Dispose();

    /// <summary>Many short lists in one array.</summary>
    private sealed class Parted<T>
    {
        private readonly T[] _items;
        private readonly int[] _from;

        public Parted(IReadOnlyList<T[]> lists)
        {
            _items = [.. lists.SelectMany(list => list)];
            _from = new int[lists.Count + 1];

            for (var list = 0; list < lists.Count; list++)
            {
                _from[list + 1] = _from[list] + lists[list].Length;
            }
        }

        public ReadOnlySpan<T> Of(int list) => _items.AsSpan(_from[list].._from[list + 1]);
    }
}

/// <summary>Where a fragment is used.</summary>
/// <param name="Pattern">The pattern, or the first of those that begin alike.</param>
/// <param name="Before">The stage before, <see cref="None"/> at a beginning.</param>
/// <param name="Stage">Its own stage, <see cref="None"/> at the end of the pattern.</param>
/// <param name="Gap">Characters that may stand between.</param>
internal readonly record struct PatternUse(int Pattern, int Before, int Stage, int Gap)
{
    public const int None = -1;

    /// <summary>True where nothing has to stand before and something behind.</summary>
    public bool IsBeginning => Before == None && Stage != None;
}
