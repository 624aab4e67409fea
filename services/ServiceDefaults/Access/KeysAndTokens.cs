using System.Security.Claims;
using System.Text.Encodings.Web;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// <c>Authorization: Bearer …</c> with an API key, with a token made by one (<see cref="BrowserTokens"/>), or with an OIDC token
/// where an authority is set (<see cref="OidcOptions"/>).
/// All give the same claims (<see cref="Caller"/>).
/// </summary>
internal static class KeysAndTokens
{
    private const string KeyScheme = "ApiKey";
    private const string Chooser = "KeyOrToken";

    /// <summary>Characters. A key has 46; a longer text is none, and is not hashed.</summary>
    private const int LongestKey = 256;

    /// <remarks>
    /// Not the framework's <c>AddAuthentication</c>: that brings data protection along, which writes keys to the home folder
    /// at start. Keys and tokens protect nothing, and the disk may be read-only.
    /// </remarks>
    public static void AddKeysAndTokens(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAuthenticationCore(options => options.DefaultScheme = Chooser);
        builder.Services.AddWebEncoders();
        builder.Services.AddSingleton<IAuthenticationConfigurationProvider, SchemeSettings>();

        new AuthenticationBuilder(builder.Services)
            .AddPolicyScheme(Chooser, null, options => options.ForwardDefaultSelector = context =>
                !IsOpen(context) && IsToken(context) ? JwtBearerDefaults.AuthenticationScheme : KeyScheme)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, null)
            .AddJwtBearer();
        builder.AddOidc();
    }

    /// <summary>What anybody may call is asked no credentials: a provider's bearer token is none of our keys, and no key is looked up for it.</summary>
    private static bool IsOpen(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static bool IsToken(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<OidcOptions>>().Value.Authority is not null
        && BearerOf(context) is { } bearer
        && !bearer.StartsWith(ApiKeySecrets.Prefix, StringComparison.Ordinal)
        && !bearer.StartsWith(BrowserTokens.Prefix, StringComparison.Ordinal);

    /// <summary>The key or token, without its scheme and the spaces around it; null where there is none.</summary>
    public static string? BearerOf(HttpContext context)
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
        IApiKeyStore keys) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (IsOpen(Context) || BearerOf(Context) is not { Length: > 0 } secret)
            {
                return AuthenticateResult.NoResult();
            }

            var caller = secret.StartsWith(BrowserTokens.Prefix, StringComparison.Ordinal) ? await OfTokenAsync(secret) : await OfKeyAsync(secret);

            return caller is null
                ? AuthenticateResult.Fail("unknown, expired or revoked")
                : AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
        }

        private async ValueTask<ClaimsPrincipal?> OfKeyAsync(string secret) =>
            secret.Length <= LongestKey && await keys.FindAsync(secret, Context.RequestAborted) is { } key ? Caller.Of(key, Scheme.Name) : null;

        private async ValueTask<ClaimsPrincipal?> OfTokenAsync(string text)
        {
            var tokens = Context.RequestServices.GetRequiredService<BrowserTokens>();

            return await tokens.FindAsync(text, Context.RequestAborted) is var (token, key)
                ? Caller.Of(key, [Scopes.Statistics], token.Domains.Count > 0 ? token.Domains : key.Terms.Domains, token.ExpiresAt, Scheme.Name)
                : null;
        }
    }

    /// <summary>Where the framework's handlers look for settings of their own.</summary>
    private sealed class SchemeSettings(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
    }
}
