using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using MailStats.Stores.Brake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Links;

/// <summary>
/// The page that the mail about a stopped mailbox leads to: a button, and no more. Opening it changes nothing, since mail scanners
/// follow every link; pressing the button releases that one stop, which cannot be stopped or released again.
/// </summary>
internal static class LinkedRelease
{
    private const string Route = $"{ReleaseLinks.Path}/{{text}}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Route, [HttpMethods.Get, HttpMethods.Head], ShowAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(Route, ReleaseAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<ContentHttpResult> ShowAsync(
        string text,
        HttpContext http,
        ReleaseLinks links,
        IBrakeStore brakes,
        ITenantStore tenants,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var texts = LinkedPage.Begin(http, formTarget: "'self'");

        if (await links.OpenAsync(text, cancellationToken) is not { } link)
        {
            return LinkedPage.Answer(LinkedPage.Nothing(texts, texts.Release.Title), StatusCodes.Status404NotFound);
        }

        if (link.ExpiresAt <= time.GetUtcNow() || await brakes.FindAsync(link.TenantId, link.BrakeId, cancellationToken) is not { } brake)
        {
            return LinkedPage.Answer(LinkedPage.Nothing(texts, texts.Release.Title), StatusCodes.Status410Gone);
        }

        return await PageAsync(texts, link, brake, tenants, cancellationToken);
    }

    private static async Task<ContentHttpResult> ReleaseAsync(
        string text,
        HttpContext http,
        ReleaseLinks links,
        IBrakeStore brakes,
        IAuditStore audit,
        ITenantStore tenants,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await links.OpenAsync(text, cancellationToken) is { } link && link.ExpiresAt > time.GetUtcNow()
            && await brakes.FindAsync(link.TenantId, link.BrakeId, cancellationToken) is { ReleasedAt: null })
        {
            // As for every other action: the entry is durable before it is done.
            var now = time.GetUtcNow();
            var entry = AuditEntry.Begun(
                Guid.CreateVersion7(now), link.TenantId, now, "link", "releaseBrake", $"POST /v1/brakes/{link.BrakeId}/release");
            await audit.BeginAsync(entry, cancellationToken);
            await brakes.ReleaseAsync(link.TenantId, link.BrakeId, cancellationToken);
            await audit.CompleteAsync(entry.Id, StatusCodes.Status200OK, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);
        }

        return await ShowAsync(text, http, links, brakes, tenants, time, cancellationToken);
    }

    private static async Task<ContentHttpResult> PageAsync(
        PageTexts texts, ReleaseLink link, StoredBrake brake, ITenantStore tenants, CancellationToken cancellationToken)
    {
        var tenant = await tenants.FindAsync(link.TenantId, cancellationToken);
        var zone = (tenant is null ? null : Zones.Find(tenant.TimeZone)) ?? TimeZoneInfo.Utc;
        var says = texts.Release;
        var body = brake.ReleasedAt is { } released
            ? $"<h1>{Encode(says.Released(brake.Mailbox, Moment(released)))}</h1><p>{Encode(says.Learnt)}</p>"
            : $"<h1>{Encode(says.Stopped(brake.Mailbox))}</h1><p>{Encode(says.Why(Moment(brake.Since), brake.Cause, brake.LetThrough))}</p>"
                + $"<div class=\"do\"><p>{Encode(says.First)}</p></div>"
                + $"<form method=\"post\"><p><button>{Encode(says.Button)}</button></p></form><p class=\"soft\">{Encode(says.What)}</p>";
        var foot = $"<footer><p>{Encode(says.Foot(zone.Id, Moment(link.ExpiresAt)))}</p></footer>";

        return LinkedPage.Answer(LinkedPage.Whole(texts, says.Title, says.Title, body + foot), StatusCodes.Status200OK);

        string Moment(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString(texts.Moment, texts.Culture);
    }

    private static string Encode(string text) => LinkedPage.Encode(text);
}
