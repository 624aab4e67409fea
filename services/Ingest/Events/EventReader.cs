using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

/// <summary>An item of a request as it was read.</summary>
/// <param name="Index">Place among the request's items, from 0.</param>
/// <param name="Line">Line of the body, from 1, where items are lines.</param>
/// <param name="Event">What the item says.</param>
internal readonly record struct ReadItem(int Index, int? Line, SubmittedEvent Event);

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

/// <summary>Reads one item, an array of items or lines of items; says of every wrong field where it stands, and keeps the right items.</summary>
internal sealed class EventReader(int maxItems)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private readonly RepeatedTexts _repeated = new();

    public List<ReadItem> Items { get; } = [];

    public List<RejectedField> Rejected { get; } = [];

    /// <summary>Why the body as a whole is no JSON, with the place; null when it is.</summary>
    public string? Broken { get; private set; }

    /// <summary>The body holds more items than one request may.</summary>
    public bool TooMany { get; private set; }

    /// <param name="body">The whole body, decompressed.</param>
    /// <param name="lines">The content type says that each line is an item. Bodies that look so are read so in any case.</param>
    public void Read(ReadOnlySpan<byte> body, bool lines)
    {
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);

        if (start < 0)
        {
            Broken = "is empty";

            return;
        }

        if (lines)
        {
            ReadLines(body);
        }
        else if (body[start] == '[')
        {
            ReadArray(body);
        }
        else if (!TryReadOne(body))
        {
            ReadLines(body);
        }
    }

    private void ReadArray(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Options);

        try
        {
            reader.Read();

            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (index == maxItems)
                {
                    TooMany = true;

                    return;
                }

                ReadItem(ref reader, index, null);
            }

            reader.Read();
        }
        catch (JsonException broken)
        {
            Broken = Place(broken);
        }
    }

    /// <summary>False when the body is more than one object: then its lines are items.</summary>
    private bool TryReadOne(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Options);

        try
        {
            reader.Read();
            ReadItem(ref reader, 0, null);

            if (body[(int)reader.BytesConsumed..].IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                return true;
            }
        }
        catch (JsonException broken)
        {
            if (!FirstLineIsObject(body))
            {
                Items.Clear();
                Rejected.Clear();
                Broken = Place(broken);

                return true;
            }
        }

        Items.Clear();
        Rejected.Clear();

        return false;
    }

    private static bool FirstLineIsObject(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)'\n');

        return end > 0 && body[..end].TrimEnd("\r \t"u8).EndsWith("}"u8);
    }

    private void ReadLines(ReadOnlySpan<byte> body)
    {
        var index = 0;

        for (var line = 1; !body.IsEmpty; line++)
        {
            var end = body.IndexOf((byte)'\n');
            var text = (end < 0 ? body : body[..end]).Trim(" \t\r"u8);
            body = end < 0 ? [] : body[(end + 1)..];

            if (text.IsEmpty)
            {
                continue;
            }

            if (index == maxItems)
            {
                TooMany = true;

                return;
            }

            ReadLine(text, index++, line);
        }
    }

    private void ReadLine(ReadOnlySpan<byte> text, int index, int line)
    {
        var reader = new Utf8JsonReader(text, Options);
        var taken = Items.Count;

        try
        {
            reader.Read();
            ReadItem(ref reader, index, line);
            reader.Read();
        }
        catch (JsonException broken)
        {
            Items.RemoveRange(taken, Items.Count - taken);
            var error = string.Create(CultureInfo.InvariantCulture, $"is not valid JSON at byte {broken.BytePositionInLine + 1} of the line");
            Rejected.Add(new(index, line, "", error));
        }
    }

    private void ReadItem(ref Utf8JsonReader reader, int index, int? line)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Rejected.Add(new(index, line, "", "must be an object"));
            reader.Skip();

            return;
        }

        var wrong = Rejected.Count;
        var fields = new EventFields(index, line, Rejected, _repeated);
        var submitted = fields.Read(ref reader);

        if (Rejected.Count == wrong)
        {
            Items.Add(new(index, line, submitted));
        }
    }

    private static string Place(JsonException broken) => string.Create(
        CultureInfo.InvariantCulture,
        $"is not valid JSON at line {(broken.LineNumber ?? 0) + 1}, byte {(broken.BytePositionInLine ?? 0) + 1}");
}
