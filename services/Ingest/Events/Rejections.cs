using System.Globalization;
using System.Text.Json.Serialization;

namespace MailStats.Ingest.Events;

/// <summary>A field of an item that could not be taken.</summary>
/// <param name="Index">Place of the item among the request's items, from 0.</param>
/// <param name="Line">Line of the body, from 1, where items are lines.</param>
/// <param name="Field">The field, for example <c>occurredAt</c> or <c>recipients[2]</c>; empty when the item as a whole is wrong.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record RejectedField(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Line,
    string Field,
    string Error);

/// <summary>Wrong fields, in the order of their items: the first ones in full, of the others how many there are.</summary>
internal sealed class Rejections
{
    /// <summary>
    /// Fields that an answer names, some 10 KB: enough to see every kind of mistake. Without this bound 25 KB of gzip made
    /// 200 MB of answer.
    /// </summary>
    public const int MaxTold = 100;

    private readonly List<RejectedField> _told = [];

    public IReadOnlyList<RejectedField> Told => _told;

    /// <summary>All of them, those that are not told included.</summary>
    public int Count { get; private set; }

    /// <summary>How many more there are than <see cref="Told"/> names; null when it names them all.</summary>
    public int? Untold => Count > _told.Count ? Count - _told.Count : null;

    /// <param name="index">Place of the item among the request's items.</param>
    /// <param name="line">Line of the body, where items are lines.</param>
    /// <param name="field">The field's name; empty for the item, or its deferral, as a whole.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <param name="place">Of a field that is an array, the element.</param>
    /// <param name="deferral">The deferral of the item whose field it is.</param>
    public void Add(int index, int? line, string field, string error, int? place = null, int? deferral = null)
    {
        Count++;

        if (_told.Count < MaxTold)
        {
            _told.Add(new(index, line, Name(field, place, deferral), error));
        }
    }

    /// <summary>Forgets them all: the body is read in another way.</summary>
    public void Clear()
    {
        _told.Clear();
        Count = 0;
    }

    /// <summary>What two passes over the same items found, each in the order of the items.</summary>
    public static Rejections Of(Rejections first, Rejections second)
    {
        var both = new Rejections { Count = first.Count + second.Count };
        both._told.AddRange(first._told.Concat(second._told).OrderBy(field => field.Index).Take(MaxTold));

        return both;
    }

    private static string Name(string field, int? place, int? deferral)
    {
        var name = place is null ? field : string.Create(CultureInfo.InvariantCulture, $"{field}[{place}]");

        return deferral is null ? name : string.Create(CultureInfo.InvariantCulture, $"deferrals[{deferral}]{(name.Length == 0 ? "" : ".")}{name}");
    }
}
