using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Whatever answers <c>GET</c> answers <c>HEAD</c>, with the same status and headers (RFC 9110 §9.3.2); the server leaves the body
/// out. What would be written as a stream is not begun: an export reads no rows, a live view ends.
/// </summary>
internal static class HeadRequests
{
    private static readonly HttpMethodMetadata _both = new([HttpMethods.Get, HttpMethods.Head]);

    /// <summary>Everything that is mapped to the group.</summary>
    public static RouteGroupBuilder WithHead(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is [var only] && HttpMethods.IsGet(only))
            {
                endpoint.Metadata.Add(_both);
                endpoint.FilterFactories.Add((_, next) => context => AnswerAsync(context, next));
            }
        });

        return group;
    }

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);

        return HttpMethods.IsHead(context.HttpContext.Request.Method) ? WithoutStream(result) : result;
    }

    private static object? WithoutStream(object? result) => (result is INestedHttpResult nested ? nested.Result : result) switch
    {
        PushStreamHttpResult stream => TypedResults.Stream(
            _ => Task.CompletedTask, stream.ContentType, stream.FileDownloadName, stream.LastModified, stream.EntityTag),
        { } live when live.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ServerSentEventsResult<>) =>
            TypedResults.ServerSentEvents(AsyncEnumerable.Empty<string>()),
        _ => result,
    };
}
