using System.Text.RegularExpressions;

namespace MailStats.Ingest.Webhooks;

/// <summary>Servers' replies among what providers write themselves.</summary>
internal static partial class ServerReply
{
    /// <summary>Milliseconds for one match, which takes microseconds: a text that makes it slow is given up.</summary>
    private const int MatchMilliseconds = 1000;

    /// <summary>
    /// The reply in a text: bare, after <c>smtp;</c>, or in brackets after a provider's word (<c>bounced (550 5.1.1 no such user)</c>).
    /// Null when no server can have said it.
    /// </summary>
    public static string? In(string? text)
    {
        var bare = Bare(text);

        if (bare is null || Begins().IsMatch(bare))
        {
            return bare;
        }

        return Bracketed().Match(bare) is { Success: true } found ? found.Groups["reply"].Value : null;
    }

    /// <summary>The text without <c>smtp;</c> before it and without a provider's word around it; whoever said it. Null when blank.</summary>
    public static string? Bare(string? text)
    {
        var bare = text?.Trim();
        bare = bare?.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) == true ? bare[5..].Trim() : bare;

        if (string.IsNullOrEmpty(bare))
        {
            return null;
        }

        return Bracketed().Match(bare) is { Success: true } found ? found.Groups["reply"].Value : bare;
    }

    [GeneratedRegex(@"^[245]\d\d(?:[ \-]|\z)|^[245]\.\d{1,3}\.\d{1,3}\b", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Begins();

    [GeneratedRegex(@"^[a-z ]{1,20}\((?<reply>[245]\d\d[ \-].*)\)\s*\z", RegexOptions.ExplicitCapture | RegexOptions.Singleline, MatchMilliseconds)]
    private static partial Regex Bracketed();
}
