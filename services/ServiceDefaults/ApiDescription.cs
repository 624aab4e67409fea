using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>The OpenAPI document of the process at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDescription
{
    private const string Scheme = "key";

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
                Description = "An API key (ms_…) or, where the operator set an authority, an OIDC access token.",
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

            // What has no setter is only ever in answers, and always there.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.Set is null && property.Get is not null))
            {
                (schema.Required ??= new HashSet<string>()).Add(property.Name);
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            AddHeader(operation, "401", "WWW-Authenticate", "The scheme that is wanted: Bearer.");
            AddHeader(operation, "429", "Retry-After", "Seconds to wait.");
            AddHeader(operation, "503", "Retry-After", "Seconds to wait.");

            return Task.CompletedTask;
        });
    });

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
