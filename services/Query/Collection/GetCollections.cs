using System.ComponentModel;
using System.Security.Claims;
using MailStats.Contracts;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

/// <param name="Items">The latest collections, newest first.</param>
/// <param name="Hosts">The hosts that collectors run on.</param>
public sealed record CollectionList(IReadOnlyList<CollectionRunBody> Items, IReadOnlyList<CollectorHost> Hosts);

/// <summary>A collection.</summary>
/// <param name="Id">Names it.</param>
/// <param name="RequestedAt">When it was asked for, or its hour came.</param>
/// <param name="Scheduled">False when a person asked for it.</param>
/// <param name="State">Of all hosts together.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Deliveries">Events taken.</param>
/// <param name="Hosts">What became of it on every host.</param>
public sealed record CollectionRunBody(
    string Id, DateTimeOffset RequestedAt, bool Scheduled, CollectionState State, long Lines, long Deliveries, IReadOnlyList<HostRun> Hosts)
{
    internal static CollectionRunBody Of(Stores.Collections.CollectionRun collection) => new(
        collection.Id,
        collection.RequestedAt,
        collection.Scheduled,
        collection.State,
        collection.Hosts.Sum(host => host.Lines),
        collection.Hosts.Sum(host => host.Deliveries),
        collection.Hosts);
}

internal static class GetCollections
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/collections", HandleAsync)
        .WithName("getCollections")
        .WithSummary("The last collections, with progress and outcome on every host");

    private static async Task<Results<Ok<CollectionList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        ICollectionStore collections,
        CancellationToken cancellationToken,
        [Description("Items at most.")] int limit = ListLimits.DefaultCollections)
    {
        var problems = new FieldProblems();
        limit = ListLimits.Collections.Check(limit, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var items = await collections.ListAsync(caller.TenantId(), limit, cancellationToken);
        var hosts = await collections.HostsAsync(caller.TenantId(), cancellationToken);

        return TypedResults.Ok(new CollectionList([.. items.Select(CollectionRunBody.Of)], hosts));
    }
}
