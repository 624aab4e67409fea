using System.Collections.Frozen;

namespace MailStats.Classifier.Rules;

/// <summary>
/// Finds any number of fragments in one pass over a text (Aho and Corasick 1975). Transitions on ASCII are written out for the states
/// that nearly every text visits. Elsewhere a state has one child nearly always, which stands right behind it; what is not a child
/// follows the failure links, which is linear over the text as well.
/// </summary>
internal sealed class PhraseAutomaton
{
    private const int Ascii = 128;

    // Letters behind the root up to which transitions are written out: deeper states are many and have one child nearly always, and a
    // table of them would not fit into a processor's cache.
    private const int WrittenOutDepth = 2;

    // Beside the number of a state: fragments end there. Most letters need not look at the state then.
    private const int Ends = int.MinValue;

    private readonly byte[] _classes = new byte[Ascii];
    private readonly int _width = 1;
    private readonly int _writtenOut;
    private readonly int[] _next;
    private readonly State[] _states;
    private readonly Fragment[][] _found;

    // The root has hundreds of children outside ASCII, and nearly every letter of such a text asks it.
    private readonly FrozenDictionary<char, int> _beginnings;

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

        var tree = FragmentTree.InOrder(fragments, WrittenOutDepth);
        var found = new List<Fragment[]> { Array.Empty<Fragment>() };
        _states = [.. tree.Select(node => new State { Letter = node.Letter })];

        foreach (var node in tree)
        {
            Join(node);
        }

        _beginnings = tree[0].Children.Where(child => child.Key >= Ascii).ToFrozenDictionary(child => child.Key, child => child.Value.Index);
        _writtenOut = tree.Count(node => node.Depth <= WrittenOutDepth);
        _next = new int[_writtenOut * _width];

        // A failure link leads to a state of less depth.
        foreach (var node in tree.OrderBy(node => node.Depth))
        {
            ref var state = ref _states[node.Index];
            state.Fail = node.Depth < 2 ? 0 : Follow(_states[node.Parent!.Index].Fail, node.Letter) & ~Ends;
            state.Found = Gather(found, node.Fragments, _states[state.Fail].Found);
            WriteOut(node);
        }

        foreach (ref var next in _next.AsSpan())
        {
            next = Marked(next);
        }

        foreach (ref var state in _states.AsSpan())
        {
            state.FirstChild = Marked(state.FirstChild);
        }

        _found = [.. found];
    }

    public int StateCount => _states.Length;

    /// <summary>
    /// Tells <paramref name="matches"/> of every occurrence, in the order of their ends. Plain words within a link say nothing:
    /// a help page about spam may be named in any refusal.
    /// </summary>
    public void Scan(ReadOnlySpan<char> text, PhraseMatches matches)
    {
        var (next, classes, width, writtenOut, states) = (_next, _classes, _width, _writtenOut, _states);
        var at = 0;
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

            // The same as Follow for nearly every letter, without the call.
            at = at < writtenOut && c < Ascii ? next[(at * width) + classes[c]]
                : states[at].FirstLetter == c ? states[at].FirstChild
                : Follow(at, c);

            if (at < 0)
            {
                at &= ~Ends;
                Tell(text, i + 1, _found[_states[at].Found], link.IsInside, matches);
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

    /// <returns>The state behind a letter, with <see cref="Ends"/> where fragments end there.</returns>
    private int Follow(int state, char c)
    {
        while (true)
        {
            if (state < _writtenOut && c < Ascii)
            {
                return _next[(state * _width) + _classes[c]];
            }

            if (state == 0)
            {
                return Marked(_beginnings.GetValueOrDefault(c));
            }

            for (var child = _states[state].FirstChild & ~Ends; child != 0; child = _states[child].Sibling)
            {
                if (_states[child].Letter == c)
                {
                    return Marked(child);
                }
            }

            state = _states[state].Fail;
        }
    }

    private int Marked(int state) => _states[state].Found > 0 ? state | Ends : state;

    /// <summary>Tells a state of its children.</summary>
    private void Join(FragmentTree.Node node)
    {
        var before = 0;

        foreach (var (letter, child) in node.Children)
        {
            if (before == 0)
            {
                _states[node.Index].FirstLetter = letter;
                _states[node.Index].FirstChild = child.Index;
            }
            else
            {
                _states[before].Sibling = child.Index;
            }

            before = child.Index;
        }
    }

    private void WriteOut(FragmentTree.Node node)
    {
        if (node.Index >= _writtenOut)
        {
            return;
        }

        if (node.Index != 0)
        {
            Array.Copy(_next, _states[node.Index].Fail * _width, _next, node.Index * _width, _width);
        }

        foreach (var (letter, child) in node.Children)
        {
            if (letter < Ascii)
            {
                _next[(node.Index * _width) + _classes[letter]] = child.Index;
            }
        }
    }

    /// <summary>What ends at a state is what ends at its place in the tree and what ends at the state behind its failure link.</summary>
    private static int Gather(List<Fragment[]> found, List<Fragment> own, int behind)
    {
        if (own.Count == 0)
        {
            return behind;
        }

        found.Add([.. own, .. found[behind]]);

        return found.Count - 1;
    }

    /// <summary>A beginning of some fragment.</summary>
    private struct State
    {
        /// <summary>With <see cref="Ends"/> where fragments end there, 0 for none.</summary>
        public int FirstChild;

        /// <summary>The next child of its parent, 0 for none.</summary>
        public int Sibling;

        /// <summary>The longest end of this beginning that is a beginning too.</summary>
        public int Fail;

        /// <summary>Index of the fragments that end here, 0 for none.</summary>
        public int Found;

        public char Letter;

        /// <summary>The letter of the first child, NUL for none: here it is at hand before the child is.</summary>
        public char FirstLetter;
    }

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
