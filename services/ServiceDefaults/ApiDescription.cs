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
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];

            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi().AllowAnonymous();
}
