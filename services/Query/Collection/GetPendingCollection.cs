using System.ComponentModel;
using System.Security.Claims;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class GetPendingCollection
{
    internal const int MostWait = 25;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/collections/pending", HandleAsync)
        .WithName("getPendingCollection")
        .WithSummary("For collectors: how this host collects, and the collection that waits for it")
        .WithDescription(
            $"With `wait` (seconds, up to {MostWait}) the answer comes when a collection is asked for or the settings change, at the "
            + "latest after that time.");

    private static async Task<Results<Ok<CollectionOrder>, ValidationProblem>> HandleAsync(
        [Description("Name of the collector's host.")] string host,
        ClaimsPrincipal caller,
        ICollectionStore collections,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken,
        [Description("Seconds to wait for news.")] int wait = 0)
    {
        var problems = new FieldProblems();
        HostNames.Check("host", host, problems);

        if (wait is < 0 or > MostWait)
        {
            problems.Add("wait", $"must be a whole number from 0 to {MostWait}");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var first = await collections.PendingAsync(caller.TenantId(), host, stopping.Token);
        var pending = first;
        var until = time.GetTimestamp() + (wait * time.TimestampFrequency);
        while (pending.CollectionId is null && pending.Settings == first.Settings && time.GetTimestamp() < until)
        {
            await Task.Delay(Pause, time, stopping.Token);
            pending = await collections.PendingAsync(caller.TenantId(), host, stopping.Token);
        }

        return TypedResults.Ok(pending);
    }
}
