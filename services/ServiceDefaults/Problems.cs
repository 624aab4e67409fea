using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>Every error answer is an RFC 9457 problem; none holds a stack, an exception's text or an internal address.</summary>
internal static class Problems
{
    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions.Remove("exception");
            context.ProblemDetails.Instance ??= context.HttpContext.Request.Path;
        });
        builder.Services.AddExceptionHandler<BadRequests>();
        // A body or a parameter that cannot be read throws, so that BadRequests can say where and why.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    /// <summary>Turns what is the caller's fault into a 4xx that names the place; everything else is left to become a logged 500.</summary>
    private sealed class BadRequests(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            {
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;

                return true;
            }

            if (exception is not BadHttpRequestException bad)
            {
                return false;
            }

            httpContext.Response.StatusCode = bad.StatusCode;
            var context = new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = bad.StatusCode } };

            if (bad.InnerException is JsonException json)
            {
                var field = json.Path is { Length: > 2 } path ? path[2..] : "body";
                var line = (json.LineNumber ?? 0) + 1;
                var position = (json.BytePositionInLine ?? 0) + 1;
                context.ProblemDetails.Title = "The body could not be read.";
                context.ProblemDetails.Extensions["errors"] = new Dictionary<string, string[]>
                {
                    [field] = [$"not valid here (line {line}, byte {position})"],
                };
            }
            else
            {
                // The framework's own words: they name the parameter and never quote the value's origin.
                context.ProblemDetails.Detail = bad.Message;
            }

            return await problems.TryWriteAsync(context);
        }
    }
}
