using System.Security.Claims;
using System.Text.Encodings.Web;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// <c>Authorization: Bearer …</c> with an API key, or with an OIDC token where an authority is set (<see cref="OidcOptions"/>).
/// Both give the same claims: <c>tenant</c> and one <c>scope</c> each.
/// </summary>
public static class ApiKeys
{
    internal const string Scheme = "ApiKey";

    /// <summary>What every API key begins with; tells keys from tokens, and lets secret scanners find leaked ones.</summary>
    public const string Prefix = "ms_";

    private const string Chooser = "KeyOrToken";

    /// <summary>
    /// Lets callers in by API keys that <paramref name="find"/> knows, and registers the scope policies. It is asked for
    /// every request. May be called by several modules of one process.
    /// </summary>
    public static void AddApiKeys<TKeys>(
        this IHostApplicationBuilder builder,
        Func<TKeys, string, CancellationToken, ValueTask<ClaimsPrincipal?>> find)
        where TKeys : notnull
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(CallerLookup)))
        {
            return;
        }

        builder.Services.AddSingleton(services => new CallerLookup(
            (key, cancellationToken) => find(services.GetRequiredService<TKeys>(), key, cancellationToken)));

        builder.Services.AddAuthentication(Chooser)
            .AddPolicyScheme(Chooser, null, options => options.ForwardDefaultSelector = context =>
                IsToken(context) ? JwtBearerDefaults.AuthenticationScheme : Scheme)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(Scheme, null)
            .AddJwtBearer();
        builder.AddOidc();
        // Authentication brings data protection along, which would write keys to a disk that may be read-only. Nothing here uses it.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));

        var authorization = builder.Services.AddAuthorizationBuilder();

        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy
                .RequireAuthenticatedUser()
                .RequireClaim(Caller.TenantClaim)
                .RequireClaim(Caller.ScopeClaim, scope));
        }

        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
    }

    internal static void UseAccess(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<CallerLookup>() is not null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }
    }

    private static bool IsToken(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<OidcOptions>>().Value.Authority is not null
        && BearerOf(context) is { } bearer
        && !bearer.StartsWith(Prefix, StringComparison.Ordinal);

    private static string? BearerOf(HttpContext context)
    {
        const string bearer = "Bearer ";

        return context.Request.Headers.Authorization is [{ } header]
            && header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)
                ? header[bearer.Length..].Trim()
                : null;
    }

    private sealed class KeyHandler(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory loggers,
        UrlEncoder encoder,
        CallerLookup callers) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (BearerOf(Context) is not { Length: > 0 } key)
            {
                return AuthenticateResult.NoResult();
            }

            return await callers.FindAsync(key, Context.RequestAborted) is { } caller
                ? AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name))
                : AuthenticateResult.Fail("unknown, expired or revoked");
        }
    }
}
