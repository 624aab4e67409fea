using System.Security.Claims;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Domains;

/// <summary>Sending domains, most recipients first.</summary>
public sealed record DomainList
{
    public required PeriodRange Period { get; init; }

    public required IReadOnlyList<DomainStatistics> Items { get; init; }

    /// <summary>Domains in all, also where <c>limit</c> cut the list.</summary>
    /// <example>1</example>
    public required int Total { get; init; }
}

/// <summary>A sending domain's numbers in the period.</summary>
public sealed class DomainStatistics(Counters counters) : Outcomes(counters)
{
    /// <summary>Lower-case ASCII form.</summary>
    /// <example>"shop.example"</example>
    public required string Domain { get; init; }

    /// <summary>True when the tenant has proved that it owns the domain.</summary>
    public required bool Validated { get; init; }
}

internal static class GetDomains
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/domains", HandleAsync)
        .WithName("getDomains")
        .WithTags("Statistics")
        .WithSummary("Sending domains and their numbers")
        .WithDescription("Every domain that is registered or that sent in the period, most recipients first, registered ones without mail included.");

    private static async Task<Results<Ok<DomainList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IStatisticsStore store,
        ITenantStore tenants,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter, limitText, ListLimits.Statistics, problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;
        var registered = (await tenants.DomainsAsync(scope.TenantId, cancellationToken))
            .Where(domain => scope.Domain is null || domain.Domain == scope.Domain)
            .ToDictionary(domain => domain.Domain, domain => domain.ValidatedAt is not null, StringComparer.Ordinal);
        var sent = await SentAsync(store, scope, period.Current, cancellationToken);
        var silent = registered.Keys.Except(sent.Select(domain => domain.Name)).Select(name => new NamedCounters(name, default));

        var items = sent.Concat(silent)
            .OrderByDescending(domain => domain.Counters.Recipients)
            .ThenBy(domain => domain.Name, StringComparer.Ordinal)
            .Select(domain => new DomainStatistics(domain.Counters) { Domain = domain.Name, Validated = registered.GetValueOrDefault(domain.Name) })
            .ToArray();

        return TypedResults.Ok(new DomainList { Period = PeriodRange.Of(period), Items = [.. items.Take(limit)], Total = items.Length });
    }

    private static async Task<IReadOnlyList<NamedCounters>> SentAsync(
        IStatisticsStore store, StatisticsScope scope, TimeRange range, CancellationToken cancellationToken)
    {
        if (scope.Domain is null)
        {
            return await store.DomainsAsync(scope.TenantId, range, cancellationToken);
        }

        var counters = await store.SumAsync(scope, range, cancellationToken);

        return counters == default ? [] : [new NamedCounters(scope.Domain, counters)];
    }
}
