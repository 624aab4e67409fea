namespace MailStats.Classifier.Rules;

/// <summary>The beginnings of fragments as a tree.</summary>
internal static class FragmentTree
{
    /// <param name="fragments">The text of each fragment, with <c>*</c> where it may begin or end within a word. Its index is its id.</param>
    /// <param name="depth">Letters up to which nodes stand in the order of their depth; of longer ones the first child stands right behind its parent.</param>
    /// <returns>The root first.</returns>
    public static IReadOnlyList<Node> InOrder(IReadOnlyList<string> fragments, int depth)
    {
        var root = new Node('\0', 0);

        for (var id = 0; id < fragments.Count; id++)
        {
            Add(root, fragments[id], id);
        }

        List<Node> level = [root];
        var nodes = new List<Node>();

        for (; level.Count > 0 && level[0].Depth <= depth; level = [.. level.SelectMany(node => node.Children.Values)])
        {
            nodes.AddRange(level);
        }

        foreach (var node in level)
        {
            AddWithChildren(nodes, node);
        }

        for (var index = 0; index < nodes.Count; index++)
        {
            nodes[index].Index = index;
        }

        return nodes;
    }

    private static void AddWithChildren(List<Node> nodes, Node node)
    {
        nodes.Add(node);

        foreach (var child in node.Children.Values)
        {
            AddWithChildren(nodes, child);
        }
    }

    private static void Add(Node root, string fragment, int id)
    {
        var literal = fragment.Trim('*');
        var node = root;

        foreach (var c in literal)
        {
            if (!node.Children.TryGetValue(c, out var child))
            {
                node.Children.Add(c, child = new Node(c, node.Depth + 1) { Parent = node });
            }

            node = child;
        }

        node.Fragments.Add(new Fragment(
            id,
            literal.Length,
            char.IsAsciiLetterOrDigit(literal[0]) && !fragment.StartsWith('*'),
            char.IsAsciiLetterOrDigit(literal[^1]) && !fragment.EndsWith('*'),
            !fragment.StartsWith('*') && literal.All(c => char.IsAsciiLetter(c) || c is ' ' or '-' or '\'')));
    }

    /// <summary>One beginning.</summary>
    internal sealed class Node(char letter, int depth)
    {
        /// <summary>Its last letter.</summary>
        public char Letter => letter;

        /// <summary>Its length.</summary>
        public int Depth => depth;

        /// <summary>The beginning that is one letter shorter, null for the root.</summary>
        public Node? Parent { get; init; }

        /// <summary>Its place among all.</summary>
        public int Index { get; set; }

        public Dictionary<char, Node> Children { get; } = [];

        /// <summary>Fragments that end here.</summary>
        public List<Fragment> Fragments { get; } = [];
    }
}

/// <param name="Id">Index of the fragment.</param>
/// <param name="Length">Characters.</param>
/// <param name="WordStart">Whether it must begin a word.</param>
/// <param name="WordEnd">Whether it must end a word.</param>
/// <param name="Plain">Whether it is made of words and so has no meaning within a link.</param>
internal readonly record struct Fragment(int Id, int Length, bool WordStart, bool WordEnd, bool Plain);
