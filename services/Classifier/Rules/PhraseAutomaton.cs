using System.Collections.Frozen;

namespace MailStats.Classifier.Rules;

/// <summary>
/// Finds any number of fragments in one pass over a text (Aho and Corasick 1975). The states stand in the order of their depth, so
/// that the children of one are neighbours and those that nearly every text visits lie together; transitions on ASCII are written out
/// for these, elsewhere the failure links are followed, which is linear over the text as well.
/// </summary>
internal sealed class PhraseAutomaton
{
    private const int Ascii = 128;

    // Letters behind the root up to which transitions are written out: deeper states are many and have one child nearly always.
    private const int WrittenOutDepth = 3;

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

        var tree = FragmentTree.ByDepth(fragments);
        var found = new List<Fragment[]> { Array.Empty<Fragment>() };
        _states = [.. tree.Select(node => new State { Letter = node.Letter, FirstChild = node.FirstChild }), new State { FirstChild = tree.Count }];
        _beginnings = Enumerable.Range(_states[0].FirstChild, _states[1].FirstChild - _states[0].FirstChild)
            .Where(child => _states[child].Letter >= Ascii)
            .ToFrozenDictionary(child => _states[child].Letter);
        _writtenOut = tree.Count(node => node.Depth <= WrittenOutDepth);
        _next = new int[_writtenOut * _width];

        for (var state = 0; state < tree.Count; state++)
        {
            var fail = tree[state].Depth < 2 ? 0 : Follow(_states[tree[state].Parent].Fail, tree[state].Letter);
            _states[state].Fail = fail;
            _states[state].Found = Join(found, tree[state].Fragments, _states[fail].Found);
            WriteOut(state);
        }

        _found = [.. found];
    }

    public int StateCount => _states.Length - 1;

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

            state = Follow(state, c);

            if (_states[state].Found is var found and > 0)
            {
                Tell(text, i + 1, _found[found], link.IsInside, matches);
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
                return _beginnings.GetValueOrDefault(c);
            }

            for (var child = _states[state].FirstChild; child < _states[state + 1].FirstChild; child++)
            {
                if (_states[child].Letter == c)
                {
                    return child;
                }
            }

            state = _states[state].Fail;
        }
    }

    private void WriteOut(int state)
    {
        if (state >= _writtenOut)
        {
            return;
        }

        if (state != 0)
        {
            Array.Copy(_next, _states[state].Fail * _width, _next, state * _width, _width);
        }

        for (var child = _states[state].FirstChild; child < _states[state + 1].FirstChild; child++)
        {
            if (_states[child].Letter is var c and < (char)Ascii)
            {
                _next[(state * _width) + _classes[c]] = child;
            }
        }
    }

    /// <summary>What ends at a state is what ends at its place in the tree and what ends at the state behind its failure link.</summary>
    private static int Join(List<Fragment[]> found, List<Fragment> own, int behind)
    {
        if (own.Count == 0)
        {
            return behind;
        }

        found.Add([.. own, .. found[behind]]);

        return found.Count - 1;
    }

    /// <summary>A beginning of some fragment. Its children end where those of the next state begin.</summary>
    private struct State
    {
        public int FirstChild;

        /// <summary>The longest end of this beginning that is a beginning too.</summary>
        public int Fail;

        /// <summary>Index of the fragments that end here, 0 for none.</summary>
        public int Found;

        public char Letter;
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
