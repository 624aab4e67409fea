using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
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

    /// <summary>False allows an authority over plain HTTP, for trials on one machine.</summary>
    public bool RequireHttps { get; set; } = true;
}

internal static class Oidc
{
    public static void AddOidc(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<OidcOptions>>((bearer, oidc) =>
        {
            bearer.Authority = oidc.Value.Authority;
            bearer.Audience = oidc.Value.Audience;
            bearer.RequireHttpsMetadata = oidc.Value.RequireHttps;
            bearer.MapInboundClaims = false;
            bearer.Events = new JwtBearerEvents
            {
                OnTokenValidated = context =>
                {
                    context.Principal = Translate(context.Principal!, oidc.Value);

                    return Task.CompletedTask;
                },
            };
        });
    }

    /// <summary>The claims an API key would have; a token that names no tenant is authenticated but passes no policy.</summary>
    private static ClaimsPrincipal Translate(ClaimsPrincipal token, OidcOptions options)
    {
        var claims = token.FindAll(options.ScopeClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(scope => new Claim(Caller.ScopeClaim, scope))
            .Concat(token.FindAll(options.TenantClaim).Take(1).Select(claim => new Claim(Caller.TenantClaim, claim.Value)))
            .Concat(token.FindAll("sub").Take(1));

        return new ClaimsPrincipal(new ClaimsIdentity(claims, JwtBearerDefaults.AuthenticationScheme));
    }
}
