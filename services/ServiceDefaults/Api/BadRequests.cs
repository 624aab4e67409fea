using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace MailStats.ServiceDefaults;

/// <summary>Turns what is the caller's fault into a 4xx that names the place; everything else is left to become a logged 500.</summary>
internal sealed partial class BadRequests(IProblemDetailsService problems) : IExceptionHandler
{
    // Milliseconds for one match, which takes microseconds: a text that makes it slow is given up.
    private const int MatchMilliseconds = 1000;

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
            var line = (json.LineNumber ?? 0) + 1;
            var position = (json.BytePositionInLine ?? 0) + 1;
            context.ProblemDetails.Title = "The body could not be read.";
            context.ProblemDetails.Extensions["errors"] = Errors(
                json.Path is { Length: > 2 } path ? path[2..] : "body", $"is not valid here (line {line}, byte {position})");
        }
        else if (Parameter().Match(bad.Message) is { Success: true } match)
        {
            // The framework names the parameter, but with a type that means nothing to the caller.
            var isBody = bad.Message.Contains(" body", StringComparison.Ordinal);
            var isMissing = bad.Message.Contains("provided", StringComparison.Ordinal);
            context.ProblemDetails.Title = "One or more validation errors occurred.";
            context.ProblemDetails.Extensions["errors"] = Errors(isBody ? "body" : match.Groups["name"].Value, isMissing ? "is required" : "is not valid");
        }
        else
        {
            context.ProblemDetails.Detail = bad.Message;

            if (bad.StatusCode == StatusCodes.Status400BadRequest)
            {
                context.ProblemDetails.Extensions["errors"] = Errors("body", "could not be read");
            }
        }

        return await problems.TryWriteAsync(context);
    }

    private static Dictionary<string, string[]> Errors(string field, string mistake) => new() { [field] = [mistake] };

    [GeneratedRegex("parameter \"([^\"]* )?(?<name>\\w+)\"", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Parameter();
}
