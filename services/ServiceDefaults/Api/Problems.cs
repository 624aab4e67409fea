using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>Every error answer is an RFC 9457 problem; none holds a stack, an exception's text or an internal address.</summary>
internal static class Problems
{
    private const string TooManyRequests = "https://tools.ietf.org/html/rfc6585#section-4";

    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions.Remove("exception");
            context.ProblemDetails.Instance ??= context.HttpContext.Request.Path;
            // The framework knows none for what RFC 9110 does not define.
            context.ProblemDetails.Type ??= context.ProblemDetails.Status == StatusCodes.Status429TooManyRequests ? TooManyRequests : "about:blank";
        });
        builder.Services.AddSingleton<IProblemDetailsWriter, AnyAccept>();
        builder.Services.AddExceptionHandler<BadRequests>();
        builder.Services.AddExceptionHandler<Outages>();
        // A body or a parameter that cannot be read throws, so that BadRequests can say where and why.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
