using System.Security.Claims;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Domains;

/// <summary>One sending domain: whether it is registered, and its indicators beside the previous period's.</summary>
public sealed record DomainOverview
{
    /// <summary>Lower-case ASCII form.</summary>
    /// <example>"shop.example"</example>
    public required string Domain { get; init; }

    /// <summary>True when the tenant has proved that it owns the domain.</summary>
    public required bool Validated { get; init; }

    /// <summary>When it proved that; null while it has not.</summary>
    public required DateTimeOffset? ValidatedAt { get; init; }

    public required PeriodRange Period { get; init; }

    public required ComparedCount Recipients { get; init; }

    public required ComparedCount Delivered { get; init; }

    /// <summary>Soft and hard bounces together.</summary>
    public required ComparedCount Bounces { get; init; }

    public required ComparedCount SoftBounces { get; init; }

    public required ComparedCount HardBounces { get; init; }

    public required ComparedCount Pending { get; init; }

    /// <summary>Recipients who called the mail spam. They stay delivered.</summary>
    public required ComparedCount Complaints { get; init; }

    public required ComparedRate DeliveryRate { get; init; }

    public required ComparedRate SoftBounceRate { get; init; }

    public required ComparedRate HardBounceRate { get; init; }

    /// <summary>Complaints in percent of what was delivered.</summary>
    public required ComparedRate ComplaintRate { get; init; }
}

internal static class GetDomain
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/domains/{domain}", HandleAsync)
        .WithName("getDomain")
        .WithTags("Statistics")
        .WithSummary("One sending domain")
        .WithDescription(
            "The domain's indicators, soft and hard bounces apart. 404 when the domain is not registered and has sent nothing in the "
            + "last three years.")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<DomainOverview>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        ClaimsPrincipal caller,
        [FromRoute(Name = "domain")] string domain,
        [AsParameters] DomainFilter filter,
        Selections selections,
        KnownDomains known,
        IStatisticsStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter.Of(domain), problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var (scope, period) = selection;

        if (await known.FindAsync(scope, period, cancellationToken) is not { } registration)
        {
            return KnownDomains.NotFound();
        }

        var current = await store.SumAsync(scope, period.Current, cancellationToken);
        var previous = await store.SumAsync(scope, period.Previous, cancellationToken);
        var overview = Overview.Overview.Compare(period, current, previous);

        return TypedResults.Ok(new DomainOverview
        {
            Domain = registration.Domain,
            Validated = registration.ValidatedAt is not null,
            ValidatedAt = registration.ValidatedAt,
            Period = overview.Period,
            Recipients = overview.Recipients,
            Delivered = overview.Delivered,
            Bounces = ComparedCount.Of(current.SoftBounces + current.HardBounces, previous.SoftBounces + previous.HardBounces),
            SoftBounces = overview.SoftBounces,
            HardBounces = overview.HardBounces,
            Pending = overview.Pending,
            Complaints = overview.Complaints,
            DeliveryRate = overview.DeliveryRate,
            SoftBounceRate = overview.SoftBounceRate,
            HardBounceRate = overview.HardBounceRate,
            ComplaintRate = overview.ComplaintRate,
        });
    }
}
