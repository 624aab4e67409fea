namespace MailStats.Query.Collection;

/// <summary>Names that collectors give their hosts.</summary>
internal static class HostNames
{
    public const string Wanted = "must be a host name: 1 to 255 letters, digits, dots, hyphens or underscores";

    public static bool IsValid(string host) =>
        host.Length is > 0 and <= 255 && host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
