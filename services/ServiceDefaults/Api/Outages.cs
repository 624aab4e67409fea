using System.Globalization;
using MailStats.Stores;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults;

/// <summary>A call that failed because the store is down is neither the caller's mistake nor a defect: 503, and when to try again.</summary>
internal sealed partial class Outages(IProblemDetailsService problems, ILogger<Outages> logger) : IExceptionHandler
{
    private const int RetryAfterSeconds = 2;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not StorageUnavailableException)
        {
            return false;
        }

        LogDown(logger, exception);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Detail = "A part that is needed is down. The same call may succeed later." },
        });
    }

    [LoggerMessage(LogLevel.Warning, "A request was refused because something it needs is down")]
    private static partial void LogDown(ILogger logger, Exception exception);
}
