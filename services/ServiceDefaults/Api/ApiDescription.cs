using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

    private const string About = """
        Exact statistics of outgoing mail, per recipient.

        **What stays within v1.** Calls, parameters and fields keep their names, their types and what they mean. What was optional in
        a request stays optional; what is always in an answer stays there. Added at any time, so that clients should expect it: calls,
        optional parameters and fields of requests, fields of answers, response headers, and words of sets in answers (an unknown
        word is best read as "other"). An `operationId` is kept, since clients are generated from it. Whatever goes otherwise goes to
        `/v2`, with `/v1` beside it for a year at least. The texts of errors, advice and summaries are for people and may change.

        **Requests.** A query parameter that a call does not have is refused with 400; fields of a body that are not known are
        ignored. Every `GET` can be asked as `HEAD`.

        **Errors** are problems (RFC 9457). A 400 names every wrong field in `errors`.
        """;

    public static void AddApiDescription(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        // Each is a GET too.
        options.ShouldInclude = call => call.HttpMethod != HttpMethods.Head;
        options.AddSchemaTransformer(FieldDescriptions.DescribeAsync);
        options.AddOperationTransformer(ErrorDescriptions.DescribeAsync);
        options.AddOperationTransformer(HeaderDescriptions.DescribeAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            ClosedSets.MoveToComponents(document);
            AnsweredFields.Describe(document);
            Sort(document);

            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi().AllowAnonymous();

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MailStats",
            Version = "v1",
            Description = About.ReplaceLineEndings("\n"),
            License = new OpenApiLicense { Name = "Apache License 2.0", Identifier = "Apache-2.0" },
        };
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
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        HeaderDescriptions.AddTo(document);
    }

    /// <summary>In one order, whatever order the modules came in: a changed document is a changed API.</summary>
    private static void Sort(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();

        foreach (var path in document.Paths.OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            paths.Add(path.Key, path.Value);
        }

        document.Paths = paths;
    }
}
