namespace MailStats.Query.Admin;

/// <summary>Answers to administrators are kept by no cache: some hold a key.</summary>
internal sealed class NeverKept : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";

        return next(context);
    }
}
