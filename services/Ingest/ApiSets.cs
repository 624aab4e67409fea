using MailStats.Contracts;
using MailStats.Ingest.Events;
using MailStats.Ingest.Webhooks;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailStats.Ingest;

internal sealed class WebhookProviderAttribute() : ClosedSetAttribute(SetName, WebhookProviders.Known)
{
    public const string SetName = "WebhookProvider";
}

/// <summary>Closed sets where no attribute of ours can stand: a record of the contracts, a part of a path.</summary>
internal static class ApiSets
{
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { Name: "event" } field && field.DeclaringType == typeof(SubmittedEvent))
        {
            ClosedSets.Describe(schema, "EventName", CheckedFields.Events);
        }

        return Task.CompletedTask;
    }

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "provider") ?? [])
        {
            parameter.Schema = ClosedSets.SchemaOf(WebhookProviderAttribute.SetName, WebhookProviders.Known);
        }

        return Task.CompletedTask;
    }
}
