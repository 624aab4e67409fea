using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// The bounds of every call's body: its size (<see cref="BodyOptions.MaxBytes"/>, or what the call's own
/// <see cref="IRequestSizeLimitMetadata"/> says), its least rate, and its tenant's share of memory.
/// </summary>
internal sealed class BodyBounds(IOptions<BodyOptions> options, IProblemDetailsService problems, TimeProvider time)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    /// <summary>The server's own bound, where nobody says otherwise.</summary>
    private const long Servers = 30_000_000;

    private readonly ByteRoom _room = new(options.Value.MaxBufferedBytesPerTenant, options.Value.MaxBufferedBytes);

    public static void Add(IHostApplicationBuilder builder)
    {
        builder.AddSettings<BodyOptions>(BodyOptions.Section);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BodyOptions>, BodyOptionsCheck>());
        builder.Services.AddSingleton<BodyBounds>();
    }

    /// <summary>After the caller is known, and before anything is done or written down.</summary>
    public static void Use(IApplicationBuilder app)
    {
        var bounds = app.ApplicationServices.GetRequiredService<BodyBounds>();
        app.Use(bounds.HandleAsync);
    }

    private async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var metadata = context.GetEndpoint()?.Metadata;

        if (metadata?.GetMetadata<BoundsItsBody>() is not null || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            await next(context);

            return;
        }

        var most = metadata?.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? options.Value.MaxBytes;

        if (context.Request.ContentLength > most)
        {
            await WriteAsync(context, StatusCodes.Status413PayloadTooLarge, BoundedBody.TooLarge(most));

            return;
        }

        // The server's own bound counts what frames the pieces of a body, too, and says nothing of it.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } servers)
        {
            servers.MaxRequestBodySize = Math.Max(Servers, 2 * most);
        }

        var tenant = context.User.FindFirstValue(Caller.TenantClaim) ?? "";
        using var pace = new BodyPace(options.Value.MinBytesPerSecond, time, context.RequestAborted);
        var shortens = metadata?.GetMetadata<ShortensTexts>();
        var passes = shortens is not null || metadata?.GetMetadata<PassesItsBody>() is not null;
        await using var body = new BoundedBody(context.Request.Body, most, passes ? null : _room, tenant, options.Value, pace);
        await using var left = shortens is null
            ? null
            : new BoundedBody(new ShortenedTexts(body, shortens.LongestText), shortens.MaxBytes, _room, tenant, options.Value, pace: null);
        context.Request.Body = left ?? body;

        try
        {
            await next(context);
        }
        catch (BodyRefusedException refusal) when (!context.Response.HasStarted && (refusal == body.Refusal || refusal == left?.Refusal))
        {
            // Told below, as where the framework that read the body has caught it.
        }

        if ((body.Refusal ?? left?.Refusal) is { } refused && !context.Response.HasStarted)
        {
            await WriteAsync(context, refused.StatusCode, refused.Message);
        }
    }

    private async Task WriteAsync(HttpContext context, int status, string detail)
    {
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = status;
        await problems.WriteAsync(new() { HttpContext = context, ProblemDetails = { Status = status, Detail = detail } });
    }
}

/// <summary>Metadata of a call that reads its body by itself, within bounds of its own.</summary>
public sealed record BoundsItsBody;

/// <summary>Metadata of a call that works its body off as it comes: its bytes are in memory for a moment only, however many they are.</summary>
public sealed record PassesItsBody;
