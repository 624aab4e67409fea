namespace MailStats.Mail.Addresses;

/// <summary>A message, or the beginning of one, as text.</summary>
public static class MessageText
{
    /// <summary>A header's first line; null where the message has no such header.</summary>
    public static string? HeaderIn(string? message, string name)
    {
        foreach (var line in message.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty)
            {
                return null;
            }

            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim().ToString();
            }
        }

        return null;
    }
}
