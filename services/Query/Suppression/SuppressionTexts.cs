using System.Globalization;
using MailStats.Mail.Addresses;
using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;

namespace MailStats.Query.Suppression;

/// <summary>Words of the suppression list as callers and files write them.</summary>
internal static class SuppressionTexts
{
    public const int LongestReason = 500;

    /// <summary>Characters of the longest address (RFC 3696, erratum 1690).</summary>
    private const int LongestPart = 254;

    /// <summary>What is meant for ever has no end.</summary>
    private const int LatestYear = 2200;

    private static readonly Dictionary<string, SuppressionCause> Causes = Enum.GetValues<SuppressionCause>()
        .Where(cause => cause != SuppressionCause.Unknown)
        .ToDictionary(SuppressionNotice.NameOf, StringComparer.OrdinalIgnoreCase);

    /// <summary>An address or part of one to look for; null for all.</summary>
    public static string? ReadPart(string? text, FieldProblems problems) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length <= LongestPart && !text.Any(char.IsControl) ? text.Trim()
        : problems.Refuse<string>("address", $"must be at most {LongestPart} characters, none of them a control character");

    public static SuppressionCause? ReadCause(string? text, FieldProblems problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (Causes.TryGetValue(text, out var cause))
        {
            return cause;
        }

        problems.Add("cause", $"must be one of {string.Join(", ", Causes.Keys)}");

        return null;
    }

    /// <summary>A sending domain in its ASCII form; null for none.</summary>
    public static string? ReadDomain(string? text, FieldProblems problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var domain = DomainName.Read(text.Trim(), out var error);

        return domain ?? problems.Refuse<string>("domain", error ?? "is not a domain");
    }

    /// <summary>An entry, checked; null and problems where something is wrong.</summary>
    public static SuppressionAddition? Read(
        string? address, string? domain, string? cause, string? reason, string? expiresAt, SuppressionCause byDefault, FieldProblems problems)
    {
        var whole = SuppressedAddress.Read(address, out var error) ?? problems.Refuse<string>("address", error ?? "is not an address");
        var own = ReadDomain(domain, problems);
        var why = ReadCause(cause?.Trim(), problems) ?? byDefault;
        var end = ReadEnd(expiresAt, problems);

        if (reason is not null && (reason.Length > LongestReason || reason.Any(char.IsControl)))
        {
            problems.Add("reason", $"must be at most {LongestReason} characters, none of them a control character");
        }

        return problems.Any ? null : new(whole!, own, why, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), end);
    }

    private static DateTimeOffset? ReadEnd(string? text, FieldProblems problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (!DateTimeOffset.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            || end.Year is < 1970 or > LatestYear)
        {
            problems.Add("expiresAt", "must be a date or a time of RFC 3339, for example 2027-01-31 or 2027-01-31T12:00:00Z");

            return null;
        }

        return end;
    }
}
