using System.Globalization;
using System.Text.Json;
using MailStats.Mail.Replies;

namespace MailStats.Ingest.Webhooks;

/// <summary>Fields of providers' bodies, which hold numbers as texts, texts as arrays, and leave out what they like. Nothing here throws.</summary>
internal static class JsonFields
{
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element, string name) => element.Get(name).AsText();

    public static string? AsText(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Unicode(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        JsonValueKind.Undefined or JsonValueKind.Null => [],
        _ => [value],
    };

    public static long? Whole(this JsonElement element, string name) =>
        long.TryParse(element.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An SMTP reply code; providers' own codes (Mailgun's 605) are none.</summary>
    public static int? ReplyCode(this JsonElement element, string name) =>
        element.Whole(name) is >= 200 and <= 599 and var code ? (int)code : null;

    public static int? Attempt(this JsonElement element, string name, int offset = 0) =>
        element.Whole(name) is { } number && number + offset is >= 1 and <= 1_000_000 ? (int)(number + offset) : null;

    /// <summary>An enhanced code; null when the text is none.</summary>
    public static string? Enhanced(this JsonElement element, string name) =>
        element.Text(name) is { } code && EnhancedCode.IsValid(code) ? code : null;

    public static DateTimeOffset? Time(this JsonElement element, string name)
    {
        var value = element.Get(name);

        if (value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(Unicode(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        return double.TryParse(value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? Unix(seconds) : null;
    }

    /// <summary>Seconds, or milliseconds where they would lie thousands of years ahead. To the millisecond: more would be a float's noise.</summary>
    private static DateTimeOffset? Unix(double seconds)
    {
        var milliseconds = seconds > 100_000_000_000 ? seconds : seconds * 1000;

        return milliseconds is > 0 and < 253_402_300_799_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(milliseconds)) : null;
    }

    /// <summary>A header among logged ones, whose names come in any case; of several the first.</summary>
    public static string? Header(this JsonElement headers, string name)
    {
        if (headers.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var found = headers.EnumerateObject().FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        return found.Value.Items().FirstOrDefault().AsText();
    }

    /// <summary>The texts of an array; null when there is none.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement element, string name)
    {
        var texts = element.Get(name).Items().Select(item => item.AsText()).OfType<string>().Where(text => text.Length > 0).ToList();

        return texts.Count > 0 ? texts : null;
    }

    /// <summary>The words that are there, with strokes between them: a provider's own word for what happened.</summary>
    public static string Words(params ReadOnlySpan<string?> words) => Join('/', words);

    /// <summary>The texts that are there, with one character between them.</summary>
    public static string Join(char between, params ReadOnlySpan<string?> texts) =>
        string.Join(between, texts.ToArray().Where(text => !string.IsNullOrWhiteSpace(text)));

    private static string? Unicode(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: as if the field were not there; a wanted one is then refused by name.
            return null;
        }
    }
}
