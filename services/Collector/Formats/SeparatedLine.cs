namespace MailStats.Collector.Formats;

/// <summary>Cuts a line of a table into its fields. A field in double quotes may hold the separator, and a quote written twice (RFC 4180 §2).</summary>
internal static class SeparatedLine
{
    /// <summary>Ten times what the widest known log has: PowerMTA, with a column for each header that is recorded.</summary>
    public const int MaximumFields = 512;

    /// <summary>False when a quote is not closed, which is a line cut off, or when there are too many fields.</summary>
    public static bool TryCut(string line, char separator, List<string> fields)
    {
        fields.Clear();
        var at = 0;
        while (fields.Count < MaximumFields)
        {
            if (at < line.Length && line[at] == '"')
            {
                if (!TryReadQuoted(line, separator, ref at, out var quoted))
                {
                    return false;
                }

                fields.Add(quoted);
            }
            else
            {
                var end = line.IndexOf(separator, at);
                end = end < 0 ? line.Length : end;
                fields.Add(line[at..end]);
                at = end;
            }

            if (at == line.Length)
            {
                return true;
            }

            // After the separator; at the line's end it begins an empty field.
            at++;
        }

        return false;
    }

    /// <summary>Leaves <paramref name="at"/> on the separator after the field, or at the line's end.</summary>
    private static bool TryReadQuoted(string line, char separator, ref int at, out string field)
    {
        var start = at + 1;
        var end = line.IndexOf('"', start);
        while (end >= 0 && end + 1 < line.Length && line[end + 1] != separator)
        {
            // Two quotes stand for one. A single one inside is a mistake of the program that wrote it, and part of the text.
            end = line.IndexOf('"', line[end + 1] == '"' ? end + 2 : end + 1);
        }

        field = end < 0 ? "" : line[start..end].Replace("\"\"", "\"", StringComparison.Ordinal);
        at = end + 1;

        return end >= 0;
    }
}
