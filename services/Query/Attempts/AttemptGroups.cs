using System.Runtime.InteropServices;
using MailStats.Mail.Attempts;
using MailStats.Mail.Time;

namespace MailStats.Query.Attempts;

/// <summary>What attempts are told apart by.</summary>
internal sealed record AttemptGroups(bool Domain, bool Provider, bool Outcome, bool Reason)
{
    public const string ByDomain = "domain";
    public const string ByProvider = "provider";
    public const string ByOutcome = "outcome";
    public const string ByReason = "reason";

    public const string Other = "other";

    public static readonly IReadOnlyList<string> Words = [ByDomain, ByProvider, ByOutcome, ByReason];

    /// <summary>Words for <see cref="AttemptOutcome"/>, in the order of its numbers.</summary>
    public static readonly IReadOnlyList<string> Outcomes = ["unknown", "delivered", "deferred", "soft", "hard", "complained"];

    /// <summary>Null when a word is not known.</summary>
    public static AttemptGroups? Read(string? text)
    {
        var words = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        return words.All(Words.Contains)
            ? new(words.Contains(ByDomain), words.Contains(ByProvider), words.Contains(ByOutcome), words.Contains(ByReason))
            : null;
    }

    public AttemptGroup Of(AttemptKey key, NamedPlaces named) => new(
        !Domain ? null : named.Domains.Contains(key.Domain) ? key.Domain : Other,
        !Provider ? null : named.Providers.Contains(key.Provider) ? key.Provider : Other,
        Outcome ? Outcomes[(int)key.Outcome] : null,
        Reason && key.Reason.Length > 0 ? key.Reason : null);
}

/// <summary>What is told apart, null where it is not.</summary>
internal readonly record struct AttemptGroup(string? Domain, string? Provider, string? Outcome, string? Reason);

/// <summary>Those that are told by name; the others are told as one.</summary>
internal sealed record NamedPlaces(IReadOnlySet<string> Domains, IReadOnlySet<string> Providers);

/// <summary>Attempts of a period, added up by interval and group.</summary>
/// <param name="starts">Starts of the intervals, ascending.</param>
/// <param name="groups">What to tell apart.</param>
/// <param name="named">The places that are told by name.</param>
internal sealed class AttemptSums(IReadOnlyList<DateTimeOffset> starts, AttemptGroups groups, NamedPlaces named)
{
    private readonly Dictionary<(int Interval, AttemptGroup Group), long> _sums = [];
    private readonly DateTimeOffset[] _starts = [.. starts];

    public int Count => _sums.Count;

    public void Add(AttemptRow row)
    {
        var place = Array.BinarySearch(_starts, row.Start);
        var interval = place >= 0 ? place : ~place - 1;

        if (interval >= 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_sums, (interval, groups.Of(row.Key, named)), out _) += row.Attempts;
        }
    }

    public IReadOnlyList<AttemptPoint> Points(TimeZoneInfo zone) =>
    [
        .. _sums.Where(sum => sum.Value > 0)
            .OrderBy(sum => sum.Key.Interval)
            .ThenBy(sum => sum.Key.Group.Domain, StringComparer.Ordinal)
            .ThenBy(sum => sum.Key.Group.Provider, StringComparer.Ordinal)
            .ThenBy(sum => sum.Key.Group.Outcome, StringComparer.Ordinal)
            .ThenBy(sum => sum.Key.Group.Reason, StringComparer.Ordinal)
            .Select(sum => new AttemptPoint
            {
                Start = _starts[sum.Key.Interval].In(zone),
                Domain = sum.Key.Group.Domain,
                Provider = sum.Key.Group.Provider,
                Outcome = sum.Key.Group.Outcome,
                Reason = sum.Key.Group.Reason,
                Attempts = sum.Value,
            }),
    ];
}
