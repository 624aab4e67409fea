using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Tells the dashboard how people sign in: by key always, at the authority where it is set together with a client id.</summary>
internal static class SignIn
{
    public static void MapSignIn(this IEndpointRouteBuilder routes) => routes
        .MapGet("/sign-in.json", (IOptions<OidcOptions> oidc) => TypedResults.Json(Offered(oidc.Value)))
        .AllowAnonymous()
        .ExcludeFromDescription();

    /// <summary>Where the dashboard's scripts may connect to: here, and to the authority for its metadata and tokens.</summary>
    public static string ConnectSources(IServiceProvider services)
    {
        var oidc = services.GetRequiredService<IOptions<OidcOptions>>().Value;

        return IsOffered(oidc) ? $"'self' {new Uri(oidc.Authority!).GetLeftPart(UriPartial.Authority)}" : "'self'";
    }

    private static bool IsOffered(OidcOptions oidc) => oidc.Authority is not null && oidc.ClientId is not null;

    private static SignInOffer Offered(OidcOptions oidc) =>
        IsOffered(oidc) ? new(oidc.Authority, oidc.ClientId, oidc.Scope) : new(null, null, null);

    private sealed record SignInOffer(string? Authority, string? ClientId, string? Scope);
}
