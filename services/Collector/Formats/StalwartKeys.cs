using System.Text;

namespace MailStats.Collector.Formats;

/// <summary>
/// The <c>key = value</c> list of a Stalwart log line. Values are texts in quotes, lists, numbers, words that may hold commas,
/// and other events: <c>SMTP error occurred (smtp.error) { details = I/O Error, reason = "…" }</c>. Older versions do not escape
/// quotes within texts, so a text ends only where a key or the line's end follows.
/// </summary>
internal static class StalwartKeys
{
    private const string Between = " = ";

    public static IEnumerable<(string Key, string Value)> In(string text)
    {
        var at = 0;
        while (KeyLength(text, at) is > 0 and var length)
        {
            var start = at + length + Between.Length;
            var end = EndOfValue(text, start);
            yield return (text.Substring(at, length), text[start..end]);
            at = end + 2;
        }
    }

    /// <summary>The items between a list's brackets.</summary>
    public static List<string> ItemsOf(string items) =>
        items.Length == 0 ? [] : [.. items.Split(", ").Select(TextOf)];

    /// <summary>A value as text: without quotes and escapes; of another event its details and reason.</summary>
    public static string TextOf(string value)
    {
        if (value is ['"', .. var quoted, '"'])
        {
            return Unescape(quoted);
        }

        var open = value.IndexOf(" { ", StringComparison.Ordinal);
        if (open < 0 || !value.EndsWith(" }", StringComparison.Ordinal))
        {
            return value;
        }

        var inner = In(value[(open + 3)..^2]).Where(pair => pair.Key is "details" or "reason").Select(pair => TextOf(pair.Value)).ToList();

        return inner.Count > 0 ? string.Join(": ", inner) : value[..open];
    }

    private static int EndOfValue(string text, int start)
    {
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth <= 0 && text[at] == ',' && KeyLength(text, at + 2) > 0 && (text[start] != '"' || text[at - 1] == '"'))
            {
                return at;
            }
        }

        return text.Length;
    }

    /// <summary>Length of the key that begins here, 0 where none does.</summary>
    private static int KeyLength(string text, int start)
    {
        var at = start;
        while (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            at++;
        }

        return at > start && string.CompareOrdinal(text, at, Between, 0, Between.Length) == 0 ? at - start : 0;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                plain.Append(text[at]);
                continue;
            }

            at++;
            plain.Append(text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
        }

        return plain.ToString();
    }
}
