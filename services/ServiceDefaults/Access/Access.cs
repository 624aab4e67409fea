using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Who may call, and what is written down of it: API keys (<see cref="IApiKeyStore"/>) and OIDC tokens, whose users have roles
/// (<see cref="IUserStore"/>), one authorization policy for each scope, and the audit log (<see cref="IAuditStore"/>).
/// </summary>
public static class Access
{
    /// <summary>Asks the stores that the process registers. May be called by several modules of one process.</summary>
    public static void AddAccess(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ImplementationType == typeof(AccessProblems)))
        {
            return;
        }

        builder.AddKeysAndTokens();
        BodyBounds.Add(builder);
        var authorization = builder.Services.AddAuthorizationBuilder();

        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy
                .RequireAuthenticatedUser()
                .RequireClaim(Caller.TenantClaim)
                .RequireClaim(Caller.ScopeClaim, scope == Scopes.Statistics ? [Scopes.Statistics, Scopes.Read] : [scope]));
        }

        builder.Services.AddSingleton<BrowserTokens>();
        builder.Services.AddSingleton<Refusals>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
    }

    /// <summary>Nothing in a process that calls no <see cref="AddAccess"/>: the gateway leaves keys to the services behind it.</summary>
    internal static void UseAccess(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<IAuthenticationSchemeProvider>() is not null)
        {
            app.UseAuthentication();
            app.UseProvenCallers();
            app.UseAuthorization();
            BodyBounds.Use(app);
            app.UseAudit();
        }
    }
}
