using MailStats.Mail.Lists;
using MailStats.ServiceDefaults;

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
            var problems = new FieldProblems();
            problems.Add("cursor", "must be the next of a page of this list, unchanged and with the same filters");

            return problems.Refusal();
        }
    }
}
