using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Says of an exception that something this process needs is down. A message waits, however long, and is never given up; a
/// request is answered 503 and may be sent again. Modules register one for each store or server they depend on.
/// </summary>
public delegate bool OutageTest(Exception exception);

/// <summary>A call that failed for want of a store is nobody's mistake and no defect: 503, and when to come back.</summary>
internal sealed partial class Outages(IEnumerable<OutageTest> tests, IProblemDetailsService problems, ILogger<Outages> logger) : IExceptionHandler
{
    private const int RetryAfterSeconds = 2;

    private readonly OutageTest[] _tests = [.. tests];

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!Array.Exists(_tests, test => test(exception)))
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
