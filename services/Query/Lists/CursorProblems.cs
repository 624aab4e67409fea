using MailStats.Mail.Lists;

namespace MailStats.Query.Lists;

/// <summary>A cursor that the store did not make, or made for another list or tenant, is the caller's mistake.</summary>
internal sealed class CursorProblems : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidCursorException)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["cursor"] = ["Must be the next of a page of this list, unchanged and with the same filters."],
            });
        }
    }
}
