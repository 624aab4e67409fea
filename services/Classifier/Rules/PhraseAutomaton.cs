namespace MailStats.Classifier.Rules;

/// <summary>
/// Finds any number of fragments in one pass over a text (Aho and Corasick 1975). Transitions on ASCII are written out, one
/// array look-up a character; on other letters the failure links are followed, which is linear over the text as well.
/// </summary>
internal sealed class PhraseAutomaton
{
    private const int Ascii = 128;

    private readonly byte[] _classes = new byte[Ascii];
    private readonly int _width = 1;
    private readonly int[] _next;
    private readonly int[] _fail;
    private readonly Dictionary<(int State, char Letter), int> _foreign = [];
    private readonly Fragment[]?[] _found;

    /// <param name="fragments">The text of each fragment, with <c>*</c> where it may begin or end within a word. Its index is its id.</param>
    public PhraseAutomaton(IReadOnlyList<string> fragments)
    {
        foreach (var c in fragments.SelectMany(fragment => fragment.Trim('*')).Where(c => c < Ascii))
        {
            if (_classes[c] == 0)
            {
                _classes[c] = checked((byte)_width++);
            }
        }

        var tree = new List<Dictionary<char, int>> { new() };
        var own = new List<List<Fragment>> { new() };

        for (var id = 0; id < fragments.Count; id++)
        {
            var literal = fragments[id].Trim('*');
            var state = 0;

            foreach (var c in literal)
            {
                if (!tree[state].TryGetValue(c, out var child))
                {
                    child = tree.Count;
                    tree[state].Add(c, child);
                    tree.Add([]);
                    own.Add([]);
                }

                state = child;
            }

            own[state].Add(new Fragment(
                id,
                literal.Length,
                char.IsAsciiLetterOrDigit(literal[0]) && !fragments[id].StartsWith('*'),
                char.IsAsciiLetterOrDigit(literal[^1]) && !fragments[id].EndsWith('*'),
                !fragments[id].StartsWith('*') && literal.All(c => char.IsAsciiLetter(c) || c is ' ' or '-' or '\'')));
        }

        _next = new int[tree.Count * _width];
        _fail = new int[tree.Count];
        _found = new Fragment[tree.Count][];
        Link(tree, own);
    }

    public int StateCount => _fail.Length;

    /// <summary>
    /// Tells <paramref name="matches"/> of every occurrence, in the order of their ends. Plain words within a link say nothing:
    /// a help page about spam may be named in any refusal.
    /// </summary>
    public void Scan(ReadOnlySpan<char> text, PhraseMatches matches)
    {
        var state = 0;
        var link = new LinkTracker();

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];

            if (c < '0')
            {
                link.Pass(text, i);

                if (c == ' ' && i > 1 && EndsSentence(text, i - 1))
                {
                    matches.BeginSentence(i);
                }
            }

            state = c < Ascii ? _next[(state * _width) + _classes[c]] : FollowForeign(state, c);

            if (_found[state] is { } found)
            {
                Tell(text, i + 1, found, link.IsInside, matches);
            }
        }
    }

    /// <summary>A full stop behind a word of two letters or more, a question mark or an exclamation mark; <c>no.</c> and <c>e.g.</c> end none.</summary>
    private static bool EndsSentence(ReadOnlySpan<char> text, int place) =>
        text[place] is '!' or '?'
        || (text[place] == '.' && place > 2 && text[place - 1] != '.' && text[place - 2] is not (' ' or '.'));

    private static void Tell(ReadOnlySpan<char> text, int end, Fragment[] found, bool inLink, PhraseMatches matches)
    {
        var endsWord = IsEnd(text, end);

        foreach (var fragment in found)
        {
            var start = end - fragment.Length;

            if (!(inLink && fragment.Plain)
                && (endsWord || !fragment.WordEnd)
                && (!fragment.WordStart || IsStart(text, start)))
            {
                matches.Add(fragment.Id, start, end);
            }
        }
    }

    /// <summary>A part of a host name is no word.</summary>
    private static bool IsStart(ReadOnlySpan<char> text, int start) =>
        start == 0
        || !char.IsAsciiLetterOrDigit(text[start - 1])
        && !(text[start - 1] == '.' && start > 1 && char.IsAsciiLetterOrDigit(text[start - 2]));

    private static bool IsEnd(ReadOnlySpan<char> text, int end) =>
        end == text.Length
        || !char.IsAsciiLetterOrDigit(text[end])
        && !(text[end] == '.' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]));

    private int FollowForeign(int state, char c)
    {
        while (true)
        {
            if (_foreign.TryGetValue((state, c), out var next))
            {
                return next;
            }

            if (state == 0)
            {
                return 0;
            }

            state = _fail[state];
        }
    }

    private void Link(List<Dictionary<char, int>> tree, List<List<Fragment>> own)
    {
        for (var state = 0; state < tree.Count; state++)
        {
            foreach (var (c, child) in tree[state].Where(entry => entry.Key >= Ascii))
            {
                _foreign.Add((state, c), child);
            }
        }

        var queue = new Queue<int>([0]);

        while (queue.TryDequeue(out var state))
        {
            if (state != 0)
            {
                Array.Copy(_next, _fail[state] * _width, _next, state * _width, _width);
                Fragment[] found = [.. own[state], .. _found[_fail[state]] ?? []];
                _found[state] = found.Length == 0 ? null : found;
            }

            foreach (var (c, child) in tree[state])
            {
                if (state != 0)
                {
                    _fail[child] = c < Ascii ? _next[(_fail[state] * _width) + _classes[c]] : FollowForeign(_fail[state], c);
                }

                if (c < Ascii)
                {
                    _next[(state * _width) + _classes[c]] = child;
                }

                queue.Enqueue(child);
            }
        }
    }

    /// <param name="Id">Index of the fragment.</param>
    /// <param name="Length">Characters.</param>
    /// <param name="WordStart">Whether it must begin a word.</param>
    /// <param name="WordEnd">Whether it must end a word.</param>
    /// <param name="Plain">Whether it is made of words and so has no meaning within a link.</param>
    private readonly record struct Fragment(int Id, int Length, bool WordStart, bool WordEnd, bool Plain);

    /// <summary>Knows whether a place is in a link: behind the first slash of a word that has a dot or <c>://</c> before it.</summary>
    private struct LinkTracker
    {
        private bool _dotted;

        public bool IsInside { get; private set; }

        /// <param name="text">The text.</param>
        /// <param name="place">A character before the digits in ASCII: white space, a dot, a slash or the like.</param>
        public void Pass(ReadOnlySpan<char> text, int place)
        {
            switch (text[place])
            {
                case ' ' or '(' or ')' or '"' or '\'' or ',':
                    _dotted = false;
                    IsInside = false;
                    break;
                case '.':
                    _dotted |= place > 0 && char.IsAsciiLetterOrDigit(text[place - 1]);
                    break;
                case '/':
                    IsInside |= _dotted || (place > 0 && text[place - 1] == ':' && place + 1 < text.Length && text[place + 1] == '/');
                    break;
            }
        }
    }
}
