using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MailStats.Query;

/// <summary>
/// An <c>ETag</c> on answers, and 304 to who has the same answer already. The tag is a hash of the body: it changes exactly
/// when a number does, whichever replica answers and whatever else was written in between. It is weak, since the body may
/// be compressed on its way.
/// </summary>
internal sealed class EntityTags(IOptions<JsonOptions> json) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var inner = result is INestedHttpResult nested ? nested.Result : result;

        if (inner is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK } || inner is not IValueHttpResult { Value: { } value })
        {
            return result;
        }

        var http = context.HttpContext;
        var body = JsonSerializer.SerializeToUtf8Bytes(value, json.Value.SerializerOptions.GetTypeInfo(value.GetType()));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"", isWeak: true);

        http.Response.Headers.ETag = tag.ToString();
        // For this caller only, and to be revalidated each time.
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Authorization);

        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(body, "application/json; charset=utf-8");
    }
}
