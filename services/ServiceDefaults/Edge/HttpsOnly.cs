using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// With <see cref="EdgeOptions.RequireHttps"/> plain HTTP is for probes alone: a key that was sent in clear is refused, not
/// redirected, so that its owner learns of it.
/// </summary>
internal static class HttpsOnly
{
    private static readonly PathString[] Open = ["/health", "/version"];

    /// <summary>Comes after the trusted proxies have said how the client came.</summary>
    public static void UseHttpsOnly(this IApplicationBuilder app)
    {
        if (!app.ApplicationServices.GetRequiredService<IOptions<EdgeOptions>>().Value.RequireHttps)
        {
            return;
        }

        app.Use((context, next) => context.Request.IsHttps || IsOpen(context.Request.Path) ? next(context) : RefuseAsync(context));
    }

    private static bool IsOpen(PathString asked) => Array.Exists(Open, path => asked.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static async Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = { Status = StatusCodes.Status403Forbidden, Detail = "Use https. If a key was sent with this request, replace it." },
        });
    }
}
