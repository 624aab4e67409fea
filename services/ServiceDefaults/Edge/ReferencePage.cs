using Microsoft.AspNetCore.Builder;

namespace MailStats.ServiceDefaults;

/// <summary>
/// The API's reference at <c>/docs</c>, to read and to try: Swagger UI over the OpenAPI document. Its files come with the
/// package; nothing is loaded from elsewhere.
/// </summary>
internal static class ReferencePage
{
    public static void UseReferencePage(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "MailStats API";
        page.SwaggerEndpoint("/openapi/v1.json", "MailStats");
        page.EnableDeepLinking();
        page.DefaultModelsExpandDepth(0);
    });
}
