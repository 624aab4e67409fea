using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MailStats.ServiceDefaults;

/// <summary>What the OpenAPI document says of fields beyond their type: their words, whether they are always there, an example.</summary>
internal static class FieldDescriptions
{
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;

        if (type.IsEnum)
        {
            DescribeEnumeration(schema, type);
        }

        if (context.JsonPropertyInfo is { } field)
        {
            DescribeField(schema, field);
        }

        AnsweredFields.Note(schema, context.JsonTypeInfo.Properties.ToLookup(MayBeLeftOut, property => property.Name));

        foreach (var property in context.JsonTypeInfo.Properties)
        {
            if (MayBeLeftOut(property))
            {
                schema.Required?.Remove(property.Name);
            }
            else if (property.Set is null && property.Get is not null)
            {
                // What has no setter is only ever in answers, and always there.
                (schema.Required ??= new HashSet<string>()).Add(property.Name);
            }
        }

        if (type.IsAssignableTo(typeof(ProblemDetails)))
        {
            DescribeProblem(schema);
        }

        return Task.CompletedTask;
    }

    private static bool MayBeLeftOut(JsonPropertyInfo property) =>
        property.IsExtensionData
        || property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) == true;

    /// <summary>The zero of an enumeration that is stored says that nothing was stored: callers neither send nor see it.</summary>
    private static void DescribeEnumeration(OpenApiSchema schema, Type type)
    {
        var hasNothing = Enum.GetName(type, Enum.ToObject(type, 0)) == "Unknown";
        schema.Type ??= JsonSchemaType.String;
        schema.Enum = [.. (schema.Enum ?? []).OfType<JsonValue>().Where(word => word.GetValueKind() == System.Text.Json.JsonValueKind.String
            && !(hasNothing && word.GetValue<string>() == "unknown"))];
    }

    /// <summary>What every problem has, whoever made it.</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description ??= "A problem (RFC 9457).";
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties.TryAdd("traceId", new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Names the request in the operator's traces.",
            Examples = ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
        });
        schema.Required = new HashSet<string>(schema.Properties.Keys.Intersect(["type", "title", "status", "instance", "traceId", "errors"]));
    }

    private static void DescribeField(OpenApiSchema schema, JsonPropertyInfo field)
    {
        if (field.AttributeProvider?.GetCustomAttributes(typeof(ClosedSetAttribute), inherit: true) is [ClosedSetAttribute set, ..])
        {
            ClosedSets.Describe(schema.Items as OpenApiSchema ?? schema, set.Name, set.Words);
            schema.Examples = null;
        }
        else if (IsPlain(schema) && ApiExamples.Of(field.DeclaringType.Name, field.Name) is { } example)
        {
            schema.Examples ??= [example];
        }
    }

    /// <summary>A text or a number that may be anything: words of an enumeration, flags and times explain themselves.</summary>
    private static bool IsPlain(OpenApiSchema schema) =>
        schema.Type is { } type
        && (type & ~JsonSchemaType.Null) is JsonSchemaType.String or JsonSchemaType.Integer or JsonSchemaType.Number
        && schema.Enum is not { Count: > 0 }
        && schema.Format != "date-time";
}
