using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Every change below <c>/v1/admin/</c>, <c>/v1/settings/</c>, <c>/v1/reply-rules</c> and <c>/v1/unknown-replies</c> leaves an
/// entry, whichever module serves it. The entry is
/// written before the action: when that fails, the action is not done.
/// </summary>
public static class Audit
{
    private const string DetailsKey = "MailStats.Audit";

    private static readonly PathString[] _areas = ["/v1/admin", "/v1/settings", "/v1/reply-rules", "/v1/unknown-replies"];

    /// <summary>Says where entries go. May be called by several modules of one process.</summary>
    public static void AddAudit<TTrail>(
        this IHostApplicationBuilder builder,
        Func<TTrail, AuditedAction, CancellationToken, Task> begin,
        Func<TTrail, Guid, int, IReadOnlyDictionary<string, string>, CancellationToken, Task> complete)
        where TTrail : notnull
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(AuditTrail)))
        {
            return;
        }

        builder.Services.AddSingleton(services => new AuditTrail(
            (action, cancellationToken) => begin(services.GetRequiredService<TTrail>(), action, cancellationToken),
            (id, status, details, cancellationToken) => complete(services.GetRequiredService<TTrail>(), id, status, details, cancellationToken)));
    }

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
        if (app.ApplicationServices.GetService<AuditTrail>() is not { } trail)
        {
            return;
        }

        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();

        app.Use(async (context, next) =>
        {
            if (!IsAudited(context))
            {
                await next(context);

                return;
            }

            var now = time.GetUtcNow();
            var action = new AuditedAction(
                Guid.CreateVersion7(now),
                context.User.TenantId(),
                now,
                context.User.CallerId(),
                context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? context.Request.Method,
                $"{context.Request.Method} {context.Request.Path.Value}");
            var details = new Dictionary<string, string>(StringComparer.Ordinal);
            context.Items[DetailsKey] = details;

            await trail.BeginAsync(action, context.RequestAborted);

            try
            {
                await next(context);
            }
            catch (Exception exception)
            {
                var status = exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
                await trail.CompleteAsync(action.Id, status, details, CancellationToken.None);

                throw;
            }

            await trail.CompleteAsync(action.Id, context.Response.StatusCode, details, CancellationToken.None);
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

    private sealed record AuditTrail(
        Func<AuditedAction, CancellationToken, Task> BeginAsync,
        Func<Guid, int, IReadOnlyDictionary<string, string>, CancellationToken, Task> CompleteAsync);
}

/// <summary>What an administrator is about to do.</summary>
/// <param name="Id">Ascending in time (RFC 9562 version 7).</param>
/// <param name="TenantId">The caller's tenant.</param>
/// <param name="At">UTC.</param>
/// <param name="Actor">Id of the key, or the subject of the token.</param>
/// <param name="Name">The operation's name in the OpenAPI document.</param>
/// <param name="Target">Method and path.</param>
public sealed record AuditedAction(Guid Id, string TenantId, DateTimeOffset At, string Actor, string Name, string Target);
