using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>A token bucket for each API key, or for each address where no key is sent. Probes are not counted.</summary>
internal static class RateLimits
{
    public static void AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<EdgeOptions>>((limiter, edge) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, edge.Value));
            limiter.OnRejected = RefuseAsync;
        });
    }

    public static void UseRateLimits(this IApplicationBuilder app)
    {
        app.UseRateLimiter();
        app.Use((context, next) =>
        {
            TellWhatIsLeft(context);

            return next(context);
        });
    }

    /// <summary>On every answer (draft-ietf-httpapi-ratelimit-headers): a client can slow down before it is refused.</summary>
    private static void TellWhatIsLeft(HttpContext context)
    {
        var limiter = context.RequestServices.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;

        if (limiter.GetStatistics(context) is { } statistics)
        {
            var edge = context.RequestServices.GetRequiredService<IOptions<EdgeOptions>>().Value;
            var left = statistics.CurrentAvailablePermits;
            var reset = Math.Max(1, (edge.Burst - left + edge.RequestsPerSecond - 1) / edge.RequestsPerSecond);
            context.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";q={edge.Burst};w={WindowSeconds(edge)}");
            context.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";r={left};t={reset}");
        }
    }

    private static int WindowSeconds(EdgeOptions edge) => Math.Max(1, edge.Burst / edge.RequestsPerSecond);

    private static RateLimitPartition<string> Partition(HttpContext context, EdgeOptions edge) =>
        context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = edge.Burst,
                // Ten small refills a second: what is refused may come again soon.
                TokensPerPeriod = Math.Max(1, edge.RequestsPerSecond / 10),
                ReplenishmentPeriod = edge.RequestsPerSecond >= 10
                    ? TimeSpan.FromMilliseconds(100)
                    : TimeSpan.FromSeconds(1.0 / edge.RequestsPerSecond),
                QueueLimit = 0,
            });

    /// <summary>The key's hash, so that no key stays in memory in clear; else the address, an IPv6 one by its /64.</summary>
    private static string CallerOf(HttpContext context)
    {
        if (context.Request.Headers.Authorization is [{ Length: > 0 and <= 4096 } authorization])
        {
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(authorization)));
        }

        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();

        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        TellWhatIsLeft(context);
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        var edge = context.RequestServices.GetRequiredService<IOptions<EdgeOptions>>().Value;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status429TooManyRequests,
                Detail = string.Create(CultureInfo.InvariantCulture, $"More than {edge.RequestsPerSecond} requests a second."),
            },
        });
    }
}
