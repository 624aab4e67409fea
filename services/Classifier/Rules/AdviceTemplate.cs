using System.Text;

namespace MailStats.Classifier.Rules;

/// <summary>
/// Advice with places for what the reply tells: <c>{receiver}</c>, <c>{list}</c>, <c>{lookup}</c>, <c>{ip}</c>, <c>{missing}</c>,
/// <c>{limit}</c>, <c>{link}</c>. <c>{final}</c> and <c>{waiting}</c> stand for nothing and are filled where the failure was final or
/// the queue tries again. What stands in square brackets is left out where the reply does not fill a place in it.
/// </summary>
internal sealed class AdviceTemplate
{
    public static readonly IReadOnlyList<string> Places = ["receiver", "list", "lookup", "ip", "missing", "limit", "link", "final", "waiting"];

    private readonly List<Part> _parts = [];

    /// <exception cref="FormatException">A place that no reply can fill.</exception>
    public AdviceTemplate(string source)
    {
        Source = source;
        var position = 0;

        while (position < source.Length)
        {
            var open = source.IndexOf('[', position);
            var close = open < 0 ? -1 : source.IndexOf(']', open);

            if (close < 0 || !source.AsSpan(open, close - open).Contains('{'))
            {
                var end = close < 0 ? source.Length : close + 1;
                Read(source[position..end], optional: 0);
                position = end;
            }
            else
            {
                Read(source[position..open], optional: 0);
                Read(source[(open + 1)..close], optional: open + 1);
                position = close + 1;
            }
        }
    }

    public string Source { get; }

    public bool Uses(string place)
    {
        foreach (var part in _parts)
        {
            if (part.IsPlace && part.Text == place)
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="valueOf">What the reply tells of a place, null where it tells nothing.</param>
    /// <param name="otherwise">What stands outside brackets where the reply tells nothing.</param>
    public string Fill(Func<string, string?> valueOf, Func<string, string> otherwise)
    {
        if (!_parts.Exists(part => part.IsPlace))
        {
            return Source;
        }

        var text = new StringBuilder();

        foreach (var part in _parts)
        {
            if (part.Optional == 0 || _parts.TrueForAll(other => other.Optional != part.Optional || !other.IsPlace || valueOf(other.Text) is not null))
            {
                text.Append(part.IsPlace ? valueOf(part.Text) ?? otherwise(part.Text) : part.Text);
            }
        }

        if (text.Length > 0)
        {
            text[0] = char.ToUpperInvariant(text[0]);
        }

        return text.ToString();
    }

    private void Read(string source, int optional)
    {
        var position = 0;

        while (position < source.Length)
        {
            var open = source.IndexOf('{', position);
            var close = open < 0 ? -1 : source.IndexOf('}', open);

            if (close < 0)
            {
                _parts.Add(new Part(source[position..], false, optional));

                return;
            }

            var place = source[(open + 1)..close];

            if (!Places.Contains(place))
            {
                throw new FormatException($"\"{{{place}}}\" is no place that advice can have");
            }

            if (open > position)
            {
                _parts.Add(new Part(source[position..open], false, optional));
            }

            _parts.Add(new Part(place, true, optional));
            position = close + 1;
        }
    }

    /// <param name="Text">Words, or the name of a place.</param>
    /// <param name="IsPlace">Whether it is a place.</param>
    /// <param name="Optional">The same for all parts between two brackets, 0 outside of brackets.</param>
    private readonly record struct Part(string Text, bool IsPlace, int Optional);
}
