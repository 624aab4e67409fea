using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Live;

/// <summary>What a live view receives. It carries no numbers: the view then asks again for what it shows.</summary>
public sealed record LiveMessage
{
    /// <summary>Sending domains whose numbers moved; empty for <c>ready</c>, <c>reset</c>, <c>heartbeat</c> and a changed limit.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>When the latest of the changes was committed; for the others, when the message was sent.</summary>
    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset OccurredAt { get; init; }
}

internal static class GetLive
{
    /// <summary>Faster changes are sent as one.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A view that hears nothing for a few of these knows that the server hangs; a revoked key ends its stream within one.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/live", Handle)
        .WithName("getLive")
        .WithTags("Live")
        .WithSummary("What changes, as it changes")
        .WithDescription(
            "Server-sent events. `ready` comes first; `changed` names the sending domains whose numbers moved, at most twice a second "
            + "(none where a limit was changed); "
            + "`reset` says that changes were missed and everything on the screen is to be loaded again; "
            + "`heartbeat` comes every three seconds without other news. "
            + "After a break send `Last-Event-ID`: what was missed is told, or `reset`. The stream ends when the key is revoked.")
        .Produces<LiveMessage>(StatusCodes.Status200OK, "text/event-stream");

    private static ServerSentEventsResult<LiveMessage> Handle(
        ClaimsPrincipal caller,
        HttpContext http,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        LiveChanges changes,
        CallerValidity validity,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        // A process that is asked to stop does not wait for those who listen: they come back to another one.
        var stopping = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.RegisterForDispose(stopping);

        return TypedResults.ServerSentEvents(ListenAsync(
            changes, caller.TenantId(), lastEventId, cancellationToken => validity.HoldsAsync(http, cancellationToken), time, stopping.Token));
    }

    internal static async IAsyncEnumerable<SseItem<LiveMessage>> ListenAsync(
        LiveChanges changes,
        string tenantId,
        string? lastEventId,
        Func<CancellationToken, ValueTask<bool>> isCallerValid,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = changes.Position(tenantId, lastEventId) ?? changes.Now(tenantId);
        var resumed = lastEventId is null || changes.Position(tenantId, lastEventId) is not null;

        yield return Message(resumed ? "ready" : "reset");

        while (!cancellationToken.IsCancellationRequested)
        {
            var arrived = await ArrivesAsync(changes.WaitAsync(tenantId, position), time, cancellationToken);

            // Before anything is told: a key that was revoked hears nothing more.
            if (cancellationToken.IsCancellationRequested || !await isCallerValid(cancellationToken))
            {
                yield break;
            }

            if (!arrived)
            {
                yield return new SseItem<LiveMessage>(new LiveMessage { Domains = [], OccurredAt = time.GetUtcNow() }, "heartbeat");

                continue;
            }

            if (changes.Since(tenantId, position) is { } news)
            {
                position = news.Position;
                var message = new LiveMessage { Domains = news.Domains, OccurredAt = news.OccurredAt };

                yield return new SseItem<LiveMessage>(message, "changed") { EventId = changes.Id(position) };
            }
            else
            {
                position = changes.Now(tenantId);
                yield return Message("reset");
            }

            // Only whoever stays for longer than the pause hears more.
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SseItem<LiveMessage> Message(string type) =>
            new(new LiveMessage { Domains = [], OccurredAt = time.GetUtcNow() }, type) { EventId = changes.Id(position) };
    }

    /// <summary>False when there was no news until the next heartbeat, or nobody listens any more.</summary>
    private static async Task<bool> ArrivesAsync(Task news, TimeProvider time, CancellationToken cancellationToken)
    {
        var wait = news.WaitAsync(Heartbeat, time, cancellationToken);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        return wait.IsCompletedSuccessfully;
    }
}
