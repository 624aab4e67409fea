using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MailStats.Collector.Formats;

/// <summary>A key of a mapping file with its line and what it holds: texts, or at the first level other keys. Deeper YAML has no place there.</summary>
internal sealed record MappingNode(string Path, string Key, long Line)
{
    public List<string> Values { get; } = [];

    public List<MappingNode> Children { get; } = [];

    public MappingNode? Find(string key) => Children.Find(node => node.Key == key);

    /// <exception cref="YamlException">What the text is not, with its place.</exception>
    public static MappingNode Parse(string text)
    {
        // Token by token: reading into objects needs reflection.
        var parser = new Parser(new StringReader(text));
        var root = new MappingNode("", "", 1);
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.Accept<MappingStart>(out _))
        {
            throw new YamlException(Mark.Empty, Mark.Empty, "keys such as fields: and events: are required");
        }

        ReadKeys(parser, root, depth: 0);

        return root;
    }

    private static void ReadKeys(Parser parser, MappingNode parent, int depth)
    {
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var node = new MappingNode(parent.Path.Length == 0 ? key.Value : $"{parent.Path}.{key.Value}", key.Value, key.Start.Line);
            if (parent.Find(key.Value) is { } other)
            {
                throw new YamlException(
                    key.Start, key.End, string.Create(CultureInfo.InvariantCulture, $"{node.Path}: is there already, in line {other.Line}"));
            }

            parent.Children.Add(node);
            ReadValue(parser, node, depth);
        }
    }

    private static void ReadValue(Parser parser, MappingNode node, int depth)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            node.Values.Add(scalar.Value);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                node.Values.Add(parser.TryConsume<Scalar>(out var item) ? item.Value : throw Misplaced(parser, node));
            }
        }
        else if (depth == 0 && node.Key is "fields" or "fixed" or "events" && parser.Accept<MappingStart>(out _))
        {
            ReadKeys(parser, node, depth + 1);
        }
        else
        {
            throw Misplaced(parser, node);
        }
    }

    private static YamlException Misplaced(Parser parser, MappingNode node) =>
        new(parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty, $"{node.Path}: a text or a list of texts is required here");
}
