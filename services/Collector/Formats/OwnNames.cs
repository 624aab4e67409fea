using MailStats.Mail.Addresses;

namespace MailStats.Collector.Formats;

/// <summary>Names of own domains or servers: a list with commas, or a file.</summary>
internal static class OwnNames
{
    /// <summary>Bytes of a file: room for half a million domains.</summary>
    public const int MaximumBytes = 16 << 20;

    private static readonly string[] Settings = ["mydestination", "relay_domains", "virtual_mailbox_domains", "virtual_alias_domains"];

    private static readonly char[] Separators = [',', ' ', '\t'];

    /// <summary>Adds the names. Returns what is wrong, else null.</summary>
    public static string? Read(string value, List<string> names)
    {
        if (!File.Exists(value))
        {
            return AddAll(value, $"'{value}' is neither a file nor a list of names", names);
        }

        try
        {
            if (new FileInfo(value).Length > MaximumBytes)
            {
                return $"{value} is larger than {MaximumBytes >> 20} MB";
            }

            return ReadLines(value, File.ReadAllLines(value), names);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{value} cannot be read: {exception.Message}";
        }
    }

    /// <summary>
    /// One name a line, or Postfix's settings as <c>postconf</c> and main.cf have them: of those only the lists of own domains
    /// are read, and of these not the tables (<c>hash:…</c>) and other settings (<c>$…</c>) that they refer to.
    /// </summary>
    private static string? ReadLines(string file, string[] lines, List<string> names)
    {
        var setting = "";
        for (var number = 0; number < lines.Length; number++)
        {
            var line = lines[number];
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var goesOn = setting.Length > 0 && char.IsWhiteSpace(line[0]);
            if (equals > 0 && !goesOn)
            {
                setting = text[..equals].Trim();
                text = text[(equals + 1)..];
            }
            else if (!goesOn)
            {
                setting = "";
            }

            if (setting.Length > 0)
            {
                if (Settings.Contains(setting))
                {
                    names.AddRange(Pieces(text).Where(piece => piece.AsSpan().IndexOfAny(":/$") < 0 && IsName(piece)));
                }
            }
            else if (AddAll(text, $"{file}:{number + 1}: '{text}' is no name", names) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string? AddAll(string list, string otherwise, List<string> names)
    {
        var pieces = Pieces(list);
        if (pieces.Length == 0 || !Array.TrueForAll(pieces, IsName))
        {
            return otherwise;
        }

        names.AddRange(pieces.Select(piece => piece.TrimStart('@')));

        return null;
    }

    private static string[] Pieces(string list) => list.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsName(string piece) =>
        System.Net.IPAddress.TryParse(piece, out _) || DomainName.Read(piece.TrimStart('@').TrimStart('.'), out _) is not null;
}
