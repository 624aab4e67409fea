using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>Which headers the OpenAPI document says that answers have. Each is described once.</summary>
internal static class HeaderDescriptions
{
    private static readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal)
    {
        ["ETag"] = "Changes exactly when the answer does.",
        ["Location"] = "Where what was made is found.",
        ["RateLimit"] = "What is left: `\"key\";r=90;t=1`, with `r` requests in the next `t` seconds (draft-ietf-httpapi-ratelimit-headers).",
        ["RateLimit-Policy"] = "The limit: `\"key\";q=100;w=10`, `q` requests in `w` seconds.",
        ["Retry-After"] = "Seconds to wait.",
        ["WWW-Authenticate"] = "The required scheme: Bearer.",
    };

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesIfMatch>().Any())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Description = "The `ETag` of what was read: 412 when somebody else has changed it since. Without it the last change counts.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (answer is OpenApiResponse response && context.Document is { } document)
            {
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;

                foreach (var name in HeadersOf(status, metadata, operation.Responses!.ContainsKey("304")))
                {
                    (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeaderReference(name, document);
                }
            }
        }

        return Task.CompletedTask;
    }

    public static void AddTo(OpenApiDocument document) => document.Components!.Headers = _headers.ToDictionary(
        header => header.Key,
        IOpenApiHeader (header) => new OpenApiHeader
        {
            Description = header.Value,
            Schema = new OpenApiSchema { Type = header.Key == "Retry-After" ? JsonSchemaType.Integer : JsonSchemaType.String },
        });

    private static IEnumerable<string> HeadersOf(string status, IList<object> metadata, bool isTagged)
    {
        if ((isTagged && status is "200" or "304") || (status == "200" && metadata.OfType<Tagged>().Any()))
        {
            yield return "ETag";
        }

        if (status == "201" || (status == "202" && metadata.OfType<TellsLocation>().Any()))
        {
            yield return "Location";
        }

        yield return "RateLimit";
        yield return "RateLimit-Policy";

        if (status is "429" or "503")
        {
            yield return "Retry-After";
        }

        if (status == "401" && metadata.OfType<IAuthorizeData>().Any())
        {
            yield return "WWW-Authenticate";
        }
    }
}

/// <summary>Metadata of a call that answers 202 and says where its outcome will be found.</summary>
public sealed record TellsLocation;
