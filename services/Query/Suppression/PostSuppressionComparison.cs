using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.Query.Export;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>Puts on our list what providers' lists have and ours has not.</summary>
internal static class PostSuppressionComparison
{
    /// <summary>Addresses of one call: some seconds of transactions.</summary>
    public const int MostAdded = 100_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/suppressions/comparison/add", HandleAsync)
        .WithName("addComparedSuppressions")
        .WithSummary("Put on our list what only providers' lists have")
        .WithDescription(
            "Adds the addresses of `GET /v1/suppressions/comparison` as entries with the cause `provider`, which a later delivery lifts. Addresses "
            + "that mail was delivered to since they were refused are left out unless `because` asks for them: the provider may have "
            + $"forgiven them. At most {MostAdded:N0} a call; `left` says that there are more. Subscribers and webhooks are not told, as of an import.")
        .LimitExports()
        .LeavesAnEntry();

    private static async Task<Results<Ok<SuppressionsAdded>, ValidationProblem>> HandleAsync(
        ComparisonBody body, ClaimsPrincipal caller, ISuppressionStore suppressions, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var source = GetSuppressionComparison.ReadSource(body.Source, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        MissingBecause[] because = body.Because is { } one && one != MissingBecause.Unknown ? [one] : [MissingBecause.Removed, MissingBecause.Expired];
        var comparison = new Comparison(ComparisonSide.Provider, source, because);
        var (added, cursor) = (0L, (string?)null);

        for (var most = MostAdded; most > 0; most -= ISuppressionStore.MostAtOnce)
        {
            var page = (await suppressions.CompareAsync(caller.TenantId(), comparison, cursor, ISuppressionStore.MostAtOnce, cancellationToken)).Page;
            var entries = page.Items
                .Select(missing => new SuppressionAddition(missing.Address, null, SuppressionCause.Provider, missing.Reason, null))
                .ToList();
            var written = entries.Count > 0 ? await suppressions.AddAsync(caller.TenantId(), entries, tell: false, cancellationToken) : [];
            added += written.Count(isNew => isNew);
            cursor = page.Next;

            if (cursor is null)
            {
                break;
            }
        }

        return TypedResults.Ok(new SuppressionsAdded { Added = added, Left = cursor is not null });
    }
}

/// <summary>Which of the addresses are added.</summary>
public sealed record ComparisonBody
{
    /// <summary>A webhook source, or a provider for all of its sources; absent for all.</summary>
    /// <example>"sendgrid"</example>
    public string? Source { get; init; }

    /// <summary>Those alone that are missing for this reason; absent for all but <c>delivered</c>.</summary>
    public MissingBecause? Because { get; init; }
}

/// <summary>What was added.</summary>
public sealed record SuppressionsAdded
{
    /// <example>17</example>
    public required long Added { get; init; }

    /// <summary>True where more are missing than one call adds.</summary>
    public required bool Left { get; init; }
}
