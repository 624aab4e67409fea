using System.Text;
using MailStats.Query.Names;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MailStats.Query.Links;

/// <summary>The page that a link opens: plain, without a script, for people who have no key and may never have heard of us.</summary>
internal static class GetLinkedDelivery
{
    public const string Path = "/links";

    /// <summary>Nothing but the page's own style sheet.</summary>
    private static readonly string _policy =
        $"default-src 'none'; style-src 'sha256-{PageStyle.Hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.CacheControl = "private, no-store";
        headers.Vary = HeaderNames.AcceptLanguage;
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        var texts = PageTexts.For(http.Request);
        headers.ContentLanguage = texts.Language;

        if (await links.OpenAsync(text, cancellationToken) is not { } link)
        {
            return Page(DeliveryPage.Nothing(texts), StatusCodes.Status404NotFound);
        }

        // One page for what has expired, was erased or is too old: which of them it was is nobody's business.
        if (link.ExpiresAt <= time.GetUtcNow() || await trails.FindAsync(link.TenantId, link.Delivery, cancellationToken) is not { } kept)
        {
            return Page(DeliveryPage.Nothing(texts), StatusCodes.Status410Gone);
        }

        var tenant = await tenants.FindAsync(link.TenantId, cancellationToken);
        var zone = (tenant is null ? null : Zones.Find(tenant.TimeZone)) ?? TimeZoneInfo.Utc;

        return Page(new DeliveryPage(kept.Delivery, texts, zone, link).Write(), StatusCodes.Status200OK);
    }

    private static ContentHttpResult Page(string html, int status) => TypedResults.Content(html, "text/html", Encoding.UTF8, status);
}
