using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Oidc</c>: access tokens of an OpenID Connect authority beside API keys. Off until <see cref="Authority"/> is set.</summary>
public sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>The issuer's address; its metadata is read from <c>/.well-known/openid-configuration</c> below it.</summary>
    [Url(ErrorMessage = "Oidc:Authority must be an http or https address")]
    public string? Authority { get; set; }

    /// <summary>What a token's <c>aud</c> must contain.</summary>
    [Required]
    public string Audience { get; set; } = "mailstats";

    /// <summary>The claim that names the tenant.</summary>
    [Required]
    public string TenantClaim { get; set; } = Caller.TenantClaim;

    /// <summary>The claim that holds the scopes, separated by spaces or as an array.</summary>
    [Required]
    public string ScopeClaim { get; set; } = Caller.ScopeClaim;

    /// <summary>
    /// The dashboard's client id at the authority (public, code flow with PKCE, redirect to the dashboard's address). Without
    /// one the dashboard signs in by key alone. Its metadata and tokens must come from the authority's own origin.
    /// </summary>
    public string? ClientId { get; set; }

    /// <summary>What the dashboard asks the authority for, separated by spaces.</summary>
    [Required]
    public string Scope { get; set; } = "openid";

    /// <summary>False allows an authority over plain HTTP, for trials on one machine.</summary>
    public bool RequireHttps { get; set; } = true;
}

internal static class Oidc
{
    /// <summary>For who checks tokens and for who tells the dashboard where they come from; one process may be both.</summary>
    public static void AddOidcOptions(this IHostApplicationBuilder builder)
    {
        if (builder.Services.All(service => service.ServiceType != typeof(IValidateOptions<OidcOptions>)))
        {
            builder.Services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        }
    }

    public static void AddOidc(this IHostApplicationBuilder builder)
    {
        builder.AddOidcOptions();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<OidcOptions>>((bearer, oidc) =>
        {
            bearer.Authority = oidc.Value.Authority;
            bearer.Audience = oidc.Value.Audience;
            bearer.RequireHttpsMetadata = oidc.Value.RequireHttps;
            bearer.MapInboundClaims = false;
            bearer.Events = new JwtBearerEvents
            {
                OnTokenValidated = async context =>
                {
                    var users = context.HttpContext.RequestServices.GetRequiredService<IUserStore>();
                    context.Principal = await TranslateAsync(context.Principal!, oidc.Value, users, context.HttpContext.RequestAborted);
                },
            };
        });
    }

    /// <summary>
    /// The claims an API key would have; a token that names no tenant is authenticated but passes no policy. What a user may
    /// do is what the token says and what the tenant's administrators gave the user.
    /// </summary>
    private static async ValueTask<ClaimsPrincipal> TranslateAsync(
        ClaimsPrincipal token, OidcOptions options, IUserStore users, CancellationToken cancellationToken)
    {
        var tenant = token.FindFirstValue(options.TenantClaim);
        var subject = token.FindFirstValue(Caller.SubjectClaim);
        var scopes = token.FindAll(options.ScopeClaim).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        if (tenant is not null && subject is not null)
        {
            scopes = scopes.Concat(await users.ScopesAsync(tenant, subject, cancellationToken));
        }

        var claims = scopes.Distinct(StringComparer.Ordinal).Select(scope => new Claim(Caller.ScopeClaim, scope)).ToList();

        if (tenant is not null)
        {
            claims.Add(new Claim(Caller.TenantClaim, tenant));
        }

        if (subject is not null)
        {
            claims.Add(new Claim(Caller.SubjectClaim, subject));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, JwtBearerDefaults.AuthenticationScheme));
    }
}
