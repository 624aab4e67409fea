namespace MailStats.Classifier.Files;

/// <summary>
/// The form of every rule file. A block begins with a line that is not indented, <c>name: value</c> or <c>name</c>;
/// indented lines below belong to it: <c>- item</c> or <c>key: value</c> or <c>key</c>. <c>+</c> goes on with the line above: right
/// behind it where a <c>|</c> follows, else after a space. <c>#</c> begins a comment line.
/// The block <c>define</c> gives names to alternatives: <c>who: user|mailbox</c> makes <c>(&lt;who&gt;)</c> mean
/// <c>(user|mailbox)</c> from there on; names may also come from another file.
/// </summary>
internal static class RuleText
{
    /// <exception cref="FormatException">A line belongs to no block.</exception>
    public static IReadOnlyList<RuleBlock> Read(string file, string text) => Read(file, text, []);

    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="names">Names and their meanings; those that the file defines are added.</param>
    /// <exception cref="FormatException">A line belongs to no block.</exception>
    public static IReadOnlyList<RuleBlock> Read(string file, string text, List<(string Name, string Meaning)> names)
    {
        var blocks = new List<RuleBlock>();
        var number = 0;

        foreach (var raw in Lines(text))
        {
            number += raw.Lines;
            var line = raw.Text;
            var content = line.TrimStart();

            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            if (content.Length == line.Length)
            {
                var (name, value) = Divide(content);
                blocks.Add(new RuleBlock(file, number - raw.Lines + 1, name, value, [], []));
            }
            else if (blocks.Count == 0)
            {
                throw new FormatException($"{file} line {number}: \"{content}\" stands before the first block");
            }
            else if (content.StartsWith("- ", StringComparison.Ordinal))
            {
                blocks[^1].Items.Add(Expand(content[2..].Trim(), names));
            }
            else if (blocks[^1].Name == "define")
            {
                var (name, meaning) = Divide(content);
                names.Add(($"<{name}>", Expand(meaning, names)));
            }
            else
            {
                var (key, value) = Divide(content);
                blocks[^1].Properties.Add((key, Expand(value, names)));
            }
        }

        blocks.RemoveAll(block => block.Name == "define");

        return blocks;
    }

    /// <summary>Lines with those that go on joined to them.</summary>
    private static IEnumerable<(string Text, int Lines)> Lines(string text)
    {
        var joined = string.Empty;
        var count = 0;

        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();

            if (count > 0 && line.TrimStart() is ['+', ' ', .. var more])
            {
                joined += more.StartsWith('|') ? more : " " + more;
                count++;
                continue;
            }

            if (count > 0)
            {
                yield return (joined, count);
            }

            (joined, count) = (line, 1);
        }

        yield return (joined, count);
    }

    private static string Expand(string text, List<(string Name, string Meaning)> names)
    {
        foreach (var (name, meaning) in names)
        {
            text = text.Replace(name, meaning, StringComparison.Ordinal);
        }

        return text;
    }

    private static (string Key, string Value) Divide(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);

        return colon < 0 ? (text, string.Empty) : (text[..colon].TrimEnd(), text[(colon + 1)..].Trim());
    }
}

/// <summary>One block of a rule file and where it stands.</summary>
internal sealed record RuleBlock(
    string File,
    int Line,
    string Name,
    string Value,
    List<string> Items,
    List<(string Key, string Value)> Properties)
{
    public string? Find(string key) => Properties.Find(property => property.Key == key) is { Key: not null } found ? found.Value : null;

    /// <summary>The words behind a key, which may stand on several lines.</summary>
    public IEnumerable<string> Words(string key) => Properties
        .Where(property => property.Key == key)
        .SelectMany(property => property.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public bool Has(string key) => Properties.Exists(property => property.Key == key);

    public override string ToString() => $"{File} line {Line} ({Name})";
}
