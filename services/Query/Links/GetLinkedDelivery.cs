using MailStats.Query.Names;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Links;

/// <summary>The page that a link opens: plain, without a script, for people who have no key and may never have heard of us.</summary>
internal static class GetLinkedDelivery
{
    public const string Path = "/links";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods($"{Path}/{{text}}", [HttpMethods.Get, HttpMethods.Head], HandleAsync)
        .AllowAnonymous()
        .ExcludeFromDescription();

    private static async Task<ContentHttpResult> HandleAsync(
        string text,
        HttpContext http,
        DeliveryLinks links,
        ITrailStore trails,
        ITenantStore tenants,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var texts = LinkedPage.Begin(http, formTarget: "'none'");

        if (await links.OpenAsync(text, cancellationToken) is not { } link)
        {
            return LinkedPage.Answer(LinkedPage.Nothing(texts, texts.Title), StatusCodes.Status404NotFound);
        }

        // One page for what has expired, was erased or is too old: which of them it was is nobody's business.
        if (link.ExpiresAt <= time.GetUtcNow() || await trails.FindAsync(link.TenantId, link.Delivery, cancellationToken) is not { } kept)
        {
            return LinkedPage.Answer(LinkedPage.Nothing(texts, texts.Title), StatusCodes.Status410Gone);
        }

        var tenant = await tenants.FindAsync(link.TenantId, cancellationToken);
        var zone = (tenant is null ? null : Zones.Find(tenant.TimeZone)) ?? TimeZoneInfo.Utc;

        return LinkedPage.Answer(new DeliveryPage(kept.Delivery, texts, zone, link).Write(), StatusCodes.Status200OK);
    }
}
