using System.Collections.Frozen;

namespace MailStats.Classifier.Rules;

/// <summary>
/// Advice with places for what the reply tells: <c>{receiver}</c>, <c>{list}</c>, <c>{lookup}</c>, <c>{ip}</c>, <c>{missing}</c>,
/// <c>{limit}</c>, <c>{link}</c>. <c>{final}</c> and <c>{waiting}</c> stand for nothing and are filled where the failure was final or
/// the queue tries again. What stands in square brackets is left out where the reply does not fill a place in it.
/// </summary>
internal sealed class AdviceTemplate
{
    private static readonly FrozenDictionary<string, AdvicePlaces> _places = Enum.GetValues<AdvicePlaces>()
        .Where(place => place != AdvicePlaces.None)
        .ToFrozenDictionary(place => place.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private readonly Part[] _parts;

    /// <exception cref="FormatException">A place that no reply can fill.</exception>
    public AdviceTemplate(string source)
    {
        Source = source;
        var parts = new List<Part>();
        var position = 0;

        while (position < source.Length)
        {
            var open = source.IndexOf('[', position);
            var close = open < 0 ? -1 : source.IndexOf(']', open);

            if (close < 0 || !source.AsSpan(open, close - open).Contains('{'))
            {
                var end = close < 0 ? source.Length : close + 1;
                parts.AddRange(Read(source[position..end]));
                position = end;
            }
            else
            {
                var bracket = Read(source[(open + 1)..close]).ToArray();
                var needs = bracket.Aggregate(AdvicePlaces.None, (places, part) => places | part.Place);
                parts.AddRange(Read(source[position..open]));
                parts.AddRange(bracket.Select(part => part with { Needs = needs }));
                position = close + 1;
            }
        }

        _parts = [.. parts];
        Places = _parts.Aggregate(AdvicePlaces.None, (places, part) => places | part.Place);
    }

    public string Source { get; }

    /// <summary>The places in it.</summary>
    public AdvicePlaces Places { get; }

    public string Fill(in AdviceValues values)
    {
        if (Places == AdvicePlaces.None)
        {
            return Source;
        }

        var filled = values.Filled;
        var pieces = new string[_parts.Length];
        var count = 0;

        foreach (ref readonly var part in _parts.AsSpan())
        {
            if ((part.Needs & ~filled) != 0)
            {
                continue;
            }

            var piece = part.Place == AdvicePlaces.None ? part.Text : values.Of(part.Place) ?? part.Text;

            if (piece.Length > 0)
            {
                pieces[count] = count > 0 ? piece : Capitalize(piece);
                count++;
            }
        }

        return string.Concat(pieces.AsSpan(0, count));
    }

    private static string Capitalize(string text) =>
        char.IsLower(text[0]) ? string.Concat([char.ToUpperInvariant(text[0])], text.AsSpan(1)) : text;

    private static IEnumerable<Part> Read(string source)
    {
        var position = 0;

        while (position < source.Length)
        {
            var open = source.IndexOf('{', position);
            var close = open < 0 ? -1 : source.IndexOf('}', open);

            if (close < 0)
            {
                yield return new Part(source[position..]);
                yield break;
            }

            var name = source[(open + 1)..close];

            if (!_places.TryGetValue(name, out var place))
            {
                throw new FormatException($"\"{{{name}}}\" is no place that advice can have");
            }

            if (open > position)
            {
                yield return new Part(source[position..open]);
            }

            yield return new Part(AdviceValues.Otherwise(place), place);
            position = close + 1;
        }
    }

    /// <param name="Text">Words; for a place those that stand there where the reply tells nothing.</param>
    /// <param name="Place">The place, none for words.</param>
    /// <param name="Needs">The places between the same brackets; all must be filled for the part to be said.</param>
    private readonly record struct Part(string Text, AdvicePlaces Place = AdvicePlaces.None, AdvicePlaces Needs = AdvicePlaces.None);
}
