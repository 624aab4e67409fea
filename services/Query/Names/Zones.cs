using System.Text.RegularExpressions;

namespace MailStats.Query.Names;

/// <summary>Time zones by their IANA names.</summary>
internal static partial class Zones
{
    public static TimeZoneInfo? Find(string name) =>
        // The name becomes a path below the system's zone folder: only the alphabet of IANA names gets that far.
        NameForm().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z][A-Za-z0-9_+-]{0,31}){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
