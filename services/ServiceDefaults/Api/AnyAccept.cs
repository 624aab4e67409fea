using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Writes a problem for callers whose <c>Accept</c> leaves JSON out. The framework's own writer refuses to, and then a 401
/// became a 500 with an entry in the log. A server may answer an error in a form that was not asked for (RFC 9110 §12.5.1):
/// an answer in JSON says more than none.
/// </summary>
/// <remarks>Registered after the framework's writer, so it is asked only where that one declines.</remarks>
internal sealed class AnyAccept(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        context.ProblemDetails.Status ??= http.Response.StatusCode;
        // The result fills in type and title.
        context.ProblemDetails = TypedResults.Problem(context.ProblemDetails).ProblemDetails;
        context.ProblemDetails.Extensions["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier;
        options.Value.CustomizeProblemDetails?.Invoke(context);

        // By its own type: one of validation says more than its base.
        await http.Response.WriteAsJsonAsync(
            context.ProblemDetails, context.ProblemDetails.GetType(), options: null, "application/problem+json", http.RequestAborted);
    }
}
