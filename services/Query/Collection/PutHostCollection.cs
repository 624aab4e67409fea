using System.ComponentModel;
using System.Security.Claims;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class PutHostCollection
{
    private const int LongestError = 2_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/collections/{id}/hosts/{host}", HandleAsync)
        .WithName("putHostCollection")
        .WithSummary("For collectors: progress and outcome of a collection on a host");

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> HandleAsync(
        [Description("Id of the collection.")] string id,
        [Description("Name of the collector's host.")] string host,
        CollectionReport body,
        ClaimsPrincipal caller,
        ICollectionStore collections,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        HostNames.Check("host", host, problems);
        HostNames.Check("id", id, problems);

        if (body.State is not (CollectionState.Running or CollectionState.Done or CollectionState.Failed))
        {
            problems.Add("state", "must be one of running, done, failed");
        }

        if (body.Lines < 0 || body.Deliveries < 0)
        {
            problems.Add(body.Lines < 0 ? "lines" : "deliveries", "must be 0 or more");
        }

        if (body.Error is { Length: > LongestError })
        {
            problems.Add("error", $"is longer than {LongestError} characters");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        return await collections.ReportAsync(caller.TenantId(), id, host, body, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }
}
