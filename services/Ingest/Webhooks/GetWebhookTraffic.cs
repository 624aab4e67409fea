using System.ComponentModel;
using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Ingest.Webhooks;

/// <summary>What came of a source's posts in the last 30 days. Other processes' counts are up to five seconds old.</summary>
/// <param name="LastEventAt">When an event was last taken, UTC; null when none was.</param>
/// <param name="LastRefusedAt">When a post was last refused, UTC; null when none was.</param>
/// <param name="Days">The days on which something came, the latest first.</param>
/// <param name="Refusals">The last ten posts, events and fields that could not be used, the latest first; nothing of what stood in them.</param>
public sealed record WebhookTrafficView(
    DateTimeOffset? LastEventAt, DateTimeOffset? LastRefusedAt, IReadOnlyList<WebhookDay> Days, IReadOnlyList<WebhookRefusalView> Refusals);

/// <summary>One day, in UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="Accepted">Events taken for the first time.</param>
/// <param name="Repeated">Events that had come before, as far as the process remembers; taking them again changes nothing.</param>
/// <param name="Nothing">Proven posts with nothing to count: clicks, tests.</param>
/// <param name="Refused">
/// Posts that were not taken, by cause: <c>credentials</c>, <c>signature</c>, <c>unverifiable</c>, <c>body</c>, <c>json</c>, <c>busy</c>,
/// <c>unconfirmed</c>.
/// </param>
/// <param name="Rejected">Events without a field that they need, by field.</param>
/// <param name="LeftOut">Fields that could not be read, by field; their events were taken without them.</param>
public sealed record WebhookDay(
    DateOnly Day, long Accepted, long Repeated, long Nothing,
    IReadOnlyDictionary<string, long> Refused, IReadOnlyDictionary<string, long> Rejected, IReadOnlyDictionary<string, long> LeftOut);

/// <summary>Something that could not be used.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="What"><c>refused</c> (the post), <c>rejected</c> (an event) or <c>leftOut</c> (a field).</param>
/// <param name="Cause">As in the days' counts.</param>
/// <param name="Error">What was wrong.</param>
public sealed record WebhookRefusalView(DateTimeOffset At, [property: Unusable] string What, string Cause, string Error);

internal sealed class UnusableAttribute() : ClosedSetAttribute("Unusable", ["refused", "rejected", "leftOut"]);

/// <summary><c>GET /v1/admin/webhook-sources/{id}/traffic</c></summary>
internal static class GetWebhookTraffic
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/admin/webhook-sources/{id}/traffic", HandleAsync)
        .WithTags("Administration")
        .RequireAuthorization(Scopes.Admin)
        .WithName("getWebhookTraffic")
        .WithSummary("What came of a source's posts in the last 30 days, and the last ten refusals");

    private static async Task<Results<Ok<WebhookTrafficView>, NotFound>> HandleAsync(
        [Description("Id of the source.")] string id,
        ClaimsPrincipal user,
        IWebhookSourceStore sources,
        IWebhookTrafficStore traffic,
        WebhookSeen seen,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await sources.FindAsync(id, cancellationToken) is not { } source || source.TenantId != user.TenantId())
        {
            return TypedResults.NotFound();
        }

        await seen.FlushAsync(cancellationToken);
        var found = await traffic.FindAsync(id, cancellationToken);
        var oldest = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - IWebhookTrafficStore.Days);

        return TypedResults.Ok(new WebhookTrafficView(
            LastOf(found, WebhookOutcome.Accepted, WebhookOutcome.Repeated),
            LastOf(found, WebhookOutcome.Refused),
            [.. found.Counts.Where(count => count.Day >= oldest).GroupBy(count => count.Day).OrderByDescending(day => day.Key).Select(DayOf)],
            [.. found.Refusals.Select(refusal => new WebhookRefusalView(refusal.At, WordOf(refusal.Outcome), refusal.Cause, refusal.Error))]));
    }

    private static DateTimeOffset? LastOf(WebhookTraffic traffic, params WebhookOutcome[] outcomes) =>
        traffic.Counts.Where(count => outcomes.Contains(count.Outcome)).Max(count => (DateTimeOffset?)count.LastAt);

    private static WebhookDay DayOf(IGrouping<DateOnly, WebhookCount> day) => new(
        day.Key, Sum(day, WebhookOutcome.Accepted), Sum(day, WebhookOutcome.Repeated), Sum(day, WebhookOutcome.Nothing),
        ByCause(day, WebhookOutcome.Refused), ByCause(day, WebhookOutcome.Rejected), ByCause(day, WebhookOutcome.LeftOut));

    private static long Sum(IEnumerable<WebhookCount> counts, WebhookOutcome outcome) =>
        counts.Where(count => count.Outcome == outcome).Sum(count => count.Count);

    private static Dictionary<string, long> ByCause(IEnumerable<WebhookCount> counts, WebhookOutcome outcome) =>
        counts.Where(count => count.Outcome == outcome)
            .GroupBy(count => count.Cause)
            .ToDictionary(cause => cause.Key, cause => cause.Sum(count => count.Count));

    private static string WordOf(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Refused => "refused",
        WebhookOutcome.Rejected => "rejected",
        _ => "leftOut",
    };
}
