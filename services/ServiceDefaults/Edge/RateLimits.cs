using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// A token bucket for each caller that has proven a key, for each webhook source that has proven a post, and for each address
/// with all else that comes from it. Probes are not counted.
/// </summary>
internal static class RateLimits
{
    private const string Left = "RateLimit";
    private const string Policy = "RateLimit-Policy";

    public static void AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ProvenCallers>();
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<EdgeOptions>, ProvenCallers>((limiter, edge, proven) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Bucket>(context => Partition(context, proven, edge.Value));
            limiter.OnRejected = RefuseAsync;
        });
    }

    public static void UseRateLimits(this IApplicationBuilder app)
    {
        var proven = app.ApplicationServices.GetRequiredService<ProvenCallers>();
        app.UseRateLimiter();
        app.Use((context, next) =>
        {
            TellWhatIsLeft(context);
            var (left, policy) = (context.Response.Headers[Left], context.Response.Headers[Policy]);
            context.Response.OnStarting(() =>
            {
                // A process behind this one that has limits of its own tells of them too: this one's are what the client meets first.
                (context.Response.Headers[Left], context.Response.Headers[Policy]) = (left, policy);

                return LearnAsync(context, proven);
            });

            return next(context);
        });
    }

    /// <summary>What the answer says of the request's key.</summary>
    private static Task LearnAsync(HttpContext context, ProvenCallers proven)
    {
        var told = context.Response.Headers[ProvenCaller.Header];
        context.Response.Headers.Remove(ProvenCaller.Header);
        var proof = ProvenCaller.Of(context) ?? (string?)told;

        if (proof is { Length: > 0 } && context.Request.Headers.ContainsKey(ProvenCaller.Asked))
        {
            context.Response.Headers[ProvenCaller.Header] = proof;
        }

        if (Bucket.CredentialOf(context) is not { } credential)
        {
            return Task.CompletedTask;
        }

        if (proof is { Length: > 0 } caller)
        {
            proven.Proven(credential, caller);
        }
        else if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status404NotFound)
        {
            proven.Refused(credential);
        }

        return Task.CompletedTask;
    }

    /// <summary>On every answer (draft-ietf-httpapi-ratelimit-headers): a client can slow down before it is refused.</summary>
    private static void TellWhatIsLeft(HttpContext context)
    {
        var limiter = context.RequestServices.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;

        if (limiter.GetStatistics(context) is { } statistics)
        {
            var (bucket, rate, burst) = LimitOf(context);
            var left = statistics.CurrentAvailablePermits;
            var reset = Math.Max(1, (burst - left + rate - 1) / rate);
            context.Response.Headers[Policy] = string.Create(
                CultureInfo.InvariantCulture, $"\"{bucket.Kind}\";q={burst};w={Math.Max(1, burst / rate)}");
            context.Response.Headers[Left] = string.Create(CultureInfo.InvariantCulture, $"\"{bucket.Kind}\";r={left};t={reset}");
        }
    }

    private static (Bucket Bucket, int Rate, int Burst) LimitOf(HttpContext context)
    {
        var edge = context.RequestServices.GetRequiredService<IOptions<EdgeOptions>>().Value;
        var bucket = Bucket.Of(context, context.RequestServices.GetRequiredService<ProvenCallers>());

        return bucket.IsWebhook ? (bucket, edge.WebhooksPerSecond, edge.WebhookBurst) : (bucket, edge.RequestsPerSecond, edge.Burst);
    }

    private static RateLimitPartition<Bucket> Partition(HttpContext context, ProvenCallers proven, EdgeOptions edge) =>
        context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            ? RateLimitPartition.GetNoLimiter<Bucket>(default)
            : RateLimitPartition.GetTokenBucketLimiter(
                Bucket.Of(context, proven),
                bucket => bucket.IsWebhook ? Tokens(edge.WebhooksPerSecond, edge.WebhookBurst) : Tokens(edge.RequestsPerSecond, edge.Burst));

    private static TokenBucketRateLimiterOptions Tokens(int perSecond, int burst) => new()
    {
        TokenLimit = burst,
        // Ten small refills a second: what is refused may come again soon.
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = perSecond >= 10 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1.0 / perSecond),
        QueueLimit = 0,
    };

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        TellWhatIsLeft(context);
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status429TooManyRequests,
                Detail = string.Create(CultureInfo.InvariantCulture, $"More than {LimitOf(context).Rate} requests a second."),
            },
        });
    }
}
