using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>The address that a caller used, for addresses that an answer tells.</summary>
public static class PublicAddress
{
    /// <summary>
    /// Scheme and host, without a path. A service behind the gateway takes the gateway's word for it; the process that faces the
    /// outside believes the headers of its trusted proxies alone (<c>Edge:TrustedProxies</c>), and has done so before.
    /// </summary>
    public static string PublicOrigin(this HttpRequest request)
    {
        var behind = request.HttpContext.RequestServices.GetService<ProvenCallers>() is null;
        var (scheme, host) = behind ? (Told(request, "X-Forwarded-Proto"), Told(request, "X-Forwarded-Host")) : default;

        return $"{scheme ?? request.Scheme}://{host ?? request.Host.ToString()}";
    }

    private static string? Told(HttpRequest request, string header) => request.Headers[header] is [{ Length: > 0 } told] ? told : null;
}
