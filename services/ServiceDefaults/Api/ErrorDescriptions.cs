using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>Which errors the OpenAPI document says that an operation gives, and in what form.</summary>
internal static class ErrorDescriptions
{
    private const string Problem = "application/problem+json";

    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
        {
            // Whoever has to show a key can be told these, whatever else the operation says of itself.
            await AddAsync("401", "No key, or one that is unknown, expired or revoked.");
            await AddAsync("403", "The caller lacks the scope.");
            await AddAsync("429", "Too many requests with this key.");
            await AddAsync("503", "A part that is needed is down.");
        }
        else
        {
            // An operation that proves its caller by other means says so itself.
            operation.Security = [];
        }

        if (operation.RequestBody is not null)
        {
            await AddAsync("408", "The body came too slowly.");
            await AddAsync("413", "The body is too large.");
            await AddAsync("415", "The body is of a type that is not read here.");
        }

        // Whatever is asked, a parameter that is not known can stand beside it.
        await AddAsync("400", "Something in the request is wrong.");

        // Every error is a problem, also where an operation says no more than the status.
        foreach (var error in operation.Responses?.Keys.Where(status => status[0] is '4' or '5').ToArray() ?? [])
        {
            await AddAsync(error, "");
        }

        operation.Description ??= operation.Summary;

        async Task AddAsync(string status, string description)
        {
            operation.Responses ??= [];
            var known = operation.Responses.GetValueOrDefault(status);
            var type = context.Description.SupportedResponseTypes
                .FirstOrDefault(answer => $"{answer.StatusCode}" == status && answer.Type?.IsAssignableTo(typeof(ProblemDetails)) == true)?.Type
                ?? (status == "400" ? typeof(HttpValidationProblemDetails) : typeof(ProblemDetails));
            var schema = await SchemaAsync(type, context, cancellationToken);

            if (known?.Content is { Count: > 0 } content)
            {
                // Who answers an error in a form of its own may still be refused before it is asked.
                content[Problem] = new OpenApiMediaType { Schema = schema };

                return;
            }

            operation.Responses[status] = new OpenApiResponse
            {
                Description = known?.Description is { Length: > 0 } said ? said : description,
                Content = new Dictionary<string, OpenApiMediaType> { [Problem] = new() { Schema = schema } },
            };
        }
    }

    private static async Task<IOpenApiSchema> SchemaAsync(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);

        if (context.Document is not { } document)
        {
            return schema;
        }

        document.AddComponent(type.Name, schema);

        return new OpenApiSchemaReference(type.Name, document);
    }
}
