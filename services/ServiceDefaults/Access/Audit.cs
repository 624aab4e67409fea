using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Every change below <c>/v1/admin/</c>, <c>/v1/settings/</c>, <c>/v1/reply-rules</c> and <c>/v1/unknown-replies</c> leaves an
/// entry (<see cref="AuditEntry"/>), whichever module serves it. The entry is written before the action: when that fails, the
/// action is not done.
/// </summary>
public static class Audit
{
    private const string DetailsKey = "MailStats.Audit";

    private static readonly PathString[] _areas = ["/v1/admin", "/v1/settings", "/v1/reply-rules", "/v1/unknown-replies"];

    /// <summary>Adds to the entry what the action sets. Never a secret.</summary>
    public static void AddAuditDetail(this HttpContext context, string name, string value)
    {
        if (context.Items[DetailsKey] is Dictionary<string, string> details)
        {
            details[name] = value;
        }
    }

    /// <summary>For a call below the audited paths that only answers a question.</summary>
    public static TBuilder ChangesNothing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new HarmlessAction());

    internal static void UseAudit(this IApplicationBuilder app)
    {
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();

        app.Use(async (context, next) =>
        {
            if (!IsAudited(context))
            {
                await next(context);

                return;
            }

            var now = time.GetUtcNow();
            var trail = context.RequestServices.GetRequiredService<IAuditStore>();
            var entry = AuditEntry.Begun(
                Guid.CreateVersion7(now),
                context.User.TenantId(),
                now,
                context.User.CallerId(),
                context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? context.Request.Method,
                $"{context.Request.Method} {context.Request.Path.Value}");
            var details = new Dictionary<string, string>(StringComparer.Ordinal);
            context.Items[DetailsKey] = details;

            await trail.BeginAsync(entry, context.RequestAborted);

            try
            {
                await next(context);
            }
            catch (Exception exception)
            {
                var status = exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
                await trail.CompleteAsync(entry.Id, status, details, CancellationToken.None);

                throw;
            }

            await trail.CompleteAsync(entry.Id, context.Response.StatusCode, details, CancellationToken.None);
        });
    }

    // Who got past authorization is known; what no endpoint answers changes nothing.
    private static bool IsAudited(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method)
        && !HttpMethods.IsHead(context.Request.Method)
        && !HttpMethods.IsOptions(context.Request.Method)
        && context.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<HarmlessAction>() is null
        && context.User.HasClaim(claim => claim.Type == Caller.TenantClaim)
        && Array.Exists(_areas, area => context.Request.Path.StartsWithSegments(area));

    private sealed class HarmlessAction;
}
