using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Domains;

/// <summary>Mailboxes of a domain that sent in the period, most recipients first.</summary>
public sealed record MailboxList
{
    /// <example>"shop.example"</example>
    public required string Domain { get; init; }

    public required PeriodRange Period { get; init; }

    public required IReadOnlyList<MailboxStatistics> Items { get; init; }

    /// <summary>Mailboxes in all, also where <c>limit</c> cut the list.</summary>
    /// <example>1</example>
    public required int Total { get; init; }
}

/// <summary>A mailbox's numbers in the period.</summary>
public sealed class MailboxStatistics(Counters counters) : Outcomes(counters)
{
    /// <summary>The sender's address as people know it, without what mailing software adds.</summary>
    /// <example>"news@shop.example"</example>
    public required string Mailbox { get; init; }
}

internal static class GetMailboxes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/domains/{domain}/mailboxes", HandleAsync)
        .WithName("getMailboxes")
        .WithTags("Statistics")
        .WithSummary("Mailboxes of a domain and their numbers")
        .WithDescription("Every mailbox of the domain that sent in the period, most recipients first.")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<MailboxList>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        ClaimsPrincipal caller,
        [FromRoute(Name = "domain")] string domain,
        [AsParameters] DomainFilter filter,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        KnownDomains known,
        IStatisticsStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter.Of(domain), limitText, ListLimits.Statistics, problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;

        if (await known.FindAsync(scope, period, cancellationToken) is not { } registration)
        {
            return KnownDomains.NotFound();
        }

        var mailboxes = await store.MailboxesAsync(scope.TenantId, registration.Domain, period.Current, cancellationToken);

        return TypedResults.Ok(new MailboxList
        {
            Domain = registration.Domain,
            Period = PeriodRange.Of(period),
            Items = [.. mailboxes.Take(limit).Select(mailbox => new MailboxStatistics(mailbox.Counters) { Mailbox = mailbox.Name })],
            Total = mailboxes.Count,
        });
    }
}
