using System.Text.Json.Serialization;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>The OpenAPI document of the process at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDescription
{
    private const string Scheme = "key";

    private const string Problem = "application/problem+json";

    public static void AddApiDescription(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "MailStats", Version = "v1", Description = "Exact statistics of outgoing mail, per recipient." };
            // Addresses differ by deployment: clients use the one they fetched the document from.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = $"An API key ({ApiKeySecrets.Prefix}…) or, where the operator set an authority, an OIDC access token.",
            };
            // In one order, whatever order the modules came in: a changed document is a changed API.
            var paths = new OpenApiPaths();

            foreach (var path in document.Paths.OrderBy(path => path.Key, StringComparer.Ordinal))
            {
                paths.Add(path.Key, path.Value);
            }

            document.Paths = paths;
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type).IsEnum)
            {
                schema.Type ??= JsonSchemaType.String;
            }

            if (context.JsonPropertyInfo is { } field && IsPlain(schema) && ApiExamples.Of(field.DeclaringType.Name, field.Name) is { } example)
            {
                schema.Examples ??= [example];
            }

            // What has no setter is only ever in answers, and always there.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.Set is null && property.Get is not null))
            {
                (schema.Required ??= new HashSet<string>()).Add(property.Name);
            }

            // What is left out where it is null need not be there.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property =>
                property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) == true))
            {
                schema.Required?.Remove(property.Name);
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            {
                // Whoever has to show a key can be told these, whatever else the operation says of itself.
                await AddProblemAsync(operation, context, "401", "No key, or one that is unknown, expired or revoked.", cancellationToken);
                await AddProblemAsync(operation, context, "403", "The caller lacks the scope.", cancellationToken);
                await AddProblemAsync(operation, context, "429", "Too many requests with this key.", cancellationToken);
                await AddProblemAsync(operation, context, "503", "A part that is needed is down.", cancellationToken);
            }
            else
            {
                // An operation that proves its caller by other means says so itself.
                operation.Security = [];
            }

            if (operation.RequestBody is not null)
            {
                await AddProblemAsync(operation, context, "408", "The body came too slowly.", cancellationToken);
                await AddProblemAsync(operation, context, "413", "The body is too large.", cancellationToken);
                await AddProblemAsync(operation, context, "415", "The body is of a type that is not read here.", cancellationToken);
            }

            // What a path names is there or not: only what was asked beside it can be wrong.
            if (operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true)
            {
                await AddProblemAsync(operation, context, "400", "Something in the request is wrong.", cancellationToken);
            }

            // Every error is a problem, also where an operation says no more than the status.
            foreach (var error in operation.Responses?.Keys.Where(status => status[0] is '4' or '5').ToArray() ?? [])
            {
                await AddProblemAsync(operation, context, error, "", cancellationToken);
            }

            operation.Description ??= operation.Summary;
            AddHeader(operation, "401", "WWW-Authenticate", "The required scheme: Bearer.");
            AddHeader(operation, "429", "Retry-After", "Seconds to wait.");
            AddHeader(operation, "503", "Retry-After", "Seconds to wait.");
        });
    });

    /// <summary>A text or a number that may be anything: words of an enumeration, flags and times explain themselves.</summary>
    private static bool IsPlain(OpenApiSchema schema) =>
        schema.Type is { } type
        && (type & ~JsonSchemaType.Null) is JsonSchemaType.String or JsonSchemaType.Integer or JsonSchemaType.Number
        && schema.Enum is not { Count: > 0 }
        && schema.Format != "date-time";

    private static async Task AddProblemAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, string status, string description, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];

        if (operation.Responses.TryGetValue(status, out var known) && known.Content is { Count: > 0 } content)
        {
            // Who answers an error in a form of its own may still be refused before it is asked.
            content.TryAdd(Problem, new OpenApiMediaType { Schema = await ProblemSchemaAsync(context, cancellationToken) });

            return;
        }

        operation.Responses[status] = new OpenApiResponse
        {
            Description = known?.Description is { Length: > 0 } said ? said : description,
            Content = new Dictionary<string, OpenApiMediaType> { [Problem] = new() { Schema = await ProblemSchemaAsync(context, cancellationToken) } },
        };
    }

    private static async Task<IOpenApiSchema> ProblemSchemaAsync(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        const string name = nameof(ProblemDetails);
        var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken);

        if (context.Document is not { } document)
        {
            return schema;
        }

        document.AddComponent(name, schema);

        return new OpenApiSchemaReference(name, document);
    }

    private static void AddHeader(OpenApiOperation operation, string status, string name, string description)
    {
        if (operation.Responses?.TryGetValue(status, out var found) == true && found is OpenApiResponse response)
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi().AllowAnonymous();
}
