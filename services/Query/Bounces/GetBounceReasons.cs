using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Bounces;

/// <summary>Why deliveries failed finally, most frequent first.</summary>
public sealed record BounceReasonList
{
    public required PeriodRange Period { get; init; }

    public required IReadOnlyList<BounceReason> Items { get; init; }

    /// <summary>Final failures of the period in all: what shares are of.</summary>
    /// <example>45</example>
    public required long Bounces { get; init; }

    /// <summary>Reasons of the previous period that are gone by more than chance, most frequent first.</summary>
    public required IReadOnlyList<GoneReason> Gone { get; init; }
}

/// <summary>A reason of the previous period that nothing failed for since.</summary>
public sealed record GoneReason
{
    /// <example>"rate_limited"</example>
    [Reason]
    public required string Reason { get; init; }

    /// <example>421</example>
    public required int? SmtpCode { get; init; }

    /// <example>"4.7.0"</example>
    public required string? EnhancedCode { get; init; }

    /// <summary>Final failures of the previous period.</summary>
    /// <example>80</example>
    public required long Previous { get; init; }
}

/// <summary>One reason with one pair of codes.</summary>
public sealed record BounceReason
{
    /// <example>"mailbox_full"</example>
    [Reason]
    public required string Reason { get; init; }

    /// <example>552</example>
    public required int? SmtpCode { get; init; }

    /// <example>"5.2.2"</example>
    public required string? EnhancedCode { get; init; }

    /// <example>27</example>
    public required long Count { get; init; }

    /// <summary>Percent of all final failures of the period.</summary>
    /// <example>60.0</example>
    public required decimal Share { get; init; }

    /// <summary>How many in the previous period; none and <c>up</c>: it is new.</summary>
    /// <example>9</example>
    public required long Previous { get; init; }

    /// <summary>Its share of the recipients against the previous period: <c>up</c>, <c>down</c>, <c>chance</c>, or <c>tooFew</c> to say.</summary>
    /// <example>"up"</example>
    public required RateVerdict Verdict { get; init; }

    /// <summary>True when the address or its domain is bad.</summary>
    public required bool Hard { get; init; }

    /// <summary>What to do about the latest such failure; null when none is kept any more.</summary>
    public required string? Advice { get; init; }

    /// <summary>
    /// The reply of the latest such failure; null when none is kept any more, and for callers that may see numbers only: servers
    /// repeat addresses in their replies.
    /// </summary>
    /// <example>"552 5.2.2 Mailbox full"</example>
    public required string? Example { get; init; }

    /// <summary>The receiver's own page about that reply.</summary>
    public required string? Documentation { get; init; }
}

internal static class GetBounceReasons
{
    /// <summary>Pairs of reason and codes that are compared with the previous period: more than a tenant has.</summary>
    private const int MostCompared = 2_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/bounce-reasons", HandleAsync)
        .WithName("getBounceReasons")
        .WithTags("Statistics")
        .WithSummary("Top bounce reasons")
        .WithDescription("Why deliveries of the period failed finally, by reason and codes, most frequent first.");

    private static async Task<Results<Ok<BounceReasonList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IStatisticsStore store,
        IDeliveryLog log,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter, limitText, ListLimits.Reasons, problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;
        var all = await store.ReasonsAsync(scope, period.Current, MostCompared, cancellationToken);
        var reasons = all.Take(limit).ToList();
        var total = await store.SumAsync(scope, period.Current, cancellationToken);
        var before = (await store.ReasonsAsync(scope, period.Previous, MostCompared, cancellationToken)).ToDictionary(KeyOf, reason => reason.Count);
        var totalBefore = await store.SumAsync(scope, period.Previous, cancellationToken);
        // Rows may arrive between the two reads: no share is above the whole.
        var bounces = Math.Max(total.SoftBounces + total.HardBounces, reasons.Sum(reason => reason.Count));
        var items = new List<BounceReason>(reasons.Count);
        var readsAll = caller.HasScope(Scopes.Read);

        foreach (var reason in reasons)
        {
            var example = await log.ExampleAsync(scope, reason, cancellationToken);
            items.Add(new BounceReason
            {
                Reason = reason.Reason,
                SmtpCode = reason.ReplyCode,
                EnhancedCode = reason.EnhancedCode,
                Count = reason.Count,
                Share = Rates.Of(reason.Count, bounces) ?? 0,
                Previous = before.GetValueOrDefault(KeyOf(reason)),
                Verdict = Change(reason.Count, before.GetValueOrDefault(KeyOf(reason))),
                Hard = reason.Hard,
                Advice = readsAll || example is null ? example?.Advice : AddressMask.Within(example.Advice, ""),
                Example = readsAll ? example?.Detail : null,
                Documentation = example?.Documentation,
            });
        }

        var known = all.Select(KeyOf).ToHashSet();
        List<GoneReason> gone =
        [
            .. before.Where(reason => !known.Contains(reason.Key) && Change(0, reason.Value) == RateVerdict.Down)
                .OrderByDescending(reason => reason.Value)
                .ThenBy(reason => reason.Key.ToString(), StringComparer.Ordinal)
                .Take(limit)
                .Select(reason => new GoneReason
                {
                    Reason = reason.Key.Reason, SmtpCode = reason.Key.SmtpCode, EnhancedCode = reason.Key.EnhancedCode, Previous = reason.Value,
                }),
        ];

        return TypedResults.Ok(new BounceReasonList { Period = PeriodRange.Of(period), Items = items, Bounces = bounces, Gone = gone });

        RateVerdict Change(long count, long previous) =>
            new RateChange(count, Math.Max(count, total.Recipients), previous, Math.Max(previous, totalBefore.Recipients)).Verdict;
    }

    private static (string Reason, int? SmtpCode, string? EnhancedCode, bool Hard) KeyOf(ReasonCount reason) =>
        (reason.Reason, reason.ReplyCode, reason.EnhancedCode, reason.Hard);
}
