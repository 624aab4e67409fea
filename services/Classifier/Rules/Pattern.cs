using System.Text.RegularExpressions;

namespace MailStats.Classifier.Rules;

/// <summary>
/// A phrase to look for in a reply in normal form. <c>(a|b)</c> stands for either, <c>(a|)</c> for one that may be absent,
/// <c>..</c> for up to <see cref="NearGap"/> characters between, <c>...</c> for up to <see cref="FarGap"/>, <c>\</c> takes the
/// next character as it is. A phrase begins and ends at the border of a word unless
/// a <c>*</c> says otherwise.
/// </summary>
/// <param name="Source">As written.</param>
/// <param name="Stages">What must follow one another.</param>
internal sealed partial record Pattern(string Source, IReadOnlyList<Stage> Stages)
{
    /// <summary>Characters that <c>..</c> spans; it does not reach over the end of a sentence.</summary>
    public const int NearGap = 36;

    /// <summary>Characters that <c>...</c> spans, and none spans more.</summary>
    public const int FarGap = 100;

    private const int MostFragments = 600;

    private const int MatchMilliseconds = 1_000;

    /// <exception cref="FormatException">The brackets do not match, a part is too short, or there are too many alternatives.</exception>
    public static Pattern Parse(string source)
    {
        var stages = new List<Stage>();
        var gap = 0;

        foreach (var part in Gaps().Split(source))
        {
            if (part is "..." or "..")
            {
                gap = part.Length == 3 ? FarGap : NearGap;
                continue;
            }

            var position = 0;
            var fragments = ReadAlternatives(part.Trim(), ref position, nested: false)
                .Select(fragment => string.Join(' ', fragment.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                .Distinct(StringComparer.Ordinal)
                .ToArray();

            if (fragments.FirstOrDefault(fragment => fragment.Trim('*').Length < 2) is { } shortest)
            {
                throw new FormatException($"\"{source}\": \"{shortest}\" is too short to look for");
            }

            if (fragments.FirstOrDefault(fragment => fragment.Trim('*').Contains('*')) is { } starred)
            {
                throw new FormatException($"\"{source}\": \"{starred}\" has a * in the middle");
            }

            stages.Add(new Stage(fragments, gap));
        }

        return new Pattern(source, stages);
    }

    /// <summary>Texts in which the pattern occurs, one for each combination of its fragments up to a bound.</summary>
    public IEnumerable<string> Examples(int most)
    {
        IEnumerable<string> texts = [string.Empty];

        foreach (var stage in Stages)
        {
            texts = texts.SelectMany(text => stage.Fragments.Select(fragment => (text + " " + fragment.Trim('*')).Trim()));
        }

        return texts.Take(most);
    }

    [GeneratedRegex(@"(?<=\s)(?<gap>\.{2,3})(?=\s)", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Gaps();

    private static List<string> ReadAlternatives(string text, ref int position, bool nested)
    {
        var finished = new List<string>();
        List<string> current = [string.Empty];

        while (position < text.Length)
        {
            var c = text[position++];

            switch (c)
            {
                case '(':
                    var inner = ReadAlternatives(text, ref position, nested: true);
                    current = [.. current.SelectMany(head => inner.Select(tail => head + tail))];
                    break;
                case '|' when nested:
                    finished.AddRange(current);
                    current = [string.Empty];
                    break;
                case ')' when nested:
                    return [.. finished, .. current];
                case '\\' when position < text.Length:
                    var literal = text[position++];
                    current = [.. current.Select(head => head + literal)];
                    break;
                case ')' or '|':
                    throw new FormatException($"\"{text}\": '{c}' outside brackets");
                default:
                    current = [.. current.Select(head => head + c)];
                    break;
            }

            if (current.Count > MostFragments)
            {
                throw new FormatException($"\"{text}\": more than {MostFragments} alternatives");
            }
        }

        return nested
            ? throw new FormatException($"\"{text}\": a bracket is not closed")
            : current;
    }
}

/// <summary>One part of a pattern.</summary>
/// <param name="Fragments">Any of these.</param>
/// <param name="Gap">Characters that may stand between the part before and this one.</param>
internal sealed record Stage(IReadOnlyList<string> Fragments, int Gap);
