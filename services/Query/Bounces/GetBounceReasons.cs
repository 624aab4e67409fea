using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;
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
}

/// <summary>One reason with one pair of codes.</summary>
public sealed record BounceReason
{
    /// <example>"mailbox_full"</example>
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
        var reasons = await store.ReasonsAsync(scope, period.Current, limit, cancellationToken);
        var total = await store.SumAsync(scope, period.Current, cancellationToken);
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
                Hard = reason.Hard,
                Advice = readsAll || example is null ? example?.Advice : AddressMask.Within(example.Advice, ""),
                Example = readsAll ? example?.Detail : null,
                Documentation = example?.Documentation,
            });
        }

        return TypedResults.Ok(new BounceReasonList { Period = PeriodRange.Of(period), Items = items, Bounces = bounces });
    }
}
