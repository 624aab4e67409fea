using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: bus, store and whatever else registered a check are usable.</summary>
internal static class Health
{
    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    // Names and states only: descriptions and exceptions may hold internal addresses.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";

        return context.Response.WriteAsJsonAsync(
            new HealthAnswer(report.Status.ToString(), report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString())),
            context.RequestAborted);
    }

    private sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Checks);
}
