using MailStats.ServiceDefaults;

namespace MailStats.Query.Names;

/// <summary>Names of things and of time zones in requests.</summary>
internal static class Texts
{
    private const int LongestName = 200;

    public static string? ReadName(string field, string? text, FieldProblems problems) =>
        string.IsNullOrWhiteSpace(text) || text.Length > LongestName || text.Any(char.IsControl)
            ? problems.Refuse<string>(field, $"must be 1 to {LongestName} characters, none of them a control character")
            : text.Trim();

    public static TimeZoneInfo? ReadZone(string? text, FieldProblems problems) =>
        text is not null && Zones.Find(text) is { } zone
            ? zone
            : problems.Refuse<TimeZoneInfo>("timeZone", "must be the name of an IANA time zone, for example Europe/Berlin");
}
