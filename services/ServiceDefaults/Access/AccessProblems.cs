using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace MailStats.ServiceDefaults;

/// <summary>401 and 403 as problems that say what is missing.</summary>
internal sealed class AccessProblems(IProblemDetailsService problems) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);

            return;
        }

        if (authorizeResult.Challenged)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"mailstats\"";
            await WriteAsync(context, StatusCodes.Status401Unauthorized, context.Request.Headers.Authorization.Count == 0
                ? $"Send an API key: Authorization: Bearer {ApiKeySecrets.Prefix}…"
                : "The API key or token is unknown, expired or revoked.");

            return;
        }

        var missing = policy.Requirements.OfType<ClaimsAuthorizationRequirement>()
            .Where(claim => claim.ClaimType == Caller.ScopeClaim)
            .SelectMany(claim => claim.AllowedValues ?? [])
            .ToList();
        var hasTenant = context.User.HasClaim(claim => claim.Type == Caller.TenantClaim);
        await WriteAsync(context, StatusCodes.Status403Forbidden, hasTenant
            ? $"The caller lacks the scope {string.Join(" or ", missing)}."
            : "The token names no tenant.");
    }

    private async Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        await problems.WriteAsync(new() { HttpContext = context, ProblemDetails = { Status = status, Detail = detail } });
    }
}
