using System.Security.Claims;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>"It would have been refused": what people look at before they dare to enforce.</summary>
internal static class GetSuppressionEffect
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/suppressions/effect", HandleAsync)
        .WithName("getSuppressionEffect")
        .WithSummary("What enforcing the list would have done")
        .WithDescription(
            "Told from the deliveries of addresses that were on the list before, or would have been: bounces and complaints that enforcing would "
            + "have spared, and mail that was delivered all the same, which counts against it. Of one address up to 8 failures and 16 deliveries, the latest.");

    private static async Task<Results<Ok<SuppressionEffectBody>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        Selections selections,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadAsync(caller, filter, problems, cancellationToken);

        if (problems.Any || selection is null)
        {
            return problems.Refusal();
        }

        var (from, to) = (selection.Period.Current.From, selection.Period.Current.To);
        var effect = await suppressions.EffectAsync(caller.TenantId(), from, to, cancellationToken);

        return TypedResults.Ok(new SuppressionEffectBody
        {
            From = from,
            To = to,
            Recipients = effect.Recipients,
            BouncesSpared = effect.BouncesSpared,
            DeliveriesLost = effect.DeliveriesLost,
        });
    }
}

/// <summary>What enforcing would have done.</summary>
public sealed record SuppressionEffectBody
{
    /// <example>"2026-03-19T00:00:00Z"</example>
    public required DateTimeOffset From { get; init; }

    /// <example>"2026-03-26T00:00:00Z"</example>
    public required DateTimeOffset To { get; init; }

    /// <summary>Recipients that would have been refused.</summary>
    public required long Recipients { get; init; }

    /// <summary>Those whose mail bounced, or who complained.</summary>
    /// <example>38</example>
    public required long BouncesSpared { get; init; }

    /// <summary>Those whose mail was delivered all the same.</summary>
    /// <example>4</example>
    public required long DeliveriesLost { get; init; }
}
