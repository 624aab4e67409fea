using MailStats.Query.Periods;

namespace MailStats.Query.Admin;

/// <summary>Texts of administrators' requests.</summary>
internal static class Texts
{
    private const int LongestName = 200;

    public static string? ReadName(string field, string? text, Problems problems) =>
        string.IsNullOrWhiteSpace(text) || text.Length > LongestName || text.Any(char.IsControl)
            ? problems.Refuse<string>(field, $"Must be 1 to {LongestName} characters, none of them a control character.")
            : text.Trim();

    public static string? ReadZone(string field, string? text, Problems problems) =>
        text is not null && Zones.Find(text) is { } zone
            ? zone.Id
            : problems.Refuse<string>(field, "Must be the name of an IANA time zone, for example Europe/Berlin.");
}
