using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Settings that two people may have open at once: an answer's <c>ETag</c> names what stands, and a change with <c>If-Match</c> is
/// made only while that still stands (RFC 9110 §13.1.1). Without <c>If-Match</c> the last change counts.
/// </summary>
public static class SettingsVersions
{
    /// <summary>The call answers with an <c>ETag</c>.</summary>
    public static RouteHandlerBuilder TellsVersion(this RouteHandlerBuilder call) => call.WithMetadata(new Tagged());

    /// <summary>The call answers with an <c>ETag</c> and takes one as <c>If-Match</c>.</summary>
    public static RouteHandlerBuilder TakesVersion(this RouteHandlerBuilder call) => call
        .WithMetadata(new Tagged(), new TakesIfMatch())
        .ProducesProblem(StatusCodes.Status412PreconditionFailed);

    /// <summary>200 with the tag of what is answered.</summary>
    public static Ok<T> OkWithVersion<T>(this HttpContext http, T settings)
    {
        http.TellVersion(settings);

        return TypedResults.Ok(settings);
    }

    /// <summary>The answer's tag is that of settings which it tells of in other words.</summary>
    public static void TellVersion<T>(this HttpContext http, T settings) => http.Response.Headers.ETag = TagOf(http, settings);

    /// <summary>What the caller demands of what stands: anything without <c>If-Match</c> or with <c>*</c>, else one of the tags.</summary>
    /// <remarks>A tag that a proxy made weak when it compressed the answer is taken: it names the settings, not their bytes.</remarks>
    public static Func<T, bool> VersionDemanded<T>(this HttpContext http)
    {
        if (!http.Request.Headers.ContainsKey(HeaderNames.IfMatch))
        {
            return _ => true;
        }

        var demanded = http.Request.GetTypedHeaders().IfMatch;

        return settings => demanded.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == TagOf(http, settings));
    }

    /// <summary>412: somebody else was faster.</summary>
    public static ProblemHttpResult Overtaken() => TypedResults.Problem(
        "It has been changed since it was read. Read it again, and change what stands now.", statusCode: StatusCodes.Status412PreconditionFailed);

    private static string TagOf<T>(HttpContext http, T settings)
    {
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        return $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings, json)).AsSpan(0, 16))}\"";
    }
}

/// <summary>Metadata of a call that takes <c>If-Match</c>.</summary>
internal sealed record TakesIfMatch;

/// <summary>Metadata of a call whose answer has an <c>ETag</c>.</summary>
internal sealed record Tagged;
