using System.Security.Claims;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Providers;

/// <summary>Receiving providers, most recipients first.</summary>
public sealed record ProviderList
{
    public required PeriodRange Period { get; init; }

    public required IReadOnlyList<ProviderStatistics> Items { get; init; }

    /// <summary>Providers in all, also where <c>limit</c> cut the list.</summary>
    /// <example>1</example>
    public required int Total { get; init; }
}

/// <summary>The numbers of mail to one receiving provider.</summary>
public sealed class ProviderStatistics(Counters counters) : Outcomes(counters)
{
    /// <summary>The provider's name, or the recipients' domain where none is known.</summary>
    /// <example>"Gmail"</example>
    public required string Provider { get; init; }
}

internal static class GetProviders
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/providers", HandleAsync)
        .WithName("getProviders")
        .WithTags("Statistics")
        .WithSummary("Receiving providers and the numbers of mail to them")
        .WithDescription("Gmail, Microsoft, Yahoo and others by name, the rest by the recipients' domain; most recipients first.");

    private static async Task<Results<Ok<ProviderList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IStatisticsStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter, limitText, ListLimits.Statistics, problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var (scope, period, limit) = selection;
        var providers = await store.ProvidersAsync(scope, period.Current, cancellationToken);

        return TypedResults.Ok(new ProviderList
        {
            Period = PeriodRange.Of(period),
            Items = [.. providers.Take(limit).Select(provider => new ProviderStatistics(provider.Counters) { Provider = provider.Name })],
            Total = providers.Count,
        });
    }
}
