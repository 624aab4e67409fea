using System.Text;

namespace MailStats.Classifier.Rules;

/// <summary>Advice with places for what the reply tells: <c>{receiver}</c>, <c>{list}</c>, <c>{lookup}</c>, <c>{ip}</c>, <c>{missing}</c>, <c>{limit}</c>.</summary>
internal sealed class AdviceTemplate
{
    public static readonly IReadOnlyList<string> Places = ["receiver", "list", "lookup", "ip", "missing", "limit"];

    private readonly List<(string Text, bool Place)> _parts = [];

    /// <exception cref="FormatException">A place that no reply can fill.</exception>
    public AdviceTemplate(string source)
    {
        Source = source;
        var position = 0;

        while (position < source.Length)
        {
            var open = source.IndexOf('{', position);
            var close = open < 0 ? -1 : source.IndexOf('}', open);

            if (close < 0)
            {
                _parts.Add((source[position..], false));
                break;
            }

            var place = source[(open + 1)..close];

            if (!Places.Contains(place))
            {
                throw new FormatException($"\"{{{place}}}\" is no place that advice can have");
            }

            if (open > position)
            {
                _parts.Add((source[position..open], false));
            }

            _parts.Add((place, true));
            position = close + 1;
        }
    }

    public string Source { get; }

    public bool Uses(string place) => _parts.Contains((place, true));

    public string Fill(Func<string, string> valueOf)
    {
        if (!_parts.Exists(part => part.Place))
        {
            return Source;
        }

        var text = new StringBuilder();

        foreach (var (part, place) in _parts)
        {
            text.Append(place ? valueOf(part) : part);
        }

        if (text.Length > 0)
        {
            text[0] = char.ToUpperInvariant(text[0]);
        }

        return text.ToString();
    }
}
